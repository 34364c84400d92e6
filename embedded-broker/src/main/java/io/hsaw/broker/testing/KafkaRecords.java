package io.hsaw.broker.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes and reads the records of a test, apart from the code under test. */
public final class KafkaRecords {

    /** How long a test waits for what should come within a second or two. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int LARGEST_REQUEST = 32 << 20;

    private KafkaRecords() {
    }

    /** Writes the records in order and returns when the broker has them all; waits for topics still to be made. */
    public static void publish(String bootstrapServers, List<ProducerRecord<byte[], byte[]>> records)
            throws InterruptedException, ExecutionException {
        // one request at a time: a partition just made may refuse the first of several, take the second, and then never
        // take the first
        Map<String, Object> settings = Map.of("bootstrap.servers", bootstrapServers, "max.request.size",
                LARGEST_REQUEST, "max.block.ms", PATIENCE.toMillis(), "max.in.flight.requests.per.connection", 1);
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            List<Future<RecordMetadata>> sent = records.stream().map(producer::send).toList();
            for (Future<RecordMetadata> write : sent) {
                write.get();
            }
        }
    }

    /**
     * The first committed records of a topic, those of one partition in order; with more than asked for if they came
     * together.
     *
     * @throws IllegalStateException if there are fewer after a minute
     */
    public static List<ConsumerRecord<byte[], byte[]>> read(String bootstrapServers, String topic, int count) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        long end = System.nanoTime() + PATIENCE.toNanos();
        try (var consumer = consumer(bootstrapServers)) {
            while (consumer.assignment().isEmpty() && System.nanoTime() < end) {
                List<PartitionInfo> partitions = consumer.listTopics().getOrDefault(topic, List.of());
                consumer.assign(partitions.stream().map(p -> new TopicPartition(topic, p.partition())).toList());
            }
            while (records.size() < count && System.nanoTime() < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        if (records.size() < count) {
            throw new IllegalStateException("expected " + count + " records on " + topic + ", found " + records.size());
        }
        return records;
    }

    /** All committed records of a topic as of now, those of one partition in order. */
    public static List<ConsumerRecord<byte[], byte[]>> readAll(String bootstrapServers, String topic) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (var consumer = consumer(bootstrapServers)) {
            consumer.assign(consumer.partitionsFor(topic).stream().map(p -> new TopicPartition(topic, p.partition()))
                    .toList());
            Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }

    private static KafkaConsumer<byte[], byte[]> consumer(String bootstrapServers) {
        return new KafkaConsumer<>(Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed",
                "auto.offset.reset", "earliest"), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
