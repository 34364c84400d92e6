package io.hsaw.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.broker.testing.KafkaForTests;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HopMonitorIT {

    private static final Duration STUCK_AFTER = Duration.ofSeconds(3);

    @AutoClose
    private static KafkaForTests kafka;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private Pipe first;
    private Pipe second;

    @BeforeAll
    static void startKafka() {
        kafka = KafkaForTests.start();
    }

    @BeforeEach
    void begin() throws Exception {
        Metrics.addRegistry(registry);
        first = new Pipe(kafka.bootstrapServers());
        second = Pipe.behind(first);
        first.topics().ensure();
        second.topics().ensure();
    }

    @AfterEach
    void end() {
        Metrics.removeRegistry(registry);
    }

    @Test
    void aHopThatStandsStillIsNamedAndTheOneBeforeItIsNot() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        CopyStage stalling = new CopyStage(second.out) {
            @Override
            public StageResult process(List<ConsumerRecord<byte[], byte[]>> batch) throws Exception {
                goOn.await();
                return super.process(batch);
            }
        };
        try (TransactionalHop before = first.start(new CopyStage(first.out));
                TransactionalHop stalled = second.start(stalling);
                HopMonitor monitor = monitor(before, stalled)) {
            first.publish(30);
            Pipe.await(() -> monitor.stuck(stalled).isPresent());
            assertTrue(monitor.stuck(stalled).get().contains("records wait in partition"),
                    () -> monitor.stuck(stalled).get());
            assertEquals(Optional.empty(), monitor.stuck(before));

            goOn.countDown();
            Pipe.await(() -> monitor.stuck(stalled).isEmpty());
        }
    }

    @Test
    void aHopThatStandsStillAtTheFirstRecordAfterARestartIsNamed() throws Exception {
        CopyStage copying = new CopyStage(first.out);
        try (TransactionalHop before = first.start(copying)) {
            first.publish(30);
            Pipe.await(() -> copying.committed.size() == 30);
        }
        CountDownLatch goOn = new CountDownLatch(1);
        CopyStage stalling = new CopyStage(first.out) {
            @Override
            public StageResult process(List<ConsumerRecord<byte[], byte[]>> batch) throws Exception {
                goOn.await();
                return super.process(batch);
            }
        };
        first.publish(30);
        try (TransactionalHop stalled = first.start(stalling); HopMonitor monitor = monitor(stalled)) {
            Pipe.await(() -> monitor.stuck(stalled).isPresent());
            assertTrue(monitor.stuck(stalled).get().startsWith("nothing committed for"),
                    () -> monitor.stuck(stalled).get());
            goOn.countDown();
        }
    }

    @Test
    void nothingIsLeftToReadOnceAllIsDoneThoughTransactionsEndBehindTheLastRecord() throws Exception {
        CopyStage last = new CopyStage(second.out);
        try (TransactionalHop before = first.start(new CopyStage(first.out));
                TransactionalHop behind = second.start(last);
                HopMonitor monitor = monitor(before, behind)) {
            first.publish(30);
            Pipe.await(() -> last.committed.size() == 30);
            Pipe.await(() -> lags(behind).equals(Map.of("0", 0.0, "1", 0.0, "2", 0.0)));
            assertEquals(Optional.empty(), monitor.stuck(behind));
        }
    }

    @Test
    void norIsAnythingLeftWhereABatchWasDoneAgainRecordByRecord() throws Exception {
        CopyStage onlySingles = new CopyStage(second.out) {
            @Override
            public StageResult process(List<ConsumerRecord<byte[], byte[]>> batch) throws Exception {
                if (batch.size() > 1) {
                    throw new IllegalStateException("too many at once");
                }
                return super.process(batch);
            }
        };
        CopyStage copying = new CopyStage(first.out);
        try (TransactionalHop before = first.start(copying)) {
            first.publish(30);
            Pipe.await(() -> copying.committed.size() == 30);
        }
        try (TransactionalHop behind = second.start(onlySingles); HopMonitor monitor = monitor(behind)) {
            Pipe.await(() -> onlySingles.committed.size() == 30);
            Pipe.await(() -> lags(behind).equals(Map.of("0", 0.0, "1", 0.0, "2", 0.0)));
        }
    }

    private static HopMonitor monitor(TransactionalHop... hops) {
        HopMonitor monitor = new HopMonitor(kafka.bootstrapServers(), List.of(hops), STUCK_AFTER);
        monitor.start();
        return monitor;
    }

    private Map<String, Double> lags(TransactionalHop hop) {
        return registry.find("hsaw.committed.lag").tag("stage", hop.name()).gauges().stream()
                .collect(Collectors.toMap(gauge -> gauge.getId().getTag("partition"), Gauge::value));
    }
}
