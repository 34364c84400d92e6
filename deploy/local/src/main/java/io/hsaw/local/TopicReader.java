package io.hsaw.local;

import io.hsaw.contracts.FrameLimits;
import io.hsaw.contracts.InvalidRecordException;
import io.hsaw.contracts.RecordCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads all partitions of a topic of events, committed records only, without a consumer group. */
final class TopicReader<T> implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final RecordCodec<T> codec;
    private final Consumer<String> warnings;

    /**
     * Starts where the topic ends now, or at its beginning.
     *
     * @param warnings is told of records that cannot be read; they are left out
     */
    TopicReader(String bootstrap, String topic, RecordCodec<T> codec, boolean fromBeginning,
            Consumer<String> warnings) {
        this.codec = codec;
        this.warnings = warnings;
        consumer = new KafkaConsumer<>(Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false,
                ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FrameLimits.MAX_RECORD_BYTES),
                new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(p -> new TopicPartition(topic, p.partition())).toList();
        consumer.assign(partitions);
        if (fromBeginning) {
            consumer.seekToBeginning(partitions);
        } else {
            consumer.seekToEnd(partitions);
        }
        partitions.forEach(consumer::position);
    }

    /** What has come, in order within each camera; waits a moment for the first. */
    List<T> poll() {
        List<T> records = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            try {
                records.add(codec.decode(record.value()));
            } catch (InvalidRecordException e) {
                warnings.accept(record.topic() + "-" + record.partition() + "-" + record.offset()
                        + " is left out: " + e.getMessage());
            }
        }
        return records;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
