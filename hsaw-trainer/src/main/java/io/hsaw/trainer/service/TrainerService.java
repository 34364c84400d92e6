package io.hsaw.trainer.service;

import io.hsaw.contracts.Topics;
import io.hsaw.messaging.MessagingConfig;
import io.hsaw.messaging.Settings;
import io.hsaw.messaging.TopicSetup;
import io.hsaw.network.NetworkSettings;
import io.hsaw.network.store.ModelStore;
import io.hsaw.network.trunk.TrunkPlan;
import io.hsaw.trainer.run.Trainer;
import io.hsaw.trainer.run.TrainerSettings;
import io.hsaw.trainer.samples.LogClients;
import io.hsaw.trainer.samples.SampleCopy;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import org.jboss.logging.Logger;

/** Runs the trainer from the application's start to its end. */
@ApplicationScoped
class TrainerService {

    private static final Logger LOG = Logger.getLogger(TrainerService.class);

    private final TrainerConfig config;
    private final MessagingConfig messaging;
    private SampleCopy samples;
    private Trainer trainer;

    TrainerService(TrainerConfig config, MessagingConfig messaging) {
        this.config = config;
        this.messaging = messaging;
    }

    void start(@Observes StartupEvent event) {
        int threads = config.threads() == 0 ? Runtime.getRuntime().availableProcessors()
                : Settings.positive("hsaw.trainer.threads", config.threads(), 1024);
        TopicSetup topics = TopicSetup.of(messaging, Topics.learningLoop());
        LogClients clients = new LogClients(messaging.bootstrap(), Trainer.GROUP + "-" + messaging.replica());
        TrainerSettings settings = new TrainerSettings(messaging.replica(), config.model(), config.precision(), threads,
                Settings.positive("hsaw.trainer.decisions-within", config.decisionsWithin()));
        try {
            TrunkPlan.choose(new NetworkSettings(NetworkSettings.Device.CPU, config.precision(), 0), 0);
            samples = new SampleCopy(config.data(), clients, topics, threads);
        } catch (IOException | IllegalArgumentException e) {
            LOG.debug("why the service cannot start", e);
            // without its cause, so that the message stands alone instead of a stack trace
            throw new ConfigurationException(e.getMessage());
        }
        trainer = new Trainer(settings, clients, topics, samples, new ModelStore(config.modelStore()));
        TrainerMetrics.register(samples, trainer);
        samples.start();
        trainer.start();
    }

    SampleCopy samples() {
        return samples;
    }

    Trainer trainer() {
        return trainer;
    }

    void stop(@Observes ShutdownEvent event) throws InterruptedException {
        if (trainer != null) {
            trainer.close();
        }
        if (samples != null) {
            samples.close();
        }
    }
}
