package io.hsaw.trainer.run;

import io.hsaw.contracts.InvalidRecordException;
import io.hsaw.contracts.ModelRelease;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.Topics;
import io.hsaw.trainer.samples.LogClients;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jboss.logging.Logger;

/**
 * Which models there are by topic {@code model-releases}.
 *
 * @param byKey the newest record of each key
 */
record Releases(Map<String, ModelRelease> byKey) {

    private static final Logger LOG = Logger.getLogger(Releases.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration AT_MOST = Duration.ofSeconds(30);

    /**
     * Reads the topic up to where it ends now.
     *
     * @throws KafkaException if Kafka does not answer
     */
    static Releases read(LogClients clients) {
        Map<String, ModelRelease> newest = new HashMap<>();
        try (KafkaConsumer<byte[], byte[]> reader = clients.reader()) {
            List<TopicPartition> partitions = reader.partitionsFor(Topics.MODEL_RELEASES).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition())).toList();
            Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
            reader.assign(partitions);
            reader.seekToBeginning(partitions);
            long end = System.nanoTime() + AT_MOST.toNanos();
            while (ends.entrySet().stream().anyMatch(of -> reader.position(of.getKey()) < of.getValue())) {
                if (System.nanoTime() > end) {
                    throw new TimeoutException("the end of " + Topics.MODEL_RELEASES + " is not reached");
                }
                reader.poll(POLL).forEach(record -> take(record, newest));
            }
        }
        return new Releases(newest);
    }

    private static void take(ConsumerRecord<byte[], byte[]> record, Map<String, ModelRelease> newest) {
        String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
        try {
            if (record.value() == null) {
                newest.remove(key);
            } else {
                newest.put(key, RecordCodec.MODEL_RELEASES.decode(record.value()));
            }
        } catch (InvalidRecordException e) {
            LOG.warnf("The record of %s on %s is left out: %s", key, record.topic(), e.getMessage());
        }
    }

    /** The model that runs, if one was ever released. */
    Optional<ModelRelease> champion() {
        return Optional.ofNullable(byKey.get(ModelRelease.CHAMPION_KEY));
    }
}
