package io.hsaw.trainer.service;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Up when commands are read and the copy of the samples follows the log. */
@Readiness
@ApplicationScoped
class TrainerReadiness implements HealthCheck {

    private final TrainerService service;

    TrainerReadiness(TrainerService service) {
        this.service = service;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder response = HealthCheckResponse.named("trainer reading").up();
        service.trainer().problem().ifPresent(why -> response.down().withData("commands", why));
        service.samples().problem().ifPresent(why -> response.down().withData("samples", why));
        service.samples().counts().forEach(response::withData);
        return response.build();
    }
}
