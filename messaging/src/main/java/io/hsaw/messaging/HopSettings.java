package io.hsaw.messaging;

import java.util.Objects;

/**
 * One hop's place in the pipeline.
 *
 * @param name             of the stage; its consumer group
 * @param inputTopic       what it reads
 * @param bootstrapServers where Kafka is: {@code host:port}, several with commas
 * @param delivery         the promise
 * @param replica          name of this process among those that run the same stage: unique among them, and the same
 *                         after a restart, so that a restarted process gets its partitions back at once
 */
public record HopSettings(String name, String inputTopic, String bootstrapServers, Delivery delivery, String replica) {

    public HopSettings {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(inputTopic, "inputTopic");
        Objects.requireNonNull(bootstrapServers, "bootstrapServers");
        Objects.requireNonNull(delivery, "delivery");
        Objects.requireNonNull(replica, "replica");
    }

    /** Group instance id and transactional id. */
    String instanceId() {
        return name + "-" + replica;
    }
}
