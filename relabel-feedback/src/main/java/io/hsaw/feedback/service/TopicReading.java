package io.hsaw.feedback.service;

import io.hsaw.feedback.Database;
import io.hsaw.feedback.Ledger;
import io.hsaw.feedback.Refusal;
import io.hsaw.feedback.Span;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jdbi.v3.core.JdbiException;

/**
 * Reads all partitions of a topic into the ledger, from where the ledger says. Before a batch is taken in, the topic that
 * it builds on has been read up to where it ended when the batch came: so a proposal finds the sample that was published
 * before it. Used by one thread.
 */
final class TopicReading implements AutoCloseable {

    private static final int BATCH = 500;
    private static final Duration PIECE = Duration.ofMillis(100);
    private static final Duration CLOSE = Duration.ofSeconds(2);
    /** So often the ledger is told that the topic is being read, though nothing comes. */
    private static final Duration BETWEEN_WORDS = Duration.ofHours(1);

    /** Has the ledger take in records in their order, and what cannot be read of them. */
    interface Taker {

        /** @param refusals those known already; to be added to */
        void take(Span span, List<ConsumerRecord<byte[], byte[]>> records, List<Refusal> refusals);
    }

    private final String topic;
    private final String topicId;
    private final TopicReading before;
    private final Taker taker;
    private final BooleanSupplier open;
    private final KafkaConsumer<byte[], byte[]> consumer;
    /** The offset of the next record by partition, as the ledger has it. */
    private final Map<Integer, Long> next;
    private long toldNanos = System.nanoTime();

    /**
     * Connects.
     *
     * @param before the topic that this one builds on, or null
     * @param open   whether to go on
     */
    TopicReading(Kafka kafka, Ledger ledger, String topic, TopicReading before, Taker taker, BooleanSupplier open)
            throws InterruptedException {
        this.topic = topic;
        this.before = before;
        this.taker = taker;
        this.open = open;
        this.consumer = kafka.consumer(BATCH);
        try {
            TopicDescription description = describe(kafka, topic);
            this.topicId = description.topicId().toString();
            Set<TopicPartition> partitions = description.partitions().stream()
                    .map(partition -> new TopicPartition(topic, partition.partition())).collect(Collectors.toSet());
            consumer.assign(partitions);
            Map<Integer, Long> ends = new HashMap<>();
            consumer.endOffsets(partitions).forEach((partition, end) -> ends.put(partition.partition(), end));
            this.next = new HashMap<>(ledger.open(topic, topicId, ends));
            next.forEach((partition, offset) -> consumer.seek(new TopicPartition(topic, partition), offset));
        } catch (RuntimeException | InterruptedException e) {
            close();
            throw e;
        }
    }

    private static TopicDescription describe(Kafka kafka, String topic) throws InterruptedException {
        try (Admin admin = Admin.create(kafka.admin())) {
            return admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
        } catch (ExecutionException e) {
            throw new KafkaException("cannot ask for topic " + topic, e.getCause());
        }
    }

    /**
     * Takes in what comes.
     *
     * @param wait for so long
     * @return how many records
     */
    int advance(Duration wait) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(wait);
        if (!records.isEmpty() && before != null) {
            before.catchUp();
        }
        Map<Integer, Long> to = new HashMap<>();
        for (TopicPartition partition : consumer.assignment()) {
            long position = consumer.position(partition);
            if (position > next.get(partition.partition())) {
                to.put(partition.partition(), position);
            }
        }
        if (to.isEmpty() && System.nanoTime() - toldNanos > BETWEEN_WORDS.toNanos()) {
            to.putAll(next);
        }
        if (!to.isEmpty()) {
            List<ConsumerRecord<byte[], byte[]>> batch = new ArrayList<>(records.count());
            records.forEach(batch::add);
            take(batch, to);
            toldNanos = System.nanoTime();
        }
        return records.count();
    }

    private void take(List<ConsumerRecord<byte[], byte[]>> batch, Map<Integer, Long> to) {
        try {
            taker.take(span(to), batch, new ArrayList<>());
        } catch (JdbiException e) {
            if (!Database.refused(e) || batch.isEmpty()) {
                throw e;
            }
            batch.forEach(this::takeAlone);
            taker.take(span(to), List.of(), List.of());
        }
        next.putAll(to);
    }

    /** What the database refuses of a batch is recorded, and the rest taken in. */
    private void takeAlone(ConsumerRecord<byte[], byte[]> record) {
        Map<Integer, Long> to = Map.of(record.partition(), record.offset() + 1);
        try {
            taker.take(span(to), List.of(record), new ArrayList<>());
        } catch (JdbiException e) {
            if (!Database.refused(e)) {
                throw e;
            }
            taker.take(span(to), List.of(), List.of(new Refusal(record.partition(), record.offset(),
                    "the ledger's database refuses it: " + e.getCause().getMessage().lines().findFirst().orElse(""))));
        }
        next.putAll(to);
    }

    private Span span(Map<Integer, Long> to) {
        return new Span(topic, topicId, Map.copyOf(next), to);
    }

    /**
     * Returns if Kafka answers and the topic is the one that is being read; polling alone does not tell.
     *
     * @throws KafkaException if not
     */
    void check() {
        boolean same = consumer.partitionsFor(topic).size() == next.size()
                && consumer.endOffsets(consumer.assignment()).entrySet().stream()
                        .allMatch(end -> end.getValue() >= next.get(end.getKey().partition()));
        if (!same) {
            throw new KafkaException("topic " + topic + " was made anew or has other partitions");
        }
    }

    /** Reads up to where the topic ends now. */
    private void catchUp() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        while (open.getAsBoolean()
                && ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            advance(PIECE);
        }
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(CLOSE));
    }
}
