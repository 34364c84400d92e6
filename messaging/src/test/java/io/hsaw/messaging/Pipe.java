package io.hsaw.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hsaw.broker.testing.KafkaRecords;
import io.hsaw.contracts.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** Two topics of one test, what was written to the first, and what is expected on the second. */
final class Pipe {

    static final int PARTITIONS = 3;
    static final Map<String, String> SETTINGS = Map.of("cleanup.policy", "delete", "max.message.bytes", "16777216");

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final long PATIENCE_NANOS = 60_000_000_000L;
    private static final long BETWEEN_LOOKS_NANOS = 10_000_000;

    final String bootstrap;
    final String in;
    final String out;
    final String state;
    private final List<Topics.Definition> definitions;
    private final Map<Integer, List<String>> published = new TreeMap<>();

    Pipe(String bootstrap) {
        this(bootstrap, "in-" + NUMBER.incrementAndGet(), SETTINGS);
    }

    Pipe(String bootstrap, String in, Map<String, String> settings) {
        this.bootstrap = bootstrap;
        this.in = in;
        this.out = in + "-out";
        this.state = in + "-state";
        this.definitions = List.of(new Topics.Definition(in, false, settings),
                new Topics.Definition(out, false, settings), new Topics.Definition(state, false,
                        Map.of("cleanup.policy", "compact", "max.message.bytes", "1048576")));
    }

    /** Reads what another one writes. */
    static Pipe behind(Pipe before) {
        return new Pipe(before.bootstrap, before.out, Map.of("cleanup.policy", "delete", "max.message.bytes", "16777216"));
    }

    TopicSetup topics() {
        return new TopicSetup(bootstrap, definitions, PARTITIONS, 1);
    }

    TransactionalHop start(Stage stage, String replica, Delivery delivery) {
        TransactionalHop hop = new TransactionalHop(new HopSettings("copy-" + in, in, bootstrap, delivery, replica),
                topics(), stage, () -> { });
        hop.start();
        return hop;
    }

    TransactionalHop start(Stage stage) {
        return start(stage, "1", Delivery.EXACTLY_ONCE);
    }

    /** Writes the values, in turn to all partitions. */
    void publish(List<String> values) throws Exception {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        int next = published.values().stream().mapToInt(List::size).sum();
        for (String value : values) {
            int partition = next++ % PARTITIONS;
            published.computeIfAbsent(partition, p -> new ArrayList<>()).add(value);
            records.add(new ProducerRecord<>(in, partition, ("camera-" + partition).getBytes(StandardCharsets.UTF_8),
                    value.getBytes(StandardCharsets.UTF_8)));
        }
        KafkaRecords.publish(bootstrap, records);
    }

    /** Writes so many numbered values. */
    void publish(int count) throws Exception {
        int from = published.values().stream().mapToInt(List::size).sum();
        List<String> values = new ArrayList<>();
        for (int i = from; i < from + count; i++) {
            values.add("value " + i);
        }
        publish(values);
    }

    /** Writes records that are deleted before anybody reads them, as by their topic's retention. */
    void publishExpired(int count) throws Exception {
        KafkaRecords.publish(bootstrap, Collections.nCopies(count,
                new ProducerRecord<>(in, 0, null, "expired".getBytes(StandardCharsets.UTF_8))));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.deleteRecords(Map.of(new TopicPartition(in, 0), RecordsToDelete.beforeOffset(-1))).all().get();
        }
    }

    /** As many committed outputs as there were inputs; more if the hop doubled any before. */
    Map<Integer, List<String>> outputs() {
        Map<Integer, List<String>> outputs = new TreeMap<>();
        int count = published.values().stream().mapToInt(List::size).sum();
        for (ConsumerRecord<byte[], byte[]> record : KafkaRecords.read(bootstrap, out, count)) {
            outputs.computeIfAbsent(record.partition(), p -> new ArrayList<>()).add(CopyStage.value(record));
        }
        return outputs;
    }

    /** A last record per partition comes out behind all others: nothing can be on its way any more. */
    void assertEachOnceInOrder(UnaryOperator<String> expected) throws Exception {
        publish(List.of("last", "last", "last"));
        Map<Integer, List<String>> all = new TreeMap<>();
        published.forEach((partition, values) -> all.put(partition, values.stream().map(expected).toList()));
        assertEquals(all, outputs());
    }

    void assertEachOnceInOrder() throws Exception {
        assertEachOnceInOrder(UnaryOperator.identity());
    }

    /** As above, the outputs of a {@link CountingStage}: it never forgot how far it had counted. */
    void assertEachOnceInOrderCounted() throws Exception {
        publish(List.of("last", "last", "last"));
        Map<Integer, List<String>> counted = new TreeMap<>();
        published.forEach((partition, values) -> {
            AtomicInteger number = new AtomicInteger();
            counted.put(partition, values.stream().map(value -> value.equals(CopyHopProcess.DEADLY)
                    ? "failed " + value : CountingStage.counted(value, number.incrementAndGet())).toList());
        });
        assertEquals(counted, outputs());
    }

    /** As above, but records may have come again. */
    void assertEachAtLeastOnceInOrder() throws Exception {
        publish(List.of("last", "last", "last"));
        await(() -> outputs().values().stream().allMatch(values -> values.contains("last")));
        Map<Integer, List<String>> firsts = new TreeMap<>();
        outputs().forEach((partition, values) -> firsts.put(partition, List.copyOf(new LinkedHashSet<>(values))));
        assertEquals(published, firsts);
    }

    /** Returns when the condition holds; fails after a minute. */
    static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("did not come true within a minute");
            }
            LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
        }
    }
}
