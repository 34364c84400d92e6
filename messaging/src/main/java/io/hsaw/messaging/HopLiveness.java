package io.hsaw.messaging;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;

/** Down when a hop has failed or is stuck: connected, but without progress. Up while it waits for a broker. */
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
            response.withData(hop.name(), status.phase() + ", last progress " + status.sinceProgress().toMillis()
                    + " ms ago: " + status.detail());
            if (!status.alive()) {
                response.down();
            }
        }
        return response.build();
    }
}
