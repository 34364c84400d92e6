package io.hsaw.messaging;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What one hop counts and measures; frames and times only once they are committed. */
final class HopMetrics {

    /** From what one hop may take to what a client may have patience for. */
    private static final Duration[] BUCKETS = LongStream
            .of(1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000)
            .mapToObj(Duration::ofMillis).toArray(Duration[]::new);

    private final String stage;
    private final Counter frames;
    private final Counter sessions;
    private final Counter aborted;
    private final Counter expired;
    private final DistributionSummary batchFrames;
    private final Timer queue;
    private final Timer work;
    private final Timer commit;
    private final Timer endToEnd;
    private volatile long commits;

    /** @param stage the hop's name */
    HopMetrics(String stage) {
        this.stage = stage;
        frames = counter("hsaw.frames", "Frames whose output is committed.");
        sessions = counter("hsaw.sessions", "Connections to Kafka begun.");
        aborted = counter("hsaw.transactions.aborted", "Transactions begun and not committed.");
        expired = counter("hsaw.expired.frames", "Frames that retention deleted before they were read.");
        batchFrames = DistributionSummary.builder("hsaw.batch.frames").description("Frames of a batch.")
                .tag("stage", stage).register(Metrics.globalRegistry);
        queue = timer("hsaw.queue", "From a record's broker time until it was read.");
        work = timer("hsaw.work", "Work on a batch.");
        commit = timer("hsaw.commit", "From the begin of a transaction until it was committed.");
        endToEnd = timer("hsaw.end.to.end", "From a frame's arrival until this stage's output was committed.");
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).tag("stage", stage).register(Metrics.globalRegistry);
    }

    private Timer timer(String name, String description) {
        return Timer.builder(name).description(description).tag("stage", stage).serviceLevelObjectives(BUCKETS)
                .register(Metrics.globalRegistry);
    }

    /** Clients are about to be opened. */
    void session() {
        sessions.increment();
    }

    /** A transaction was begun and will not be committed. */
    void aborted() {
        aborted.increment();
    }

    /** So many records were deleted unread. */
    void expired(long records) {
        expired.increment(records);
    }

    /** Batches committed since the process began. */
    long commits() {
        return commits;
    }

    /** These records have just been read. */
    Batch read(List<ConsumerRecord<byte[], byte[]>> records) {
        return new Batch(records);
    }

    /** One batch on its way; used by one thread, dropped if it is not committed. */
    final class Batch {

        private final List<ConsumerRecord<byte[], byte[]>> records;
        private final long readMillis = System.currentTimeMillis();
        private final long readNanos = System.nanoTime();
        private long workedNanos;

        private Batch(List<ConsumerRecord<byte[], byte[]>> records) {
            this.records = records;
        }

        /** The work is done, delivery begins. */
        void worked() {
            workedNanos = System.nanoTime();
        }

        /** Its outputs and offsets are committed. */
        void committed() {
            commits++;
            commit.record(System.nanoTime() - workedNanos, TimeUnit.NANOSECONDS);
            work.record(workedNanos - readNanos, TimeUnit.NANOSECONDS);
            batchFrames.record(records.size());
            frames.increment(records.size());
            long now = System.currentTimeMillis();
            for (ConsumerRecord<byte[], byte[]> record : records) {
                queue.record(Math.max(0, readMillis - record.timestamp()), TimeUnit.MILLISECONDS);
                endToEnd.record(Math.max(0, now - StageRecords.receivedMillis(record)), TimeUnit.MILLISECONDS);
            }
        }
    }
}
