package io.hsaw.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.broker.testing.KafkaForTests;
import io.hsaw.broker.testing.KafkaRecords;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class StateRestoreIT {

    @AutoClose
    private static KafkaForTests kafka;

    private Pipe pipe;
    private CountingStage stage;

    @BeforeAll
    static void startKafka() {
        kafka = KafkaForTests.start();
    }

    @BeforeEach
    void newTopics() throws Exception {
        pipe = new Pipe(kafka.bootstrapServers());
        stage = new CountingStage(pipe);
        pipe.topics().ensure();
    }

    @ParameterizedTest
    @EnumSource
    void aStageStartedAgainGoesOnFromWhatItKnew(Delivery delivery) throws Exception {
        for (int life = 0; life < 3; life++) {
            pipe.publish(50);
            CountingStage fresh = new CountingStage(pipe);
            try (TransactionalHop hop = pipe.start(fresh, "1", delivery)) {
                Pipe.await(() -> fresh.committed.size() == 50);
            }
        }
        try (TransactionalHop last = pipe.start(stage, "1", delivery)) {
            pipe.assertEachOnceInOrderCounted();
        }
    }

    @Test
    void whatIsKnownOfAPartitionMovesWithItAndTheOthersGoOn() throws Exception {
        CountingStage other = new CountingStage(pipe);
        try (TransactionalHop first = pipe.start(stage)) {
            pipe.publish(30);
            Pipe.await(() -> stage.committed.size() == 30);
            try (TransactionalHop second = pipe.start(other, "2", Delivery.EXACTLY_ONCE)) {
                Pipe.await(() -> !stage.lost.isEmpty());
                pipe.publish(30);
                Pipe.await(() -> !other.committed.isEmpty());
            }
            pipe.publish(30);
            pipe.assertEachOnceInOrderCounted();
        }
    }

    @Test
    void theStateOfASilentPartitionIsReadBackToo() throws Exception {
        try (TransactionalHop first = pipe.start(stage)) {
            pipe.publish(Pipe.PARTITIONS);
            Pipe.await(() -> stage.committed.size() == Pipe.PARTITIONS);
        }
        Set<Integer> restored = new ConcurrentSkipListSet<>();
        CountingStage other = new CountingStage(pipe) {
            @Override
            public void restore(ConsumerRecord<byte[], byte[]> state) {
                restored.add(state.partition());
            }
        };
        try (TransactionalHop second = pipe.start(other)) {
            Pipe.await(() -> restored.equals(Set.of(0, 1, 2)));
        }
    }

    @Test
    void ofManyStatesOfAKeyTheLastHoldsAndOneThatWasForgottenIsNotThere() throws Exception {
        List<ProducerRecord<byte[], byte[]>> states = new ArrayList<>();
        IntStream.rangeClosed(1, 20_000).forEach(i -> states.add(stage.state(0, i)));
        states.add(stage.state(1, 7));
        states.add(stage.state(1, null));
        KafkaRecords.publish(pipe.bootstrap, states);
        List<String> restored = new ArrayList<>();
        CountingStage listing = new CountingStage(pipe) {
            @Override
            public void restore(ConsumerRecord<byte[], byte[]> state) {
                restored.add(state.partition() + ": " + value(state));
            }
        };
        try (TransactionalHop hop = pipe.start(listing)) {
            pipe.assertEachOnceInOrderCounted();
        }
        assertEquals(List.of("0: 20000"), restored);
    }

    /** What a process leaves that is killed between the writes and the end of its transaction. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anOpenTransactionsOutcomeIsWaitedFor(boolean commits) throws Exception {
        try (KafkaProducer<byte[], byte[]> killed = new KafkaProducer<>(Map.of("bootstrap.servers", pipe.bootstrap,
                "transactional.id", pipe.in, "transaction.timeout.ms", 10_000), new ByteArraySerializer(),
                new ByteArraySerializer())) {
            killed.initTransactions();
            killed.beginTransaction();
            killed.send(stage.state(0, 7)).get();
            killed.flush();
            pipe.publish(Pipe.PARTITIONS);
            try (TransactionalHop hop = pipe.start(stage)) {
                Pipe.await(() -> hop.status().detail().contains("reading back the state of partitions [0]"));
                Pipe.await(() -> stage.committed.size() == Pipe.PARTITIONS - 1);
                assertEquals(Set.of(1, 2), hop.status().partitions());
                if (commits) {
                    killed.commitTransaction();
                }
                Pipe.await(() -> stage.committed.size() == Pipe.PARTITIONS);
            }
            assertTrue(pipe.outputs().get(0).get(0).endsWith(commits ? " #8" : " #1"), pipe.outputs().toString());
        }
    }

    @Test
    void aHopThatWaitsForAnOpenTransactionCanBeClosed() throws Exception {
        try (KafkaProducer<byte[], byte[]> open = new KafkaProducer<>(Map.of("bootstrap.servers", pipe.bootstrap,
                "transactional.id", pipe.in), new ByteArraySerializer(), new ByteArraySerializer())) {
            open.initTransactions();
            open.beginTransaction();
            open.send(stage.state(0, 7)).get();
            TransactionalHop hop = pipe.start(stage);
            Pipe.await(() -> hop.status().detail().contains("reading back the state of partitions [0]"));
            hop.close();
            assertEquals(HopStatus.Phase.STOPPED, hop.status().phase());
            open.abortTransaction();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatThePassingOfTimeBringsIsWrittenOnceAndDisturbsNoRecord(Delivery delivery) throws Exception {
        ConcurrentLinkedQueue<Integer> ended = new ConcurrentLinkedQueue<>();
        CopyStage ending = new CopyStage(pipe.out) {
            @Override
            public StageResult timePassed() {
                if (committed.size() < 30 || ended.size() >= 5) {
                    return StageResult.NOTHING;
                }
                int number = ended.size();
                ProducerRecord<byte[], byte[]> end = new ProducerRecord<>(pipe.state, number % Pipe.PARTITIONS,
                        "end".getBytes(StandardCharsets.UTF_8),
                        String.valueOf(number).getBytes(StandardCharsets.UTF_8));
                return new StageResult(List.of(List.of(end)), () -> ended.add(number));
            }
        };
        pipe.publish(30);
        try (TransactionalHop hop = pipe.start(ending, "1", delivery)) {
            Pipe.await(() -> ended.size() == 5);
        }
        try (TransactionalHop hop = pipe.start(ending, "1", delivery)) {
            pipe.assertEachOnceInOrder();
        }
        assertEquals(List.of("0", "1", "2", "3", "4"),
                KafkaRecords.read(pipe.bootstrap, pipe.state, 5).stream()
                        .map(CopyStage::value).sorted().toList());
    }
}
