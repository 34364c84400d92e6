package io.hsaw.feedback.service;

import io.hsaw.contracts.Topics;
import io.hsaw.feedback.Queries.Place;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** Looks pictures up where they lie, on {@code labeled-frames}: the ledger has none. */
class PictureLog {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration CLOSE = Duration.ofSeconds(1);

    private final Kafka kafka;

    PictureLog(Kafka kafka) {
        this.kafka = kafka;
    }

    /**
     * The picture's bytes; empty if they are no longer there. One at a time: each takes a connection.
     *
     * @throws TimeoutException if Kafka does not answer
     */
    synchronized Optional<byte[]> read(String sampleId, Place place) {
        TopicPartition partition = new TopicPartition(Topics.LABELED_FRAMES, place.partition());
        KafkaConsumer<byte[], byte[]> consumer = kafka.consumer(1);
        try {
            consumer.assign(List.of(partition));
            long end = consumer.endOffsets(List.of(partition), PATIENCE).get(partition);
            consumer.seek(partition, place.offset());
            long giveUp = System.nanoTime() + PATIENCE.toNanos();
            while (place.offset() >= 0 && consumer.position(partition) < end && System.nanoTime() < giveUp) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    boolean found = record.offset() == place.offset() && record.key() != null
                            && new String(record.key(), StandardCharsets.UTF_8).equals(sampleId);
                    return found ? Optional.ofNullable(record.value()) : Optional.empty();
                }
            }
            if (System.nanoTime() >= giveUp) {
                throw new TimeoutException("Kafka at " + kafka.bootstrap() + " does not answer");
            }
            return Optional.empty();
        } finally {
            consumer.close(CloseOptions.timeout(CLOSE));
        }
    }
}
