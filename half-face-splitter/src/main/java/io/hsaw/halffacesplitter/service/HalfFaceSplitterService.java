package io.hsaw.halffacesplitter.service;

import io.hsaw.contracts.Topics;
import io.hsaw.messaging.FrameWorkers;
import io.hsaw.messaging.Hops;
import io.hsaw.messaging.Settings;
import io.hsaw.messaging.TransactionalHop;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Runs stage 2 from the application's start to its end. */
@ApplicationScoped
class HalfFaceSplitterService {

    private final HalfFaceSplitterConfig config;
    private final Hops hops;
    private HalfFaceSplitterStage stage;
    private TransactionalHop hop;

    HalfFaceSplitterService(HalfFaceSplitterConfig config, Hops hops) {
        this.config = config;
        this.hops = hops;
    }

    void start(@Observes StartupEvent event) {
        stage = new HalfFaceSplitterStage(Settings.positive("hsaw.half-face-splitter.threads",
                config.threads().orElse(Runtime.getRuntime().availableProcessors()), FrameWorkers.MOST_THREADS));
        hop = hops.start(HalfFaceSplitterStage.NAME, Topics.FACES, stage);
    }

    void stop(@Observes ShutdownEvent event) {
        if (hop != null) {
            hop.close();
            stage.close();
        }
    }
}
