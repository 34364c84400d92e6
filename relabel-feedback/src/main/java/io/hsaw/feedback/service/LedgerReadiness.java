package io.hsaw.feedback.service;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Up while database and broker are there; else says which of them is missing. */
@Readiness
@ApplicationScoped
class LedgerReadiness implements HealthCheck {

    private final FeedbackService service;

    LedgerReadiness(FeedbackService service) {
        this.service = service;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder response = HealthCheckResponse.named("ledger").up();
        for (Worker worker : service.workers()) {
            response.withData(worker.name(), worker.detail());
            if (!worker.working()) {
                response.down();
            }
        }
        return response.build();
    }
}
