package io.hsaw.facedetector.service;

import io.hsaw.contracts.Topics;
import io.hsaw.messaging.FrameWorkers;
import io.hsaw.messaging.Hops;
import io.hsaw.messaging.Settings;
import io.hsaw.messaging.TransactionalHop;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Runs stage 1 from the application's start to its end. */
@ApplicationScoped
class FaceDetectorService {

    private final FaceDetectorConfig config;
    private final Hops hops;
    private FaceDetectorStage stage;
    private TransactionalHop hop;

    FaceDetectorService(FaceDetectorConfig config, Hops hops) {
        this.config = config;
        this.hops = hops;
    }

    void start(@Observes StartupEvent event) {
        int threads = Settings.positive("hsaw.face-detector.threads",
                config.threads().orElse(Runtime.getRuntime().availableProcessors()), FrameWorkers.MOST_THREADS);
        config.maxFrameAge().ifPresent(age -> Settings.positive("hsaw.face-detector.max-frame-age", age));
        stage = new FaceDetectorStage(threads, config.maxFrameAge());
        hop = hops.start(FaceDetectorStage.NAME, Topics.FRAMES, stage);
    }

    void stop(@Observes ShutdownEvent event) {
        if (hop != null) {
            hop.close();
            stage.close();
        }
    }
}
