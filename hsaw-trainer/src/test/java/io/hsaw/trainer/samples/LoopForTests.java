package io.hsaw.trainer.samples;

import io.hsaw.broker.testing.KafkaForTests;
import io.hsaw.broker.testing.KafkaRecords;
import io.hsaw.contracts.Expression;
import io.hsaw.contracts.LabeledFrame;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.Topics;
import io.hsaw.messaging.TopicSetup;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** A broker with the topics of the learning loop, and what people and other services write there. */
public final class LoopForTests implements AutoCloseable {

    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final KafkaForTests kafka = KafkaForTests.start();

    public LoopForTests() throws Exception {
        topics().ensure();
    }

    public String bootstrap() {
        return kafka.bootstrapServers();
    }

    public TopicSetup topics() {
        return new TopicSetup(bootstrap(), Topics.learningLoop(), 3, 1);
    }

    public LogClients clients() {
        return new LogClients(bootstrap(), "test");
    }

    /** A sample's record. */
    public static ProducerRecord<byte[], byte[]> sample(LabeledFrame frame, byte[] picture) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(Topics.LABELED_FRAMES, utf8(frame.sampleId()), picture);
        frame.headers("test", NOW, "image/png").forEach((name, value) -> record.headers().add(name, utf8(value)));
        return record;
    }

    /** One that is a face crop. */
    public static ProducerRecord<byte[], byte[]> sample(String id, String dataSet, Expression label,
            LabeledFrame.Split split, byte[] picture) {
        return sample(new LabeledFrame(id, dataSet, label, split, true, null, null), picture);
    }

    public static <T> ProducerRecord<byte[], byte[]> record(String topic, String key, RecordCodec<T> codec, T value) {
        return new ProducerRecord<>(topic, utf8(key), codec.encode(value));
    }

    public void publish(List<ProducerRecord<byte[], byte[]>> records) throws Exception {
        KafkaRecords.publish(bootstrap(), records);
    }

    @SafeVarargs
    public final void publish(ProducerRecord<byte[], byte[]>... records) throws Exception {
        publish(List.of(records));
    }

    /** What is on a topic now. */
    public <T> List<T> read(String topic, RecordCodec<T> codec) throws Exception {
        List<T> values = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : KafkaRecords.readAll(bootstrap(), topic)) {
            if (record.value() != null) {
                values.add(codec.decode(record.value()));
            }
        }
        return values;
    }

    /**
     * The first on a topic that is so, which is waited for.
     *
     * @throws IllegalStateException if it does not come
     */
    public <T> T await(String topic, RecordCodec<T> codec, Predicate<T> wanted) throws Exception {
        List<T> values = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> reader = clients().reader()) {
            reader.assign(reader.partitionsFor(topic).stream().map(of -> new TopicPartition(topic, of.partition())).toList());
            reader.seekToBeginning(reader.assignment());
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (System.nanoTime() < end) {
                for (ConsumerRecord<byte[], byte[]> record : reader.poll(Duration.ofMillis(200))) {
                    values.add(codec.decode(record.value()));
                    if (wanted.test(values.get(values.size() - 1))) {
                        return values.get(values.size() - 1);
                    }
                }
            }
        }
        throw new IllegalStateException("what is waited for did not come on " + topic + "; the last that did is "
                + (values.isEmpty() ? "none" : values.get(values.size() - 1)));
    }

    public static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        kafka.close();
    }
}
