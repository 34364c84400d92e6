package io.hsaw.messaging;

import io.hsaw.contracts.CloudEvents;
import io.hsaw.contracts.InvalidRecordException;
import io.hsaw.contracts.ModelRef;
import io.hsaw.contracts.ModelRelease;
import io.hsaw.contracts.ModelRelease.Role;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;

/** What topic {@code model-releases} says now: the newest record of each key. Not thread safe. */
public final class ModelReleases {

    private static final Logger LOG = Logger.getLogger(ModelReleases.class);
    private static final Duration POLL = Duration.ofMillis(200);

    private final Map<String, ModelRelease> byKey = new LinkedHashMap<>();

    /**
     * All that is on the topic now.
     *
     * @throws org.apache.kafka.common.KafkaException if Kafka does not answer or has no such topic
     */
    public static ModelReleases read(String bootstrapServers) {
        ModelReleases releases = new ModelReleases();
        try (TopicFollower topic = new TopicFollower(bootstrapServers, Topics.MODEL_RELEASES, "model-releases")) {
            while (!topic.atEnd()) {
                topic.poll(POLL).forEach(releases::add);
            }
        }
        return releases;
    }

    /** Takes note of a record; one that cannot be read is named and left out. */
    public void add(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null) {
            LOG.warnf("The record at offset %d of %s-%d is left out: it has no key", record.offset(), record.topic(),
                    record.partition());
            return;
        }
        String key = new String(record.key(), StandardCharsets.UTF_8);
        if (record.value() == null) {
            byKey.remove(key);
            return;
        }
        try {
            ModelRelease release = StageRecords.value(record, RecordCodec.MODEL_RELEASES);
            byKey.remove(key);
            byKey.put(key, release);
        } catch (InvalidRecordException e) {
            LOG.warnf("The record at offset %d of %s-%d is left out: %s", record.offset(), record.topic(),
                    record.partition(), e.getMessage());
        }
    }

    /** The model that runs; empty where the services run the one of their settings. */
    public Optional<ModelRelease> champion() {
        return Optional.ofNullable(byKey.get(ModelRelease.CHAMPION_KEY));
    }

    /** What became of a model. */
    public Optional<ModelRelease> of(ModelRef model) {
        return Optional.ofNullable(byKey.get(ModelRelease.path(model)));
    }

    /** All models, each as it was last spoken of, the longest ago first. */
    public List<ModelRelease> models() {
        return byKey.entrySet().stream().filter(entry -> entry.getKey().equals(entry.getValue().path()))
                .map(Map.Entry::getValue).sorted(Comparator.comparing(ModelRelease::at)).toList();
    }

    /** The refusals of a model by the replicas that could not take it. */
    public List<ModelRelease> refusals(ModelRef model) {
        return byKey.values().stream()
                .filter(release -> release.role() == Role.REFUSED && release.model().equals(model)).toList();
    }

    /** Whether there is a record of this key. */
    public boolean has(String key) {
        return byKey.containsKey(key);
    }

    /** The model that was champion before the one that is now, also where its own record does not say yet that it retired. */
    public Optional<ModelRelease> previous() {
        return models().stream().filter(release -> release.role() == Role.RETIRED || release.role() == Role.CHAMPION)
                .filter(release -> champion().map(now -> !now.model().equals(release.model())).orElse(true))
                .reduce((first, second) -> second);
    }

    /**
     * What is to be written so that a model runs from now on.
     *
     * @param model  what the topic says of it, or a first word about it
     * @param by     who says so
     * @param reason or null
     */
    public List<ProducerRecord<byte[], byte[]>> promotion(ModelRelease model, String by, String reason, Instant at) {
        List<ProducerRecord<byte[], byte[]>> records = retirement(by, at, model.model());
        ModelRelease champion = model.as(Role.CHAMPION, by, reason, at);
        records.add(record(champion.path(), champion));
        records.add(record(ModelRelease.CHAMPION_KEY, champion));
        return records;
    }

    /** What is to be written so that the services run the model of their settings from now on. */
    public List<ProducerRecord<byte[], byte[]>> dethronement(String by, Instant at) {
        List<ProducerRecord<byte[], byte[]>> records = retirement(by, at, null);
        records.add(record(ModelRelease.CHAMPION_KEY, null));
        return records;
    }

    private List<ProducerRecord<byte[], byte[]>> retirement(String by, Instant at, ModelRef successor) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        champion().filter(old -> !old.model().equals(successor))
                .ifPresent(old -> records.add(record(old.path(), old.as(Role.RETIRED, by, null, at))));
        return records;
    }

    /**
     * A record of the topic.
     *
     * @param release null to forget what the key says
     */
    public static ProducerRecord<byte[], byte[]> record(String key, ModelRelease release) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(Topics.MODEL_RELEASES,
                key.getBytes(StandardCharsets.UTF_8), release == null ? null : RecordCodec.MODEL_RELEASES.encode(release));
        record.headers().add(CloudEvents.TYPE, ModelRelease.SCHEMA.getBytes(StandardCharsets.UTF_8));
        return record;
    }
}
