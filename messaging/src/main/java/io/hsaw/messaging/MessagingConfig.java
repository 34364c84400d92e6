package io.hsaw.messaging;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How the stages are joined by Kafka. */
@ConfigMapping(prefix = "hsaw.messaging")
public interface MessagingConfig {

    /** So many partitions a topic may be made with. */
    int MOST_PARTITIONS = 1000;

    /** Where Kafka is: host:port, several with commas; by default what kafka.bootstrap.servers says. */
    @WithDefault("${kafka.bootstrap.servers:localhost:9092}")
    String bootstrap();

    /** What holds when something fails: exactly-once, or at-least-once, which is some milliseconds faster a hop. */
    @WithDefault("exactly-once")
    Delivery delivery();

    /**
     * Name of this process among those that run the same service: unique among them and the same after a restart; up to
     * 200 letters, digits, '.', '_' and '-'.
     */
    @WithDefault("${HOSTNAME:1}")
    String replica();

    /** Partitions of the topics, if they are not there yet: how many processes can share a stage's work. */
    @WithDefault("4")
    int partitions();

    /** Copies of each topic that is made, at most the number of brokers. */
    @WithDefault("1")
    int replication();

    /**
     * A stage is not live after this time with frames before it and none committed, or three minutes more without a
     * place in its group.
     */
    @WithDefault("60s")
    Duration stuckAfter();
}
