package io.hsaw.feedback.capture;

import io.hsaw.feedback.Queries;
import io.hsaw.messaging.MessagingConfig;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.interceptor.Interceptor;
import java.time.Clock;
import java.time.Duration;

/** Runs the capture of faces from the application's start to its end. */
@ApplicationScoped
class FaceCaptureService {

    private static final Duration BETWEEN_SWEEPS = Duration.ofSeconds(10);

    private final MessagingConfig messaging;
    private final Instance<Queries> ledger;
    private FaceCapture capture;

    FaceCaptureService(MessagingConfig messaging, Instance<Queries> ledger) {
        this.messaging = messaging;
        this.ledger = ledger;
    }

    /** After the ledger. */
    void start(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) StartupEvent event) {
        capture = new FaceCapture(messaging.bootstrap(), messaging.replica(), ledger.get(), Clock.systemUTC(), BETWEEN_SWEEPS);
        capture.start();
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        if (capture != null) {
            capture.close();
        }
    }
}
