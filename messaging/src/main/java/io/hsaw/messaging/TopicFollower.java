package io.hsaw.messaging;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads all partitions of a topic from its beginning and follows it: committed records only, without a group, so that
 * nobody else is disturbed. Used by one thread, {@link #wakeUp} apart.
 */
public final class TopicFollower implements AutoCloseable {

    private static final Duration CLOSE = Duration.ofSeconds(2);
    private static final int TIMEOUT_MILLIS = 10_000;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<TopicPartition, Long> ends;

    /**
     * Begins at the topic's beginning.
     *
     * @param clientId by which the broker's logs name it
     * @throws KafkaException if Kafka does not answer or has no such topic
     */
    public TopicFollower(String bootstrapServers, String topic, String clientId) {
        consumer = new KafkaConsumer<>(Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                ConsumerConfig.CLIENT_ID_CONFIG, clientId,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false,
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false,
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS),
                new ByteArrayDeserializer(), new ByteArrayDeserializer());
        try {
            Set<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(p -> new TopicPartition(topic, p.partition())).collect(Collectors.toSet());
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            ends = consumer.endOffsets(partitions);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * What has come, in order within each partition.
     *
     * @param most to wait for the first
     */
    public ConsumerRecords<byte[], byte[]> poll(Duration most) {
        try {
            return consumer.poll(most);
        } catch (WakeupException e) {
            return ConsumerRecords.empty();
        }
    }

    /** Whether all that was there at the beginning has been read. */
    public boolean atEnd() {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    /** The poll in hand, or the next one, returns at once. For other threads. */
    public void wakeUp() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(CLOSE));
    }
}
