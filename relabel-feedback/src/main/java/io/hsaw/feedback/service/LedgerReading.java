package io.hsaw.feedback.service;

import io.hsaw.contracts.InvalidRecordException;
import io.hsaw.contracts.LabeledFrame;
import io.hsaw.contracts.ModelRelease;
import io.hsaw.contracts.PseudoLabel;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.Topics;
import io.hsaw.feedback.Ledger;
import io.hsaw.feedback.Refusal;
import io.hsaw.feedback.SampleRecord;
import io.hsaw.feedback.Span;
import io.hsaw.messaging.StageRecords;
import io.hsaw.messaging.TopicSetup;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads samples, proposals and releases into the ledger. */
class LedgerReading extends Worker {

    private static final Duration IDLE = Duration.ofMillis(100);
    private static final Duration BETWEEN_CHECKS = Duration.ofSeconds(3);

    private final Kafka kafka;
    private final TopicSetup topics;
    private final Ledger ledger;

    LedgerReading(Kafka kafka, TopicSetup topics, Ledger ledger) {
        super("reading");
        this.kafka = kafka;
        this.topics = topics;
        this.ledger = ledger;
    }

    @Override
    void session() throws Exception {
        topics.ensure();
        try (TopicReading samples = open(Topics.LABELED_FRAMES, null, this::samples);
                TopicReading proposals = open(Topics.PSEUDO_LABELS, samples, this::proposals);
                TopicReading releases = open(Topics.MODEL_RELEASES, proposals, this::releases)) {
            boolean idle = false;
            long checkedNanos = System.nanoTime();
            while (open()) {
                int records = samples.advance(Duration.ZERO) + proposals.advance(idle ? IDLE : Duration.ZERO)
                        + releases.advance(Duration.ZERO);
                idle = records == 0;
                if (System.nanoTime() - checkedNanos > BETWEEN_CHECKS.toNanos()) {
                    samples.check();
                    proposals.check();
                    releases.check();
                    checkedNanos = System.nanoTime();
                }
                working("samples, proposals and releases from Kafka at " + kafka.bootstrap());
            }
        }
    }

    private TopicReading open(String topic, TopicReading before, TopicReading.Taker taker) throws InterruptedException {
        return new TopicReading(kafka, ledger, topic, before, taker, this::open);
    }

    private void samples(Span span, List<ConsumerRecord<byte[], byte[]>> records, List<Refusal> refusals) {
        ledger.samples(span, decoded(records, refusals, LedgerReading::sample), refusals);
    }

    private static SampleRecord sample(ConsumerRecord<byte[], byte[]> record) throws InvalidRecordException {
        if (record.value() == null && record.key() != null) {
            return new SampleRecord(new String(record.key(), StandardCharsets.UTF_8), null, null, record.partition(),
                    record.offset());
        }
        LabeledFrame frame = LabeledFrame.read(record.key(), StageRecords.headers(record));
        return new SampleRecord(frame.sampleId(), frame, sha256(record.value()), record.partition(), record.offset());
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    void proposals(Span span, List<ConsumerRecord<byte[], byte[]>> records, List<Refusal> refusals) {
        List<PseudoLabel> proposals = decoded(records, refusals,
                record -> StageRecords.value(record, RecordCodec.PSEUDO_LABELS));
        ledger.proposals(span, proposals, refusals);
    }

    private void releases(Span span, List<ConsumerRecord<byte[], byte[]>> records, List<Refusal> refusals) {
        List<ConsumerRecord<byte[], byte[]>> champions = records.stream().filter(record -> record.key() != null
                && record.value() != null
                && new String(record.key(), StandardCharsets.UTF_8).equals(ModelRelease.CHAMPION_KEY)).toList();
        List<ModelRelease> releases = decoded(champions, refusals,
                record -> StageRecords.value(record, RecordCodec.MODEL_RELEASES));
        ledger.releases(span, releases, refusals);
    }

    private interface Decoder<T> {
        T decode(ConsumerRecord<byte[], byte[]> record) throws InvalidRecordException;
    }

    private static <T> List<T> decoded(List<ConsumerRecord<byte[], byte[]>> records, List<Refusal> refusals,
            Decoder<T> decoder) {
        List<T> decoded = new ArrayList<>(records.size());
        for (ConsumerRecord<byte[], byte[]> record : records) {
            try {
                decoded.add(decoder.decode(record));
            } catch (InvalidRecordException e) {
                refusals.add(new Refusal(record.partition(), record.offset(), e.getMessage()));
            }
        }
        return decoded;
    }
}
