package io.hsaw.inference.service;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Up once it is known which model answers; says which one that is, and what is wrong with a released one that does not. */
@Readiness
@ApplicationScoped
class ModelReadiness implements HealthCheck {

    private final InferenceService service;

    ModelReadiness(InferenceService service) {
        this.service = service;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("model").status(service.modelChosen())
                .withData("model", service.modelName())
                .withData("releases", service.releases())
                .build();
    }
}
