package io.hsaw.trainer.samples;

import io.hsaw.contracts.Topics;
import io.hsaw.messaging.TopicMismatchException;
import io.hsaw.messaging.TopicSetup;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Keeps the store up with one compacted topic, from where the store is. A topic that was deleted and made anew, and one
 * whose erasures may have been missed because nobody followed it for too long, is read again from its beginning.
 */
final class LogFollower implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(LogFollower.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);
    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);
    private static final String ID = "/id";
    private static final String CAUGHT_UP = "/caught-up";

    /** What the topic holds. */
    interface Content {

        /** What records change in the store. May take its time. */
        SampleStore.Change read(List<ConsumerRecord<byte[], byte[]>> records) throws InterruptedException;

        /** Takes out of the store what came from this topic. */
        void forget(SampleStore.Changes changes);
    }

    private final String topic;
    private final LogClients clients;
    private final TopicSetup topics;
    private final SampleStore store;
    private final Content content;
    private final Runnable changed;
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile String problem = "has not read yet";
    private String said;

    /** @param changed is called after each change of the store */
    LogFollower(String topic, LogClients clients, TopicSetup topics, SampleStore store, Content content, Runnable changed) {
        this.topic = topic;
        this.clients = clients;
        this.topics = topics;
        this.store = store;
        this.content = content;
        this.changed = changed;
        thread = new Thread(this::run, "follow-" + topic);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Why the topic is not followed now, for a person; empty if it is. */
    Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    /** The offset in a partition up to which the store has read. */
    static long position(SampleStore store, TopicPartition partition) {
        return store.mark(mark(partition)).map(Long::valueOf).orElse(0L);
    }

    private void run() {
        while (!closed()) {
            try {
                follow();
            } catch (InterruptedException e) {
                return;
            } catch (TopicMismatchException | ExecutionException | RuntimeException e) {
                LOG.debugf(e, "why %s is not followed", topic);
                problem = e instanceof ExecutionException ? e.getCause().toString() : e.toString();
                if (!problem.equals(said)) {
                    LOG.warnf("%s is not followed now, trying again: %s", topic, problem);
                    said = problem;
                }
                try {
                    closing.await(BETWEEN_TRIES.toMillis(), TimeUnit.MILLISECONDS);
                } catch (InterruptedException closed) {
                    return;
                }
            }
        }
    }

    private boolean closed() {
        return closing.getCount() == 0;
    }

    private void follow() throws TopicMismatchException, ExecutionException, InterruptedException {
        synchronized (topics) {
            topics.ensure();
        }
        try (Admin admin = clients.admin(); KafkaConsumer<byte[], byte[]> consumer = clients.reader()) {
            TopicDescription seen = describe(admin);
            List<TopicPartition> partitions = seen.partitions().stream()
                    .map(partition -> new TopicPartition(topic, partition.partition())).toList();
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            forgetIfStale(seen, ends);
            consumer.assign(partitions);
            consumer.beginningOffsets(partitions).forEach((partition, begin) ->
                    consumer.seek(partition, Math.max(begin, position(store, partition))));
            Instant nextLook = Instant.MIN;
            while (!closed()) {
                take(consumer, consumer.poll(POLL));
                problem = null;
                said = null;
                if (Instant.now().isBefore(nextLook)) {
                    continue;
                }
                TopicDescription now = describe(admin);
                if (!now.topicId().equals(seen.topicId()) || now.partitions().size() != partitions.size()) {
                    return; // begins anew
                }
                if (consumer.endOffsets(partitions).entrySet().stream()
                        .allMatch(end -> position(store, end.getKey()) >= end.getValue())) {
                    store.change(changes -> changes.mark(topic + CAUGHT_UP, String.valueOf(System.currentTimeMillis())));
                    if (store.erasedRemain()) {
                        store.purge();
                    }
                }
                nextLook = Instant.now().plus(BETWEEN_LOOKS);
            }
        }
    }

    private void take(KafkaConsumer<byte[], byte[]> consumer, ConsumerRecords<byte[], byte[]> records)
            throws InterruptedException {
        Map<TopicPartition, Long> positions = new HashMap<>();
        for (TopicPartition partition : consumer.assignment()) {
            long position = consumer.position(partition);
            if (position != position(store, partition)) {
                positions.put(partition, position);
            }
        }
        if (positions.isEmpty()) {
            return;
        }
        List<ConsumerRecord<byte[], byte[]>> batch = new ArrayList<>(records.count());
        records.forEach(batch::add);
        SampleStore.Change change = content.read(batch);
        store.change(changes -> {
            change.make(changes);
            positions.forEach((partition, position) -> changes.mark(mark(partition), String.valueOf(position)));
        });
        changed.run();
    }

    private TopicDescription describe(Admin admin) throws ExecutionException, InterruptedException {
        return admin.describeTopics(List.of(topic)).topicNameValues().get(topic).get();
    }

    private void forgetIfStale(TopicDescription seen, Map<TopicPartition, Long> ends) {
        String id = seen.topicId().toString();
        String known = store.mark(topic + ID).orElse(null);
        if (known == null) {
            store.change(changes -> changes.mark(topic + ID, id));
            return;
        }
        long caughtUp = store.mark(topic + CAUGHT_UP).map(Long::valueOf).orElse(0L);
        boolean another = !known.equals(id)
                || ends.entrySet().stream().anyMatch(end -> position(store, end.getKey()) > end.getValue());
        boolean missed = caughtUp > 0 && System.currentTimeMillis() - caughtUp > Topics.TOMBSTONES_KEPT.toMillis();
        if (another || missed) {
            LOG.warnf("%s %s: it is read again from its beginning", topic, another ? "was deleted and made anew"
                    : "was not followed for longer than it keeps erasures");
            store.change(changes -> {
                content.forget(changes);
                changes.forgetMarks(topic + "/");
                changes.mark(topic + ID, id);
            });
            changed.run();
        }
    }

    private static String mark(TopicPartition partition) {
        return partition.topic() + "/" + partition.partition();
    }

    @Override
    public void close() throws InterruptedException {
        closing.countDown();
        thread.join(TimeUnit.SECONDS.toMillis(30));
    }
}
