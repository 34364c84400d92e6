package io.hsaw.inference.service;

import io.hsaw.contracts.Topics;
import io.hsaw.inference.Cameras;
import io.hsaw.inference.ExpressionReader;
import io.hsaw.inference.ReplyMaker;
import io.hsaw.inference.TrackSettings;
import io.hsaw.inference.Tracks;
import io.hsaw.inference.WaitingNetwork;
import io.hsaw.messaging.Hops;
import io.hsaw.messaging.Settings;
import io.hsaw.messaging.Stage;
import io.hsaw.messaging.TransactionalHop;
import io.hsaw.network.HsawModel;
import io.hsaw.network.InvalidModelException;
import io.hsaw.network.ModelCard;
import io.hsaw.network.NetworkSettings;
import io.hsaw.network.Temperatures;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.jboss.logging.Logger;

/** Runs stage 3 from the application's start to its end. */
@ApplicationScoped
class InferenceService {

    private static final Logger LOG = Logger.getLogger(InferenceService.class);

    private final InferenceConfig config;
    private final Hops hops;
    private HsawModel model;
    private TransactionalHop hop;

    InferenceService(InferenceConfig config, Hops hops) {
        this.config = config;
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
        hop = hops.start(InferenceStage.NAME, Topics.HALF_FACES, stage(tracks, cameras));
    }

    private InferenceStage stage(Tracks tracks, Cameras cameras) throws InvalidModelException {
        int batch = Settings.positive("hsaw.inference.batch", config.batch(), Stage.MOST_RECORDS);
        if (config.waitingNetwork().isPresent()) {
            LOG.warn("hsaw.inference.waiting-network is set: no expression is read, replies are for measuring only.");
            return new InferenceStage(new ExpressionReader(new WaitingNetwork(config.waitingNetwork().get())),
                    new ReplyMaker(WaitingNetwork.MODEL, Temperatures.NONE, 0, tracks), cameras, batch);
        }
        model = HsawModel.load(config.model(),
                new NetworkSettings(config.device(), config.precision(), config.threads()));
        ModelCard card = model.card();
        return new InferenceStage(new ExpressionReader(model::predict),
                new ReplyMaker(card.ref(), card.temperatures(), uncertainBelow(config, card), tracks), cameras, batch);
    }

    /** What is set, else what the card says; 0 where neither says anything. */
    static double uncertainBelow(InferenceConfig config, ModelCard card) {
        double byCard = card.uncertainBelow() == null ? 0 : card.uncertainBelow();
        return Settings.share("hsaw.inference.uncertain-below", config.uncertainBelow().orElse(byCard));
    }

    void stop(@Observes ShutdownEvent event) {
        if (hop != null) {
            hop.close();
        }
        if (model != null) {
            model.close();
        }
    }
}
