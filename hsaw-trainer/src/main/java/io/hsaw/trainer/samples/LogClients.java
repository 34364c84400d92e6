package io.hsaw.trainer.samples;

import io.hsaw.contracts.FrameLimits;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Makes the trainer's Kafka clients.
 *
 * @param bootstrapServers where Kafka is: {@code host:port}, several with commas
 * @param client           what they call themselves
 */
public record LogClients(String bootstrapServers, String client) {

    private static final int TIMEOUT_MILLIS = 8_000;
    /** What is fetched ahead is held in memory. */
    private static final int FETCH_BYTES = 8 * FrameLimits.MAX_FRAME_BYTES;

    /** So many pictures are framed between two commits. */
    private static final int MOST_RECORDS = 128;

    private Map<String, Object> common() {
        Map<String, Object> common = new HashMap<>();
        common.put("bootstrap.servers", bootstrapServers);
        common.put("client.id", client);
        common.put("request.timeout.ms", TIMEOUT_MILLIS);
        common.put("default.api.timeout.ms", TIMEOUT_MILLIS);
        common.put("reconnect.backoff.max.ms", 500);
        common.put("metadata.max.age.ms", 10_000);
        return common;
    }

    /** For looking at topics. */
    public Admin admin() {
        return Admin.create(common());
    }

    /** Of no group: who uses it says what it reads, and from where. */
    public KafkaConsumer<byte[], byte[]> reader() {
        return consumer(common());
    }

    /**
     * A member of a group.
     *
     * @param group      its name
     * @param replica    unique among its members and the same after a restart
     * @param assignment settings of how its members share partitions
     */
    public KafkaConsumer<byte[], byte[]> member(String group, String replica, Map<String, Object> assignment) {
        Map<String, Object> settings = common();
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        settings.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, group + "-" + replica);
        settings.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
        settings.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 6_000);
        settings.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 1_000);
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.putAll(assignment);
        return consumer(settings);
    }

    private static KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> settings) {
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.putIfAbsent(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
        settings.putIfAbsent(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MOST_RECORDS);
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** For whatever the trainer says. */
    public KafkaProducer<byte[], byte[]> producer() {
        Map<String, Object> settings = common();
        settings.remove("default.api.timeout.ms");
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        // a partition just made may refuse the first of several requests, take the second, and then never the first
        settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, TIMEOUT_MILLIS);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 2 * TIMEOUT_MILLIS);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
