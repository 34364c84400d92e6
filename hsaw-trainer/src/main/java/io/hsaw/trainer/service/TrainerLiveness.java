package io.hsaw.trainer.service;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Down when nothing looks for commands any longer or the copy of the samples is broken. Up while it waits for a broker, for commands, or trains. */
@Liveness
@ApplicationScoped
class TrainerLiveness implements HealthCheck {

    private final TrainerService service;

    TrainerLiveness(TrainerService service) {
        this.service = service;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("trainer").status(service.trainer().alive() && service.samples().alive())
                .withData("doing", service.trainer().describe()).build();
    }
}
