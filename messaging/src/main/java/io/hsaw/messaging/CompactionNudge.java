package io.hsaw.messaging;

import io.hsaw.contracts.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Makes erasing real on the broker's disk. Kafka compacts closed segments only, and closes one by its age no sooner than the
 * next record is appended: in a partition to which none comes, what was erased would stay. So after changes a record that
 * erases nothing is appended, when the segment's time is over.
 */
public final class CompactionNudge implements AutoCloseable {

    /** No sample, camera or model has this id. */
    static final String KEY = ".compaction";

    private static final int TIMEOUT_MILLIS = 10_000;
    /** The segment with the changes may have begun after the one before, and is then too young to be closed by the first. */
    private static final int AFTER_A_CHANGE = 2;
    private static final Duration MARGIN = Duration.ofMillis(100);

    private final List<Topics.Definition> topics;
    private final Admin admin;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private final Map<TopicPartition, Integer> open = new HashMap<>();
    /** Longer than any segment of the topics stays open. */
    private final long periodNanos;
    private long due;

    /** @param topics compacted ones, as they were made */
    public CompactionNudge(String bootstrapServers, List<Topics.Definition> topics) {
        this.topics = topics;
        periodNanos = topics.stream().map(topic -> Duration.ofMillis(Long.parseLong(topic.settings().get("segment.ms"))))
                .max(Duration::compareTo).orElseThrow().plus(MARGIN).toNanos();
        due = System.nanoTime();
        admin = Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS));
        producer = new KafkaProducer<>(Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                ProducerConfig.MAX_BLOCK_MS_CONFIG, TIMEOUT_MILLIS),
                new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * Closes segments whose time is over and that hold changes: at the first call, and then whenever segments have had their
     * time since; to be called again and again.
     *
     * @throws KafkaException if Kafka is away, or one of the topics is not there: then the next call tries again
     */
    public void nudge() throws InterruptedException {
        if (System.nanoTime() - due < 0) {
            return;
        }
        try {
            Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
            admin.describeTopics(topics.stream().map(Topics.Definition::name).toList()).allTopicNames().get()
                    .forEach((topic, description) -> description.partitions().forEach(partition ->
                            wanted.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest())));
            for (var end : admin.listOffsets(wanted).all().get().entrySet()) {
                nudge(end.getKey(), end.getValue().offset());
            }
            due = System.nanoTime() + periodNanos;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException known ? known : new KafkaException(e.getCause());
        }
    }

    private void nudge(TopicPartition partition, long end) throws ExecutionException, InterruptedException {
        if (end == 0) {
            return;
        }
        boolean changed = !Long.valueOf(end).equals(ends.get(partition));
        int left = changed ? AFTER_A_CHANGE : open.getOrDefault(partition, 0);
        if (left > 0) {
            long offset = producer.send(new ProducerRecord<>(partition.topic(), partition.partition(),
                    KEY.getBytes(StandardCharsets.UTF_8), null)).get().offset();
            ends.put(partition, offset + 1);
        }
        open.put(partition, Math.max(0, left - 1));
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(2));
        admin.close(Duration.ofSeconds(2));
    }
}
