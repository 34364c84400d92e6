package io.hsaw.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.broker.testing.KafkaForTests;
import io.hsaw.broker.testing.KafkaRecords;
import io.hsaw.messaging.HopStatus.Phase;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Topics that somebody deletes or changes while a hop is at work. */
class ChangedTopicsIT {

    @AutoClose
    private static KafkaForTests kafka;

    @AutoClose
    private static Admin admin;

    private Pipe pipe;
    private CountingStage stage;

    @BeforeAll
    static void startKafka() {
        kafka = KafkaForTests.start();
        admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    }

    @BeforeEach
    void newTopics() {
        pipe = new Pipe(kafka.bootstrapServers());
        stage = new CountingStage(pipe);
    }

    @Test
    void anInputTopicThatIsDeletedIsNamedAndMadeAnewAndItsStateIsKept() throws Exception {
        try (TransactionalHop hop = pipe.start(stage)) {
            pipe.publish(30);
            Pipe.await(() -> stage.committed.size() == 30);
            delete(pipe.in);
            awaitNamed(hop, pipe.in);
            Pipe.await(() -> hop.status().phase() == Phase.READING);
            pipe.publish(30);
            pipe.assertEachOnceInOrderCounted();
        }
    }

    @Test
    void anOutputTopicThatIsDeletedIsNamedAndMadeAnew() throws Exception {
        try (TransactionalHop hop = pipe.start(stage)) {
            pipe.publish(30);
            Pipe.await(() -> stage.committed.size() == 30);
            delete(pipe.out);
            awaitNamed(hop, pipe.out);
            pipe.publish(30);
            List<String> after = KafkaRecords.read(pipe.bootstrap, pipe.out, 30).stream().map(CopyStage::value).sorted()
                    .toList();
            assertEquals(30, after.size());
            assertTrue(after.contains(CountingStage.counted("value 30", 11)), after.toString());
        }
    }

    @Test
    void aStateTopicThatIsDeletedIsNamedAndWhatItHeldIsForgotten() throws Exception {
        try (TransactionalHop hop = pipe.start(stage)) {
            pipe.publish(30);
            Pipe.await(() -> stage.committed.size() == 30);
            delete(pipe.state);
            awaitNamed(hop, pipe.state);
            pipe.publish(Pipe.PARTITIONS);
            List<String> all = KafkaRecords.read(pipe.bootstrap, pipe.out, 30 + Pipe.PARTITIONS).stream()
                    .map(CopyStage::value).toList();
            assertTrue(all.contains(CountingStage.counted("value 30", 1)), all.toString());
        }
    }

    @Test
    void partitionsThatAreAddedToOneTopicOnlyEndTheHopWithTheRemedy() throws Exception {
        try (TransactionalHop hop = pipe.start(stage)) {
            pipe.publish(30);
            Pipe.await(() -> stage.committed.size() == 30);
            admin.createPartitions(Map.of(pipe.out, NewPartitions.increaseTo(5))).all().get();
            Pipe.await(() -> hop.status().phase() == Phase.FAILED);
            String detail = hop.status().detail();
            assertTrue(detail.contains("has 3 partitions, expected 5"), detail);
            assertTrue(detail.contains("kafka-topics.sh --bootstrap-server " + pipe.bootstrap + " --alter"), detail);
        }
    }

    private static void delete(String topic) throws Exception {
        admin.deleteTopics(List.of(topic)).all().get();
    }

    private static void awaitNamed(TransactionalHop hop, String topic) {
        Pipe.await(() -> hop.status().detail().contains(
                "topic " + topic + " had 3 partitions and now has 0: it was deleted while in use"));
    }
}
