package io.hsaw.messaging;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Up when every hop has found its topics in order and has joined its group; models are loaded before that. */
@Readiness
@ApplicationScoped
class HopReadiness implements HealthCheck {

    private final Hops hops;

    HopReadiness(Hops hops) {
        this.hops = hops;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder response = HealthCheckResponse.named("hops reading").up();
        for (TransactionalHop hop : hops.all()) {
            HopStatus status = hop.status();
            response.withData(hop.name(), status.phase() + ": " + status.detail());
            if (!status.ready()) {
                response.down();
            }
        }
        return response.build();
    }
}
