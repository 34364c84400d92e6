package io.hsaw.feedback.service;

import io.hsaw.contracts.CloudEvents;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.Topics;
import io.hsaw.feedback.LabelRecord;
import io.hsaw.feedback.Ledger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/** Publishes on {@code labels} what the ledger has committed, in its order. */
class LabelPublishing extends Worker {

    private static final int BATCH = 1000;
    private static final Duration CLOSE = Duration.ofSeconds(2);
    private static final Duration BETWEEN_CHECKS = Duration.ofSeconds(3);
    /** Another process may have changed the ledger. */
    private static final long BETWEEN_LOOKS_MILLIS = 1_000;

    private final Kafka kafka;
    private final Ledger ledger;
    private final Semaphore changed;
    private volatile long waiting;
    private volatile long emptyNanos = System.nanoTime();

    /** @param changed has a permit when the ledger has changed */
    LabelPublishing(Kafka kafka, Ledger ledger, Semaphore changed) {
        super("publishing");
        this.kafka = kafka;
        this.ledger = ledger;
        this.changed = changed;
    }

    /** How many records wait to be published, or less. */
    long waiting() {
        return waiting;
    }

    /** Seconds since none waited; about a second while all is well. */
    double waitingSeconds() {
        return (System.nanoTime() - emptyNanos) / 1e9;
    }

    @Override
    void session() throws Exception {
        KafkaProducer<byte[], byte[]> producer = kafka.producer();
        try (Admin admin = Admin.create(kafka.admin())) {
            long checkedNanos = System.nanoTime() - BETWEEN_CHECKS.toNanos();
            while (open()) {
                waiting = ledger.waiting();
                while (open() && ledger.publish(BATCH, records -> publish(producer, records)) > 0) {
                    working("publishing labels to Kafka at " + kafka.bootstrap());
                    waiting = ledger.waiting();
                }
                emptyNanos = System.nanoTime();
                if (System.nanoTime() - checkedNanos >= BETWEEN_CHECKS.toNanos()) {
                    check(admin);
                    checkedNanos = System.nanoTime();
                }
                working("publishing labels to Kafka at " + kafka.bootstrap());
                changed.tryAcquire(BETWEEN_LOOKS_MILLIS, TimeUnit.MILLISECONDS);
                changed.drainPermits();
            }
        } finally {
            producer.close(CLOSE);
        }
    }

    /** Returns if Kafka answers: while there is nothing to publish, a producer does not tell. */
    private static void check(Admin admin) throws InterruptedException {
        try {
            admin.describeCluster().nodes().get();
        } catch (ExecutionException e) {
            throw new KafkaException("Kafka does not answer", e.getCause());
        }
    }

    /** Returns when the broker has them all. */
    void publish(KafkaProducer<byte[], byte[]> producer, List<LabelRecord> records) {
        List<Future<RecordMetadata>> sent = records.stream().map(record -> producer.send(record(record))).toList();
        producer.flush();
        try {
            for (Future<RecordMetadata> write : sent) {
                write.get();
            }
        } catch (ExecutionException e) {
            throw new KafkaException("labels were not published", e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private static ProducerRecord<byte[], byte[]> record(LabelRecord label) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(Topics.LABELS, label.key().getBytes(StandardCharsets.UTF_8),
                label.label() == null ? null : RecordCodec.LABELS.encode(label.label()));
        if (label.label() != null) {
            header(record, CloudEvents.SPEC_VERSION, "1.0");
            header(record, CloudEvents.TYPE, RecordCodec.LABELS.schema());
            header(record, CloudEvents.SOURCE, "relabel-feedback");
            header(record, CloudEvents.CONTENT_TYPE, RecordCodec.LABELS.contentType());
        }
        return record;
    }

    private static void header(ProducerRecord<byte[], byte[]> record, String name, String value) {
        record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
