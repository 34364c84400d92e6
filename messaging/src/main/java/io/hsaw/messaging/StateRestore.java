package io.hsaw.messaging;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jboss.logging.Logger;

/**
 * Reads back what a stage remembered of partitions that it is newly assigned, piece by piece between two polls, so that
 * its other partitions go on and its group does not miss it. Nothing of a partition is read before its committed
 * offsets are final, and then up to where the state topic ended at that time, open transactions included: whatever
 * became of them, the last state is that of the committed offsets. Used by one thread.
 */
final class StateRestore implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(StateRestore.class);
    private static final Duration PIECE = Duration.ofMillis(20);
    private static final Duration BETWEEN_WORDS = Duration.ofSeconds(5);
    /** More than it takes the broker to end the transaction of a process that died. */
    private static final Duration STUCK_AFTER = Duration.ofSeconds(30);
    private static final Duration CLOSE = Duration.ofSeconds(2);
    /** A piece may be large, as seconds pass between two where other partitions have work. */
    private static final int PIECE_RECORDS = 20_000;
    private static final int PIECE_BYTES = 4 << 20;

    private final HopSettings settings;
    private final Stage stage;
    private final Map<String, Object> clientSettings;
    /** Those whose committed offsets may still depend on a predecessor's open transaction. */
    private final Set<Integer> unsettled = new TreeSet<>();
    /** Where reading ends, by partition of the state topic. */
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private final Map<TopicPartition, Map<ByteBuffer, ConsumerRecord<byte[], byte[]>>> found = new HashMap<>();
    private KafkaConsumer<byte[], byte[]> reader;
    private long beganNanos;
    /** Time spent here, not that of other partitions' work. */
    private long withoutProgressNanos;
    private long toldNanos;

    /** @param clientSettings where Kafka is and how long to wait for it */
    StateRestore(HopSettings settings, Stage stage, Map<String, Object> clientSettings) {
        this.settings = settings;
        this.stage = stage;
        this.clientSettings = new HashMap<>(clientSettings);
        this.clientSettings.put("client.id", settings.instanceId() + "-state");
        this.clientSettings.put("default.api.timeout.ms", 10_000);
    }

    /** The partitions that must not be worked on yet. */
    Set<Integer> pending() {
        Set<Integer> pending = new TreeSet<>(unsettled);
        ends.keySet().forEach(partition -> pending.add(partition.partition()));
        return pending;
    }

    /** These partitions were newly assigned. */
    void begin(Set<Integer> partitions) {
        if (stage.stateTopic().isPresent() && !partitions.isEmpty()) {
            withoutProgressNanos = 0;
            if (pending().isEmpty()) {
                beganNanos = System.nanoTime();
                toldNanos = beganNanos;
            }
            unsettled.addAll(partitions);
        }
    }

    /** These partitions were given up. */
    void forget(Set<Integer> partitions) {
        unsettled.removeAll(partitions);
        ends.keySet().removeIf(partition -> partitions.contains(partition.partition()));
        found.keySet().retainAll(ends.keySet());
        positions.keySet().retainAll(ends.keySet());
        follow();
    }

    /**
     * One more piece.
     *
     * @param consumer of the input topic
     * @return the partitions that are done and may be worked on
     * @throws KafkaException if the broker refuses, or the state cannot be read for long
     */
    Set<Integer> advance(Consumer<?, ?> consumer) throws InterruptedException {
        long entered = System.nanoTime();
        boolean progress = false;
        if (!unsettled.isEmpty() && settled(consumer)) {
            measure();
        }
        Set<Integer> done = new HashSet<>();
        if (!ends.isEmpty()) {
            reader.poll(PIECE).forEach(record -> found
                    .get(new TopicPartition(record.topic(), record.partition()))
                    .put(ByteBuffer.wrap(record.key()), record));
            for (TopicPartition partition : Set.copyOf(ends.keySet())) {
                long position = reader.position(partition);
                progress |= !Long.valueOf(position).equals(positions.put(partition, position));
                if (position >= ends.get(partition)) {
                    found.get(partition).values().stream().filter(record -> record.value() != null)
                            .forEach(stage::restore);
                    done.add(partition.partition());
                }
            }
            if (!done.isEmpty()) {
                tellDone(done);
                forget(done);
            }
        }
        withoutProgressNanos = progress ? 0 : withoutProgressNanos + System.nanoTime() - entered;
        watch();
        return done;
    }

    /** Whether no predecessor can change the committed offsets any more, nor what goes with them. */
    private boolean settled(Consumer<?, ?> consumer) {
        try {
            consumer.committed(unsettled.stream().map(partition -> new TopicPartition(settings.inputTopic(), partition))
                    .collect(Collectors.toSet()), PIECE.multipliedBy(10));
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    private void measure() throws InterruptedException {
        String topic = stage.stateTopic().orElseThrow();
        Map<TopicPartition, OffsetSpec> wanted = unsettled.stream().collect(
                Collectors.toMap(partition -> new TopicPartition(topic, partition), p -> OffsetSpec.latest()));
        try (Admin admin = Admin.create(clientSettings)) {
            Map<TopicPartition, ListOffsetsResultInfo> last = admin
                    .listOffsets(wanted, new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED)).all().get();
            last.forEach((partition, end) -> {
                ends.put(partition, end.offset());
                found.put(partition, new LinkedHashMap<>());
            });
        } catch (ExecutionException e) {
            throw new KafkaException("cannot read the end of topic " + topic, e.getCause());
        }
        unsettled.clear();
        follow();
        reader.seekToBeginning(wanted.keySet());
    }

    /** Those that are being read already are read on. */
    private void follow() {
        if (ends.isEmpty()) {
            close();
            return;
        }
        if (reader == null) {
            Map<String, Object> reading = new HashMap<>(clientSettings);
            reading.put("isolation.level", "read_committed");
            reading.put("auto.offset.reset", "earliest");
            reading.put("enable.auto.commit", false);
            reading.put("max.poll.records", PIECE_RECORDS);
            reading.put("max.partition.fetch.bytes", PIECE_BYTES);
            reader = new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        }
        reader.assign(ends.keySet());
    }

    private void tellDone(Set<Integer> done) {
        LOG.infof("%s: read back the state of partitions %s from topic %s: %d keys in %d ms.", settings.name(), done,
                stage.stateTopic().orElseThrow(),
                found.entrySet().stream().filter(partition -> done.contains(partition.getKey().partition()))
                        .flatMap(partition -> partition.getValue().values().stream())
                        .filter(record -> record.value() != null).count(),
                Duration.ofNanos(System.nanoTime() - beganNanos).toMillis());
    }

    private void watch() {
        if (pending().isEmpty()) {
            return;
        }
        if (withoutProgressNanos > STUCK_AFTER.toNanos()) {
            throw new KafkaException(waiting() + ", without progress for " + STUCK_AFTER.toSeconds() + " s");
        }
        long now = System.nanoTime();
        if (now - toldNanos > BETWEEN_WORDS.toNanos()) {
            toldNanos = now;
            LOG.infof("%s: %s.", settings.name(), waiting());
        }
    }

    /** What is being done, for a person. */
    String waiting() {
        String topic = stage.stateTopic().orElseThrow();
        return unsettled.isEmpty()
                ? "reading back the state of partitions " + pending() + " from topic " + topic + ", now at " + positions
                        + " of " + ends
                : "waiting for the last transaction on partitions " + unsettled + " to end before their state is read"
                        + " from topic " + topic;
    }

    @Override
    public void close() {
        if (reader != null) {
            reader.close(CloseOptions.timeout(CLOSE));
            reader = null;
        }
    }
}
