package io.hsaw.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.broker.testing.KafkaForTests;
import io.hsaw.messaging.HopStatus.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TransactionalHopIT {

    /** Ends the hop as an unforeseen error would. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    @AutoClose
    private static KafkaForTests kafka;

    private Pipe pipe;
    private CopyStage stage;

    @BeforeAll
    static void startKafka() {
        kafka = KafkaForTests.start();
    }

    @BeforeEach
    void newTopics() {
        pipe = new Pipe(kafka.bootstrapServers());
        stage = new CopyStage(pipe.out);
    }

    @ParameterizedTest
    @EnumSource
    void poisonRecordsAreAnsweredInTheirPlaceAndTheOthersAsEver(Delivery delivery) throws Exception {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            values.add((i % 23 == 7 ? CopyStage.POISON : "value") + i);
        }
        try (TransactionalHop hop = pipe.start(stage, "1", delivery)) {
            pipe.publish(values);
            pipe.assertEachOnceInOrder(value -> value.startsWith(CopyStage.POISON) ? "failed " + value : value);
            assertEquals(Phase.READING, hop.status().phase());
        }
        assertFalse(stage.committed.stream().anyMatch(value -> value.startsWith(CopyStage.POISON)));
    }

    @Test
    void aBatchThatFailsIsDoneAgainRecordByRecord() throws Exception {
        Queue<Integer> sizes = new ConcurrentLinkedQueue<>();
        Stage onlySingles = new CopyStage(pipe.out) {
            @Override
            public StageResult process(List<ConsumerRecord<byte[], byte[]>> batch) throws Exception {
                sizes.add(batch.size());
                if (batch.size() > 1) {
                    throw new IllegalStateException("too many at once");
                }
                return super.process(batch);
            }
        };
        pipe.topics().ensure();
        pipe.publish(60);
        try (TransactionalHop hop = pipe.start(onlySingles)) {
            pipe.assertEachOnceInOrder();
        }
        assertTrue(sizes.stream().anyMatch(size -> size > 1));
    }

    @Test
    void anErrorOfOneRecordsWorkIsAnsweredToo() throws Exception {
        Stage overflowing = new CopyStage(pipe.out) {
            @Override
            public StageResult process(List<ConsumerRecord<byte[], byte[]>> batch) throws Exception {
                if (batch.stream().anyMatch(record -> value(record).equals("value 5"))) {
                    throw new StackOverflowError();
                }
                return super.process(batch);
            }
        };
        try (TransactionalHop hop = pipe.start(overflowing)) {
            pipe.publish(10);
            pipe.assertEachOnceInOrder(value -> value.equals("value 5") ? "failed value 5" : value);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anOutputThatIsTooLargeIsAnsweredAsFailed(Delivery delivery) throws Exception {
        CopyStage swelling = new Swelling(17 << 20);
        try (TransactionalHop hop = pipe.start(swelling, "1", delivery)) {
            pipe.publish(List.of("value 4", "a", "b", "c"));
            pipe.assertEachOnceInOrder(Swelling::expected);
        }
        assertFalse(swelling.committed.contains("value 4"));
    }

    @Test
    void anOutputThatOnlyTheBrokerFindsTooLargeIsAnsweredAsFailed() throws Exception {
        pipe = new Pipe(kafka.bootstrapServers(), "small", Map.of("cleanup.policy", "delete",
                "max.message.bytes", "100000"));
        stage = new Swelling(200_000);
        try (TransactionalHop hop = pipe.start(stage)) {
            pipe.publish(List.of("value 4", "a", "b", "c"));
            pipe.assertEachOnceInOrder(Swelling::expected);
        }
        assertFalse(stage.committed.contains("value 4"));
    }

    /** Makes a large record of "value 4", and would add one to its answer. */
    private final class Swelling extends CopyStage {

        private final int size;

        Swelling(int size) {
            super(pipe.out);
            this.size = size;
        }

        static String expected(String value) {
            return value.equals("value 4") ? "failed value 4" : value;
        }

        @Override
        public StageResult process(List<ConsumerRecord<byte[], byte[]>> batch) throws Exception {
            List<List<ProducerRecord<byte[], byte[]>>> outputs = new ArrayList<>();
            for (ConsumerRecord<byte[], byte[]> record : batch) {
                outputs.add(List.of(value(record).equals("value 4") ? large(record) : output(record, value(record))));
            }
            return new StageResult(outputs, super.process(batch).onCommit());
        }

        @Override
        public List<ProducerRecord<byte[], byte[]>> fail(ConsumerRecord<byte[], byte[]> record, Exception cause) {
            return List.of(super.fail(record, cause).get(0), large(record));
        }

        private ProducerRecord<byte[], byte[]> large(ConsumerRecord<byte[], byte[]> record) {
            return new ProducerRecord<>(topic, record.partition(), record.key(), new byte[size]);
        }
    }

    @Test
    void aHopThatEndsBetweenWorkAndCommitLosesAndDoublesNothing() throws Exception {
        AtomicBoolean killed = new AtomicBoolean();
        Stage dying = new CopyStage(pipe.out) {
            @Override
            public StageResult process(List<ConsumerRecord<byte[], byte[]>> batch) throws Exception {
                if (committed.size() > 50 && killed.compareAndSet(false, true)) {
                    throw new Killed();
                }
                return super.process(batch);
            }
        };
        pipe.topics().ensure();
        pipe.publish(200);
        try (TransactionalHop first = pipe.start(dying)) {
            Pipe.await(() -> first.status().phase() == Phase.FAILED);
            assertFalse(first.status().alive());
        }
        try (TransactionalHop second = pipe.start(stage)) {
            pipe.assertEachOnceInOrder();
        }
    }

    @Test
    void whatAKilledHopHadNotCommittedIsNotSeen() throws Exception {
        Stage dyingAfterCommit = new CopyStage(pipe.out) {
            @Override
            public StageResult process(List<ConsumerRecord<byte[], byte[]>> batch) throws Exception {
                return new StageResult(super.process(batch).outputs(), () -> {
                    throw new Killed();
                });
            }
        };
        pipe.topics().ensure();
        pipe.publish(100);
        try (TransactionalHop first = pipe.start(dyingAfterCommit)) {
            Pipe.await(() -> first.status().phase() == Phase.FAILED);
        }
        try (TransactionalHop second = pipe.start(stage)) {
            pipe.assertEachOnceInOrder();
        }
    }

    @ParameterizedTest
    @EnumSource
    void closedInMidStreamAndStartedAgainItGoesOnWhereItWas(Delivery delivery) throws Exception {
        pipe.topics().ensure();
        pipe.publish(300);
        try (TransactionalHop first = pipe.start(stage, "1", delivery)) {
            Pipe.await(() -> !stage.committed.isEmpty());
        }
        try (TransactionalHop second = pipe.start(stage, "1", delivery)) {
            pipe.assertEachOnceInOrder();
        }
    }

    @Test
    void whereRecordsExpiredUnreadItGoesOnWithTheNext() throws Exception {
        try (TransactionalHop first = pipe.start(stage)) {
            pipe.publish(30);
            Pipe.await(() -> stage.committed.size() == 30);
        }
        pipe.publishExpired(10);
        try (TransactionalHop second = pipe.start(stage)) {
            pipe.publish(30);
            pipe.assertEachOnceInOrder();
        }
    }

    @Test
    void twoProcessesOfOneNameDisturbEachOtherButLoseAndDoubleNothing() throws Exception {
        CopyStage other = new CopyStage(pipe.out);
        try (TransactionalHop first = pipe.start(stage)) {
            pipe.publish(100);
            Pipe.await(() -> stage.committed.size() == 100);
            try (TransactionalHop second = pipe.start(other)) {
                while (other.committed.isEmpty()) {
                    pipe.publish(10);
                }
            }
            pipe.assertEachOnceInOrder();
        }
    }

    @Test
    void aSecondReplicaTakesPartitionsOverAndTheFirstForgetsThem() throws Exception {
        CopyStage other = new CopyStage(pipe.out);
        try (TransactionalHop first = pipe.start(stage)) {
            pipe.publish(30);
            Pipe.await(() -> stage.committed.size() == 30);
            try (TransactionalHop second = pipe.start(other, "2", Delivery.EXACTLY_ONCE)) {
                Pipe.await(() -> !stage.lost.isEmpty());
                assertTrue(stage.lost.size() < Pipe.PARTITIONS, "keeps what it is given back: " + stage.lost);
                pipe.publish(30);
                pipe.assertEachOnceInOrder();
                assertFalse(other.committed.isEmpty());
            }
        }
    }

    @Test
    void atLeastOnceAHopThatEndsBeforeItsCommitRepeatsButLosesNothing() throws Exception {
        AtomicBoolean killed = new AtomicBoolean();
        Stage dying = new CopyStage(pipe.out) {
            @Override
            public StageResult process(List<ConsumerRecord<byte[], byte[]>> batch) throws Exception {
                if (committed.size() > 50 && killed.compareAndSet(false, true)) {
                    throw new Killed();
                }
                return super.process(batch);
            }
        };
        pipe.topics().ensure();
        pipe.publish(200);
        try (TransactionalHop first = pipe.start(dying, "1", Delivery.AT_LEAST_ONCE)) {
            Pipe.await(() -> first.status().phase() == Phase.FAILED);
        }
        try (TransactionalHop second = pipe.start(stage, "1", Delivery.AT_LEAST_ONCE)) {
            pipe.assertEachAtLeastOnceInOrder();
        }
    }
}
