package io.hsaw.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.broker.testing.KafkaForTests;
import io.hsaw.contracts.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TopicSetupIT {

    @AutoClose
    private static KafkaForTests kafka;

    @AutoClose
    private static Admin admin;

    @BeforeAll
    static void startKafka() {
        kafka = KafkaForTests.start();
        admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    }

    @AfterEach
    void deleteTopics() throws Exception {
        Set<String> topics = admin.listTopics().names().get();
        admin.deleteTopics(topics).all().get();
        Pipe.await(() -> counts().isEmpty());
    }

    @Test
    void missingTopicsAreMadeWithTheirSettings() throws Exception {
        setup(3).ensure();
        assertEquals(equalCounts(3), counts());
        ConfigResource frames = new ConfigResource(ConfigResource.Type.TOPIC, Topics.FRAMES);
        Config config = admin.describeConfigs(List.of(frames)).all().get().get(frames);
        Topics.all().get(0).settings().forEach((name, value) -> assertEquals(value, config.get(name).value(), name));
        setup(3).ensure();
    }

    @Test
    void topicsThatAreThereSetThePartitionsOfThoseThatAreMissing() throws Exception {
        create(Topics.FRAMES, 6, Map.of());
        setup(3).ensure();
        assertEquals(equalCounts(6), counts());
    }

    @Test
    void unequalPartitionsAreRefusedWithTheRemedy() throws Exception {
        create(Topics.FRAMES, 4, Map.of());
        create(Topics.FACES, 2, Map.of());
        String message = assertThrows(TopicMismatchException.class, () -> setup(4).ensure()).getMessage();
        assertTrue(message.contains("Topic faces has 2 partitions, expected 4"), message);
        assertTrue(message.contains("kafka-topics.sh --bootstrap-server " + kafka.bootstrapServers()
                + " --alter --topic faces --partitions 4"), message);
        assertEquals(Map.of(Topics.FRAMES, 4, Topics.FACES, 2), counts());
    }

    @Test
    void aCompactedHopTopicIsRefusedWithTheRemedy() throws Exception {
        create(Topics.HALF_FACES, 4, Map.of("cleanup.policy", "compact"));
        String message = assertThrows(TopicMismatchException.class, () -> setup(4).ensure()).getMessage();
        assertTrue(message.contains("Topic half-faces has cleanup.policy=compact, expected delete"), message);
        assertTrue(message.contains("--entity-name half-faces --add-config cleanup.policy=delete"), message);
    }

    @Test
    void anotherRetentionOrSizeIsNoReasonToStop() throws Exception {
        create(Topics.FRAMES, 4, Map.of("retention.ms", "3600000", "max.message.bytes", "1000000"));
        setup(4).ensure();
        assertEquals(equalCounts(4), counts());
    }

    @Test
    void moreCopiesThanBrokersAreRefusedWithTheSetting() {
        TopicSetup threeCopies = new TopicSetup(kafka.bootstrapServers(), Topics.all(), 4, 3);
        String message = assertThrows(TopicMismatchException.class, threeCopies::ensure).getMessage();
        assertTrue(message.contains("hsaw.messaging.replication"), message);
    }

    @Test
    void aHopWhoseTopicsDoNotFitEndsItsApplication() throws Exception {
        create(Topics.FRAMES, 4, Map.of());
        create(Topics.FACES, 2, Map.of());
        CountDownLatch ended = new CountDownLatch(1);
        HopSettings settings = new HopSettings("refusing", Topics.FRAMES, kafka.bootstrapServers(),
                Delivery.EXACTLY_ONCE, "1");
        try (TransactionalHop hop = new TransactionalHop(settings, setup(4), new CopyStage(Topics.FACES),
                ended::countDown)) {
            hop.start();
            ended.await();
            assertEquals(HopStatus.Phase.FAILED, hop.status().phase());
            assertTrue(hop.status().detail().startsWith("Topic faces"), hop.status().detail());
        }
    }

    private static TopicSetup setup(int partitions) {
        return new TopicSetup(kafka.bootstrapServers(), Topics.all(), partitions, 1);
    }

    private static void create(String topic, int partitions, Map<String, String> settings) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(settings))).all().get();
        Pipe.await(() -> counts().containsKey(topic));
    }

    private static Map<String, Integer> equalCounts(int partitions) {
        Map<String, Integer> counts = new HashMap<>();
        Topics.all().forEach(topic -> counts.put(topic.name(), partitions));
        return counts;
    }

    private static Map<String, Integer> counts() {
        try {
            Map<String, Integer> counts = new TreeMap<>();
            for (TopicDescription topic : admin.describeTopics(admin.listTopics().names().get()).allTopicNames().get()
                    .values()) {
                counts.put(topic.name(), topic.partitions().size());
            }
            return counts;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return counts(); // deleted after it was listed
            }
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
