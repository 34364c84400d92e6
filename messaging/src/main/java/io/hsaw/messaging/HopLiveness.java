package io.hsaw.messaging;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;

/** Down when a hop has failed or stands still with work before it. Up while it waits for a broker or for frames. */
@Liveness
@ApplicationScoped
class HopLiveness implements HealthCheck {

    private final Hops hops;

    HopLiveness(Hops hops) {
        this.hops = hops;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder response = HealthCheckResponse.named("hops progress").up();
        for (TransactionalHop hop : hops.all()) {
            HopStatus status = hop.status();
            Optional<String> stuck = hops.stuck(hop);
            response.withData(hop.name(), stuck.orElseGet(() -> status.phase() + ": " + status.detail()));
            if (stuck.isPresent() || !status.alive()) {
                response.down();
            }
        }
        return response.build();
    }
}
