package io.hsaw.inference.service;

import io.hsaw.contracts.ModelRelease;
import io.hsaw.contracts.Topics;
import io.hsaw.inference.Cameras;
import io.hsaw.inference.ExpressionReader;
import io.hsaw.inference.ReplyMaker;
import io.hsaw.inference.TrackSettings;
import io.hsaw.inference.Tracks;
import io.hsaw.inference.WaitingNetwork;
import io.hsaw.messaging.Hops;
import io.hsaw.messaging.MessagingConfig;
import io.hsaw.messaging.Settings;
import io.hsaw.messaging.Stage;
import io.hsaw.messaging.TopicSetup;
import io.hsaw.messaging.TransactionalHop;
import io.hsaw.network.InvalidModelException;
import io.hsaw.network.ModelCard;
import io.hsaw.network.NetworkSettings;
import io.hsaw.network.Temperatures;
import io.hsaw.network.store.ModelStore;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.file.Path;
import org.jboss.logging.Logger;

/** Runs stage 3 from the application's start to its end. */
@ApplicationScoped
class InferenceService {

    private static final Logger LOG = Logger.getLogger(InferenceService.class);

    private final InferenceConfig config;
    private final MessagingConfig messaging;
    private final Hops hops;
    private final ModelMetrics metrics = new ModelMetrics();
    private ModelInUse models;
    private ReleaseFollower releases;
    private TransactionalHop hop;

    InferenceService(InferenceConfig config, MessagingConfig messaging, Hops hops) {
        this.config = config;
        this.messaging = messaging;
        this.hops = hops;
    }

    void start(@Observes StartupEvent event) {
        try {
            run();
        } catch (InvalidModelException | IllegalArgumentException e) {
            LOG.debug("why the service cannot start", e);
            // without its cause, so that the message stands alone instead of a stack trace
            throw new ConfigurationException(e.getMessage());
        }
    }

    private void run() throws InvalidModelException {
        InferenceConfig.Tracking tracking = config.tracking();
        Tracks tracks = new Tracks(new TrackSettings(tracking.leastOverlap(), tracking.gap(), tracking.timeConstant(),
                tracking.dwell()));
        Cameras cameras = new Cameras(tracks, tracking.silence(), tracking.cameras());
        int batch = Settings.positive("hsaw.inference.batch", config.batch(), Stage.MOST_RECORDS);
        boolean follow = config.modelStore().isPresent() && config.waitingNetwork().isEmpty();
        models = new ModelInUse(first(tracks), !follow);
        hop = hops.start(InferenceStage.NAME, Topics.HALF_FACES, new InferenceStage(models, cameras, batch));
        if (follow) {
            releases = new ReleaseFollower(messaging.bootstrap(), messaging.replica(), new TopicSetup(messaging.bootstrap(),
                    Topics.learningLoop(), messaging.partitions(), messaging.replication()),
                    new ModelStore(config.modelStore().get()), config.model(),
                    (directory, cardSha256) -> load(directory, cardSha256, tracks), models, metrics);
            releases.start();
        }
    }

    private RunningModel first(Tracks tracks) throws InvalidModelException {
        if (config.waitingNetwork().isPresent()) {
            LOG.warn("hsaw.inference.waiting-network is set: no expression is read, replies are for measuring only.");
            return new RunningModel(WaitingNetwork.MODEL, null,
                    new ExpressionReader(new WaitingNetwork(config.waitingNetwork().get())),
                    new ReplyMaker(WaitingNetwork.MODEL, Temperatures.NONE, 0, tracks), () -> { });
        }
        return load(config.model(), null, tracks);
    }

    private RunningModel load(Path directory, String cardSha256, Tracks tracks) throws InvalidModelException {
        return RunningModel.load(directory, cardSha256,
                new NetworkSettings(config.device(), config.precision(), config.threads()),
                card -> uncertainBelow(config, card), tracks);
    }

    /** Whether it is known which model answers. */
    boolean modelChosen() {
        return models != null && (releases == null || releases.chosen());
    }

    /** Name and version of the model that answers. */
    String modelName() {
        return models == null ? "none" : ModelRelease.path(models.current().model());
    }

    /** How released models are followed, for a person. */
    String releases() {
        return releases == null ? "not followed: hsaw.inference.model-store is not set" : releases.status();
    }

    /** What is set, else what the card says; 0 where neither says anything. */
    static double uncertainBelow(InferenceConfig config, ModelCard card) {
        double byCard = card.uncertainBelow() == null ? 0 : card.uncertainBelow();
        return Settings.share("hsaw.inference.uncertain-below", config.uncertainBelow().orElse(byCard));
    }

    void stop(@Observes ShutdownEvent event) {
        if (releases != null) {
            releases.close();
        }
        if (hop != null) {
            hop.close();
        }
        if (models != null) {
            models.close();
        }
    }
}
