package io.hsaw.feedback.service;

import io.hsaw.contracts.FrameLimits;
import io.hsaw.contracts.Topics;
import io.hsaw.messaging.MessagingConfig;
import io.hsaw.messaging.Settings;
import io.hsaw.messaging.TopicSetup;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The clients that this service uses of one Kafka.
 *
 * @param bootstrap where it is
 * @param clientId  who asks
 */
record Kafka(String bootstrap, String clientId) {

    private static final int TIMEOUT_MILLIS = 10_000;

    Kafka(MessagingConfig config) {
        this(config.bootstrap(), "relabel-feedback-" + config.replica());
    }

    /** Makes and checks the topics of the learning loop. */
    static TopicSetup topics(MessagingConfig config) {
        return new TopicSetup(config.bootstrap(), Topics.learningLoop(),
                Settings.positive("hsaw.messaging.partitions", config.partitions(), MessagingConfig.MOST_PARTITIONS),
                Settings.positive("hsaw.messaging.replication", config.replication(), Short.MAX_VALUE));
    }

    private Map<String, Object> settings() {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", bootstrap);
        settings.put("client.id", clientId);
        settings.put("request.timeout.ms", 8_000);
        settings.put("reconnect.backoff.max.ms", 500);
        settings.put("metadata.max.age.ms", 10_000);
        return settings;
    }

    /** Settings of an admin client. */
    Map<String, Object> admin() {
        Map<String, Object> settings = settings();
        settings.put("default.api.timeout.ms", TIMEOUT_MILLIS);
        return settings;
    }

    /**
     * Reads what is committed, from where it is told to.
     *
     * @param records at most so many at a time
     */
    KafkaConsumer<byte[], byte[]> consumer(int records) {
        Map<String, Object> settings = admin();
        settings.put("isolation.level", "read_committed");
        settings.put("enable.auto.commit", false);
        settings.put("auto.offset.reset", "earliest");
        settings.put("allow.auto.create.topics", false);
        settings.put("max.poll.records", records);
        settings.put("fetch.max.bytes", FrameLimits.MAX_RECORD_BYTES);
        settings.put("max.partition.fetch.bytes", 2 * FrameLimits.MAX_FRAME_BYTES);
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Writes each record once, in order. */
    KafkaProducer<byte[], byte[]> producer() {
        Map<String, Object> settings = settings();
        settings.put("acks", "all");
        settings.put("enable.idempotence", true);
        // a partition just made may refuse the first of several requests, take the second, and then never the first
        settings.put("max.in.flight.requests.per.connection", 1);
        settings.put("max.block.ms", TIMEOUT_MILLIS);
        settings.put("delivery.timeout.ms", TIMEOUT_MILLIS);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
