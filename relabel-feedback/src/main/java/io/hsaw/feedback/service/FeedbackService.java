package io.hsaw.feedback.service;

import io.hsaw.feedback.Database;
import io.hsaw.feedback.Ledger;
import io.hsaw.feedback.Policy;
import io.hsaw.feedback.Queries;
import io.hsaw.messaging.MessagingConfig;
import io.hsaw.messaging.Settings;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Metrics;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import java.util.List;
import java.util.concurrent.Semaphore;

/** Runs the ledger from the application's start to its end. */
@ApplicationScoped
class FeedbackService {

    private final FeedbackConfig config;
    private final MessagingConfig messaging;
    private Database database;
    private Ledger ledger;
    private List<Worker> workers = List.of();

    FeedbackService(FeedbackConfig config, MessagingConfig messaging) {
        this.config = config;
        this.messaging = messaging;
    }

    void start(@Observes StartupEvent event) {
        Policy policy = new Policy(config.policy(), Settings.share("hsaw.feedback.margin", config.margin()));
        try {
            database = new Database(config.database(), config.user().orElse(null), config.password().orElse(null));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("Setting hsaw.feedback.database: " + e.getMessage());
        }
        Semaphore changed = new Semaphore(0);
        ledger = new Ledger(database, policy, changed::release);
        Kafka kafka = new Kafka(messaging);
        LabelPublishing publishing = new LabelPublishing(kafka, ledger, changed);
        workers = List.of(new LedgerReading(kafka, Kafka.topics(messaging), ledger), publishing);
        measure(publishing);
        workers.forEach(Worker::start);
    }

    private void measure(LabelPublishing publishing) {
        for (Worker worker : workers) {
            Gauge.builder("hsaw.ledger.working", worker, one -> one.working() ? 1 : 0)
                    .description("1 while topics are read and labels are published, else 0.").tag("work", worker.name())
                    .register(Metrics.globalRegistry);
        }
        Gauge.builder("hsaw.ledger.outbox", publishing, LabelPublishing::waiting)
                .description("Records that wait to be published on labels.").register(Metrics.globalRegistry);
        Gauge.builder("hsaw.ledger.outbox.seconds", publishing, LabelPublishing::waitingSeconds)
                .description("Since when records have been waiting.").register(Metrics.globalRegistry);
    }

    /** What runs in the background. */
    List<Worker> workers() {
        return workers;
    }

    @Produces
    Ledger ledger() {
        return ledger;
    }

    @Produces
    Queries queries() {
        return new Queries(database);
    }

    @Produces
    PictureLog pictures() {
        return new PictureLog(new Kafka(messaging));
    }

    void stop(@Observes ShutdownEvent event) {
        workers.forEach(Worker::close);
        if (database != null) {
            database.close();
        }
    }
}
