package io.hsaw.facedetector.service;

import io.hsaw.contracts.CloudEvents;
import io.hsaw.contracts.Faces;
import io.hsaw.contracts.FrameInfo;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.RejectionCode;
import io.hsaw.contracts.Topics;
import io.hsaw.facedetector.FrameFaceFinder;
import io.hsaw.messaging.FrameWorkers;
import io.hsaw.messaging.Stage;
import io.hsaw.messaging.StageRecords;
import io.hsaw.messaging.StageResult;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Metrics;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;

/** Stage 1: {@code frames} to {@code faces}, one record per frame; the bytes of refused frames to the dead letters. */
final class FaceDetectorStage implements Stage, AutoCloseable {

    static final String NAME = FrameFaceFinder.STAGE;

    private static final Logger LOG = Logger.getLogger(FaceDetectorStage.class);

    private final Counter facesFound = Counter.builder("hsaw.faces").description("Faces found in committed frames.")
            .tag("stage", NAME).register(Metrics.globalRegistry);
    private final int threads;
    private final Optional<Duration> maxFrameAge;
    private final FrameWorkers workers;
    /** One per thread. */
    private final BlockingQueue<FrameFaceFinder> idleFinders;

    /**
     * Loads the face networks.
     *
     * @param threads     frames worked on at a time
     * @param maxFrameAge after which a frame is not looked at any more
     */
    FaceDetectorStage(int threads, Optional<Duration> maxFrameAge) {
        this.threads = threads;
        this.maxFrameAge = maxFrameAge;
        this.workers = new FrameWorkers(NAME, threads);
        this.idleFinders = new ArrayBlockingQueue<>(threads);
        for (int i = 0; i < threads; i++) {
            idleFinders.add(new FrameFaceFinder());
        }
    }

    @Override
    public StageResult process(List<ConsumerRecord<byte[], byte[]>> batch) throws Exception {
        long readMillis = System.currentTimeMillis();
        AtomicInteger found = new AtomicInteger();
        return new StageResult(workers.map(batch, record -> {
            Faces faces = find(record, readMillis);
            found.addAndGet(faces.faces().size());
            return outputs(record, faces);
        }), () -> facesFound.increment(found.get()));
    }

    private Faces find(ConsumerRecord<byte[], byte[]> record, long readMillis) throws InterruptedException {
        FrameInfo frame = StageRecords.waited(StageRecords.frame(record), record, NAME, readMillis);
        Duration age = Duration.ofMillis(readMillis - record.timestamp());
        if (maxFrameAge.isPresent() && age.compareTo(maxFrameAge.get()) > 0) {
            String detail = "read " + age.toMillis() + " ms after it was published, more than the "
                    + maxFrameAge.get().toMillis() + " ms set";
            return new Faces(frame.rejected(RejectionCode.STALE, detail), List.of());
        }
        FrameFaceFinder finder = idleFinders.take();
        try {
            return finder.find(frame, record.value(), CloudEvents.mirrored(StageRecords.headers(record)));
        } finally {
            idleFinders.add(finder);
        }
    }

    @Override
    public List<ProducerRecord<byte[], byte[]>> fail(ConsumerRecord<byte[], byte[]> record, Exception cause) {
        FrameInfo frame = StageRecords.frame(record)
                .rejected(RejectionCode.INTERNAL_ERROR, NAME + ": " + cause.getMessage());
        return outputs(record, new Faces(frame, List.of()));
    }

    private static List<ProducerRecord<byte[], byte[]>> outputs(ConsumerRecord<byte[], byte[]> record, Faces faces) {
        FrameInfo frame = faces.frame();
        ProducerRecord<byte[], byte[]> output =
                StageRecords.output(record.partition(), Topics.FACES, RecordCodec.FACES, faces, frame, NAME);
        if (frame.rejection() == null) {
            return List.of(output);
        }
        LOG.debugf("Frame %s of camera %s is refused: %s", frame.frameId(), frame.cameraId(), frame.rejection());
        return List.of(output, DeadLetter.of(record, frame.rejection()));
    }

    @Override
    public void close() {
        workers.close();
        for (int i = 0; i < threads; i++) {
            FrameFaceFinder finder = idleFinders.poll();
            if (finder == null) {
                throw new IllegalStateException("a frame is still being worked on");
            }
            finder.close();
        }
    }
}
