package io.hsaw.local;

import io.hsaw.contracts.FrameReply;
import io.hsaw.messaging.Delivery;
import io.hsaw.sources.SourceFrame;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** Publishes from one camera at a fixed rate and measures how long the replies take, and how much memory stays. */
final class PipelineBench {

    private static final String CAMERA = "bench";
    /** How long replies may take after the last frame. */
    private static final Duration LAST_REPLIES = Duration.ofSeconds(30);
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final double framesPerSecond;
    private final int warmUpFrames;
    private final int frames;
    /** When each frame of the measured part was published, by frame id; taken out by its reply. */
    private final Map<String, Long> open = new ConcurrentHashMap<>();
    private final List<Double> latency = new ArrayList<>();
    private final Map<String, List<Double>> stages = new LinkedHashMap<>();
    private final List<Double> resident = new ArrayList<>();

    /**
     * @param framesPerSecond the camera's rate
     * @param warmUp          how long it publishes before anything is measured
     * @param measured        how long then
     */
    PipelineBench(double framesPerSecond, Duration warmUp, Duration measured) {
        this.framesPerSecond = framesPerSecond;
        this.warmUpFrames = (int) Math.round(framesPerSecond * warmUp.toSeconds());
        this.frames = (int) Math.round(framesPerSecond * measured.toSeconds());
    }

    /** Runs to the end; the broker and the services must be there. */
    PipelineFigures run(Delivery delivery, FramePublisher publisher, TopicReader<FrameReply> replies,
            Iterator<SourceFrame> camera, ProgressLine progress) throws InterruptedException {
        Thread publishing = new Thread(() -> publish(publisher, camera), "bench camera");
        publishing.start();
        long end = Long.MAX_VALUE;
        long nextSample = Long.MIN_VALUE;
        while (System.nanoTime() < end && (publishing.isAlive() || !open.isEmpty())) {
            for (FrameReply reply : replies.poll()) {
                answered(reply);
            }
            long now = System.nanoTime();
            if (!latency.isEmpty() && now >= nextSample) {
                ProcessSamples.sample(ProcessHandle.current().pid())
                        .ifPresent(sample -> resident.add(sample.memoryMiB()));
                nextSample = now + NANOS_PER_SECOND;
            }
            progress.at(latency.size(), frames);
            if (end == Long.MAX_VALUE && !publishing.isAlive()) {
                end = now + LAST_REPLIES.toNanos();
            }
        }
        publishing.join();
        return PipelineFigures.of(delivery, frames, latency, stages, resident);
    }

    private void publish(FramePublisher publisher, Iterator<SourceFrame> camera) {
        long began = System.nanoTime();
        try {
            for (int i = 0; i < warmUpFrames + frames; i++) {
                SourceFrame frame = camera.next();
                long due = began + (long) (i * NANOS_PER_SECOND / framesPerSecond);
                LockSupport.parkNanos(due - System.nanoTime());
                String id = String.valueOf(i);
                if (i >= warmUpFrames) {
                    open.put(id, System.nanoTime());
                }
                publisher.publish(new FramePublisher.Frame(CAMERA, id, Instant.now(), frame.contentType(), false,
                        frame.bytes()));
            }
            publisher.flush();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void answered(FrameReply reply) {
        long now = System.nanoTime();
        Long published = open.remove(reply.frameId());
        if (published != null) {
            latency.add((now - published) / 1e6);
            reply.timings().forEach((stage, millis) ->
                    stages.computeIfAbsent(stage, key -> new ArrayList<>()).add(millis));
        }
    }
}
