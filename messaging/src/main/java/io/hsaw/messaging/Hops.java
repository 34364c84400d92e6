package io.hsaw.messaging;

import io.hsaw.contracts.Topics;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Metrics;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** Makes the hops of this application from its settings, and knows them for its health and metrics. */
@ApplicationScoped
public class Hops {

    private static final int FAILED = 1;

    private final MessagingConfig config;
    private final List<TransactionalHop> hops = new CopyOnWriteArrayList<>();
    private HopMonitor monitor;

    Hops(MessagingConfig config) {
        this.config = config;
    }

    /**
     * Starts a hop; who starts it closes it. If it cannot go on, the application ends with exit code 1.
     *
     * @param name       of the stage
     * @param inputTopic what it reads
     * @throws ConfigurationException if a setting is out of range
     */
    public synchronized TransactionalHop start(String name, String inputTopic, Stage stage) {
        TopicSetup topics = TopicSetup.of(config, Topics.all());
        Duration stuckAfter = Settings.positive("hsaw.messaging.stuck-after", config.stuckAfter());
        HopSettings settings = new HopSettings(name, inputTopic, config.bootstrap(), config.delivery(),
                config.replica());
        TransactionalHop hop = new TransactionalHop(settings, topics, TestHooks.around(stage),
                () -> Quarkus.asyncExit(FAILED));
        if (monitor == null) {
            monitor = new HopMonitor(config.bootstrap(), hops, stuckAfter);
            monitor.start();
        }
        hops.add(hop);
        gauge("hsaw.hop.alive", "1 while a stage is live, 0 if a restart of its process is the remedy.", hop,
                this::alive);
        gauge("hsaw.hop.reading", "1 while a stage has a place in its group and reads.", hop,
                one -> one.status().ready());
        hop.start();
        return hop;
    }

    private static void gauge(String name, String description, TransactionalHop hop, Predicate<TransactionalHop> test) {
        Gauge.builder(name, hop, one -> test.test(one) ? 1 : 0).description(description).tag("stage", hop.name())
                .register(Metrics.globalRegistry);
    }

    /** All hops that were started. */
    List<TransactionalHop> all() {
        return hops;
    }

    /** Why the hop is held for stuck, for a person; empty if it is not. */
    Optional<String> stuck(TransactionalHop hop) {
        return monitor.stuck(hop);
    }

    /** Whether the hop runs and gets on. */
    boolean alive(TransactionalHop hop) {
        return hop.status().alive() && stuck(hop).isEmpty();
    }

    @PreDestroy
    void close() {
        if (monitor != null) {
            monitor.close();
        }
    }
}
