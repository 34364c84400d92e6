package io.hsaw.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.broker.testing.KafkaForTests;
import io.hsaw.broker.testing.KafkaRecords;
import io.hsaw.contracts.CloudEvents;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a hop counts, and what it passes on from record to record. */
class HopMetricsIT {

    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    @AutoClose
    private static KafkaForTests kafka;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private Pipe pipe;

    @BeforeAll
    static void startKafka() {
        kafka = KafkaForTests.start();
    }

    @BeforeEach
    void begin() throws Exception {
        Metrics.addRegistry(registry);
        pipe = new Pipe(kafka.bootstrapServers());
        pipe.topics().ensure();
    }

    @AfterEach
    void end() {
        Metrics.removeRegistry(registry);
    }

    @Test
    void eachFrameIsCountedOnceWhenItIsCommittedAlsoWhereWorkFailed() throws Exception {
        AtomicInteger failed = new AtomicInteger();
        CopyStage stage = new CopyStage(pipe.out) {
            @Override
            public void failed() {
                failed.incrementAndGet();
            }
        };
        pipe.publish(20);
        pipe.publish(List.of(CopyStage.POISON));
        try (TransactionalHop hop = pipe.start(stage)) {
            pipe.assertEachOnceInOrder(value -> value.equals(CopyStage.POISON) ? "failed " + value : value);
        }

        assertEquals(24, count("hsaw.frames"));
        assertEquals(24, registry.get("hsaw.batch.frames").tags("stage", stage()).summary().totalAmount());
        assertEquals(24, timed("hsaw.queue"));
        assertEquals(24, timed("hsaw.end.to.end"));
        assertEquals(registry.get("hsaw.batch.frames").tags("stage", stage()).summary().count(), timed("hsaw.commit"));
        assertEquals(timed("hsaw.commit"), timed("hsaw.work"));
        assertEquals(1, count("hsaw.sessions"));
        assertEquals(0, count("hsaw.transactions.aborted"));
        assertEquals(1, failed.get());
    }

    @Test
    void aTransactionThatIsNotCommittedIsCountedAndItsFramesOnlyWhenTheyAre() throws Exception {
        pipe.publish(3);
        CopyStage other = new CopyStage(pipe.out);
        CopyStage overtaken = new CopyStage(pipe.out) {
            private boolean first = true;

            @Override
            public StageResult process(List<ConsumerRecord<byte[], byte[]>> batch) throws Exception {
                if (first) {
                    first = false;
                    // another process takes over under the same name and fences this one
                    try (TransactionalHop second = pipe.start(other)) {
                        Pipe.await(() -> other.committed.size() >= 3);
                    }
                }
                return super.process(batch);
            }
        };
        try (TransactionalHop hop = pipe.start(overtaken)) {
            Pipe.await(() -> count("hsaw.transactions.aborted") == 1);
            assertEquals(3, count("hsaw.frames"));
            pipe.assertEachOnceInOrder();
        }
        assertEquals(6, count("hsaw.frames"));
        assertEquals(1, count("hsaw.transactions.aborted"));
        assertTrue(count("hsaw.sessions") >= 3);
    }

    @Test
    void expiredFramesAreCounted() throws Exception {
        CopyStage stage = new CopyStage(pipe.out);
        try (TransactionalHop first = pipe.start(stage)) {
            pipe.publish(30);
            Pipe.await(() -> stage.committed.size() == 30);
        }
        pipe.publishExpired(10);
        try (TransactionalHop second = pipe.start(stage)) {
            pipe.assertEachOnceInOrder();
        }
        assertEquals(10, count("hsaw.expired.frames"));
    }

    @Test
    void timeOfArrivalAndTraceContextArePassedOnAlsoByAnAnswerToFailedWork() throws Exception {
        List<ProducerRecord<byte[], byte[]>> records = List.of(record("value"), record(CopyStage.POISON));
        records.get(0).headers().add(CloudEvents.RECEIVED, "1700000000000".getBytes(StandardCharsets.UTF_8));
        records.forEach(record -> record.headers().add("traceparent", TRACE.getBytes(StandardCharsets.UTF_8))
                .add("tracestate", "vendor=1".getBytes(StandardCharsets.UTF_8)));
        KafkaRecords.publish(pipe.bootstrap, records);
        try (TransactionalHop hop = pipe.start(new CopyStage(pipe.out))) {
            List<ConsumerRecord<byte[], byte[]>> outputs = KafkaRecords.read(pipe.bootstrap, pipe.out, 2);
            List<ConsumerRecord<byte[], byte[]>> inputs = KafkaRecords.read(pipe.bootstrap, pipe.in, 2);
            assertEquals("1700000000000", header(outputs.get(0), CloudEvents.RECEIVED));
            assertEquals("failed poison", CopyStage.value(outputs.get(1)));
            assertEquals(String.valueOf(inputs.get(1).timestamp()), header(outputs.get(1), CloudEvents.RECEIVED));
            for (ConsumerRecord<byte[], byte[]> output : outputs) {
                assertEquals(TRACE, header(output, "traceparent"));
                assertEquals("vendor=1", header(output, "tracestate"));
            }
        }
    }

    private ProducerRecord<byte[], byte[]> record(String value) {
        return new ProducerRecord<>(pipe.in, 0, null, value.getBytes(StandardCharsets.UTF_8));
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    private String stage() {
        return "copy-" + pipe.in;
    }

    private double count(String name) {
        return registry.get(name).tags("stage", stage()).counter().count();
    }

    private long timed(String name) {
        return registry.get(name).tags("stage", stage()).timer().count();
    }
}
