package io.hsaw.local;

import io.hsaw.contracts.FrameLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads a topic from its beginning to where it ends now, committed records only. */
final class LogReader {

    private static final Duration POLL = Duration.ofMillis(200);
    /** After which a broker that sends nothing counts as away. */
    private static final Duration MOST_SILENCE = Duration.ofSeconds(30);

    private LogReader() {
    }

    /**
     * Reads it; in order within each partition.
     *
     * @param records  is given each record, one without a value too
     * @param progress is told now and then how many records are left at most
     * @throws Failure if the broker stops answering
     */
    static void read(String bootstrap, String topic, Consumer<ConsumerRecord<byte[], byte[]>> records,
            LongConsumer progress) {
        read(bootstrap, topic, Instant.EPOCH, records, progress);
    }

    /** As {@link #read(String, String, Consumer, LongConsumer)}, from the first record of a time on, by the records' times. */
    static void read(String bootstrap, String topic, Instant from, Consumer<ConsumerRecord<byte[], byte[]>> records,
            LongConsumer progress) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false,
                ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FrameLimits.MAX_RECORD_BYTES),
                new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(p -> new TopicPartition(topic, p.partition())).toList();
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.offsetsForTimes(partitions.stream().collect(Collectors.toMap(p -> p, p -> from.toEpochMilli())))
                    .forEach((partition, first) ->
                            consumer.seek(partition, first == null ? ends.get(partition) : first.offset()));
            long silentSince = System.nanoTime();
            for (long left = left(consumer, ends); left > 0; ) {
                consumer.poll(POLL).forEach(records);
                long now = left(consumer, ends);
                if (now < left) {
                    silentSince = System.nanoTime();
                    progress.accept(now);
                } else if (System.nanoTime() - silentSince > MOST_SILENCE.toNanos()) {
                    throw new Failure("the broker at " + bootstrap + " has stopped sending topic " + topic);
                }
                left = now;
            }
        } catch (KafkaException e) {
            throw new Failure("cannot read topic " + topic + " from the broker at " + bootstrap + ": " + e.getMessage(), e);
        }
    }

    private static long left(KafkaConsumer<?, ?> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .mapToLong(end -> Math.max(0, end.getValue() - consumer.position(end.getKey()))).sum();
    }
}
