package io.hsaw.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hsaw.contracts.CloudEvents;
import io.hsaw.contracts.FrameLimits;
import io.hsaw.contracts.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Publishes pictures as frames: key = camera id, value = the bytes as they are, CloudEvents headers. At most a bounded
 * number is under way to the broker; order per camera is kept, and each is written once, also over a broker's restart.
 */
final class FramePublisher implements AutoCloseable {

    private static final int MAX_UNDER_WAY = 32;
    private static final long BUFFER_BYTES = 64L << 20;
    /** How long a broker may be away before a frame counts as not published. */
    private static final int DELIVERY_MILLIS = 120_000;

    private final KafkaProducer<byte[], byte[]> producer;
    private final Semaphore free = new Semaphore(MAX_UNDER_WAY);
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private final String bootstrap;

    /**
     * One picture to publish.
     *
     * @param camera     the camera id: decides the partition, and with it the order
     * @param id         the frame id
     * @param capturedAt when it was taken
     * @param mirrored   whether the picture is mirrored, as a selfie camera's preview is
     */
    record Frame(String camera, String id, Instant capturedAt, String contentType, boolean mirrored, byte[] picture) {
    }

    FramePublisher(String bootstrap) {
        this.bootstrap = bootstrap;
        producer = new KafkaProducer<>(Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap,
                ProducerConfig.ACKS_CONFIG, "all",
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_MILLIS,
                ProducerConfig.LINGER_MS_CONFIG, 0,
                ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES,
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG, FrameLimits.MAX_RECORD_BYTES),
                new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * Hands a frame to the broker; waits while too many are under way.
     *
     * @throws Failure if this frame or an earlier one could not be published
     */
    void publish(Frame frame) throws InterruptedException {
        free.acquire();
        check();
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(Topics.FRAMES, frame.camera().getBytes(UTF_8),
                frame.picture());
        header(record, CloudEvents.SPEC_VERSION, "1.0");
        header(record, CloudEvents.ID, frame.id());
        header(record, CloudEvents.TIME, frame.capturedAt().toString());
        header(record, CloudEvents.SOURCE, frame.camera());
        header(record, CloudEvents.TYPE, CloudEvents.FRAME_TYPE);
        header(record, CloudEvents.CONTENT_TYPE, frame.contentType());
        if (frame.mirrored()) {
            header(record, CloudEvents.MIRRORED, "true");
        }
        producer.send(record, (metadata, e) -> {
            if (e != null) {
                failure.compareAndSet(null, e);
            }
            free.release();
        });
    }

    /** Of topic {@code frames}. */
    int partitions() {
        return producer.partitionsFor(Topics.FRAMES).size();
    }

    /** Returns when the broker has everything. */
    void flush() {
        producer.flush();
        check();
    }

    private void check() {
        Exception e = failure.get();
        if (e != null) {
            throw new Failure("a frame did not reach the broker at " + bootstrap + ": " + e.getMessage(), e);
        }
    }

    private static void header(ProducerRecord<byte[], byte[]> record, String name, String value) {
        record.headers().add(name, value.getBytes(UTF_8));
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
