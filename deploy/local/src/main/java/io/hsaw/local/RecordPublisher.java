package io.hsaw.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hsaw.contracts.FrameLimits;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Publishes records. At most a bounded number is under way to the broker; order per partition is kept, and each is written
 * once, also over a broker's restart.
 */
final class RecordPublisher implements AutoCloseable {

    private static final int MAX_UNDER_WAY = 32;
    private static final long BUFFER_BYTES = 64L << 20;
    /** How long a broker may be away before a record counts as not published. */
    private static final int DELIVERY_MILLIS = 120_000;

    private final KafkaProducer<byte[], byte[]> producer;
    private final Semaphore free = new Semaphore(MAX_UNDER_WAY);
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private final String bootstrap;

    RecordPublisher(String bootstrap) {
        this.bootstrap = bootstrap;
        producer = new KafkaProducer<>(Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap,
                ProducerConfig.ACKS_CONFIG, "all",
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_MILLIS,
                // a partition just made may refuse the first of several requests, take the second, and then never the first
                ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1,
                ProducerConfig.LINGER_MS_CONFIG, 0,
                ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES,
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG, FrameLimits.MAX_RECORD_BYTES),
                new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * Hands a record to the broker; waits while too many are under way.
     *
     * @throws Failure if this record or an earlier one could not be published
     */
    void publish(String topic, String key, byte[] value, Map<String, String> headers) throws InterruptedException {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, key.getBytes(UTF_8), value);
        headers.forEach((name, text) -> record.headers().add(name, text.getBytes(UTF_8)));
        publish(record);
    }

    /** As {@link #publish(String, String, byte[], Map)}, for a record that says itself where it goes. */
    void publish(ProducerRecord<byte[], byte[]> record) throws InterruptedException {
        free.acquire();
        check();
        producer.send(record, (metadata, e) -> {
            if (e != null) {
                failure.compareAndSet(null, e);
            }
            free.release();
        });
    }

    /** Of a topic. */
    int partitions(String topic) {
        return producer.partitionsFor(topic).size();
    }

    /** Returns when the broker has everything. */
    void flush() {
        producer.flush();
        check();
    }

    private void check() {
        Exception e = failure.get();
        if (e != null) {
            throw new Failure("what was published did not reach the broker at " + bootstrap + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
