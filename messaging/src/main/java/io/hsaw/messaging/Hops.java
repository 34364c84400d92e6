package io.hsaw.messaging;

import io.hsaw.contracts.Topics;
import io.quarkus.runtime.Quarkus;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Makes the hops of this application from its settings, and knows them for its health. */
@ApplicationScoped
public class Hops {

    private static final int FAILED = 1;

    private final MessagingConfig config;
    private final List<TransactionalHop> hops = new CopyOnWriteArrayList<>();

    Hops(MessagingConfig config) {
        this.config = config;
    }

    /**
     * Starts a hop; who starts it closes it. If it cannot go on, the application ends with exit code 1.
     *
     * @param name       of the stage
     * @param inputTopic what it reads
     */
    public TransactionalHop start(String name, String inputTopic, Stage stage) {
        TopicSetup topics = new TopicSetup(config.bootstrap(), Topics.all(), config.partitions(),
                config.replication());
        HopSettings settings = new HopSettings(name, inputTopic, config.bootstrap(), config.delivery(),
                config.replica());
        TransactionalHop hop = new TransactionalHop(settings, topics, stage, () -> Quarkus.asyncExit(FAILED));
        hops.add(hop);
        hop.start();
        return hop;
    }

    /** All hops that were started. */
    List<TransactionalHop> all() {
        return hops;
    }
}
