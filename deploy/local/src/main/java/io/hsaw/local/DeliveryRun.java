package io.hsaw.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hsaw.contracts.EmotionChange;
import io.hsaw.contracts.FrameReply;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.Topics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.utils.Utils;

/** Publishes numbered frames of several cameras and follows the replies, each on a thread of its own, until closed. */
final class DeliveryRun implements AutoCloseable {

    /** With so many frames open none is published, so that a system that stands still is not flooded. */
    static final int MOST_OPEN = 1_000;

    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long BETWEEN_LOOKS_NANOS = 1_000_000;

    private final FramePublisher publisher;
    private final TopicReader<FrameReply> replies;
    private final TopicReader<EmotionChange> changes;
    private final DeliveryLedger ledger;
    private final Optional<TrackLedger> tracks;
    private final FrameMix mix;
    private final String name = String.valueOf(Instant.now().toEpochMilli());
    private final List<String> cameras;
    private final int partitions;
    private final long intervalNanos;
    private final Queue<String> poison = new ConcurrentLinkedQueue<>();
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private final Thread publishing = new Thread(this::publish, "publish");
    private final Thread following = new Thread(this::follow, "follow");
    private final Thread followingChanges = new Thread(this::followChanges, "follow changes");
    private volatile long limit;
    private volatile int leastOpen;
    private volatile boolean closed;

    /**
     * @param framesPerSecond of all cameras together
     * @param tracks          is told of all that concerns tracks, if they are to be followed
     */
    DeliveryRun(String bootstrap, FrameMix mix, int cameraCount, double framesPerSecond, Optional<TrackLedger> tracks) {
        this.mix = mix;
        this.tracks = tracks;
        this.intervalNanos = Math.round(SECOND_NANOS / framesPerSecond);
        this.publisher = new FramePublisher(bootstrap);
        this.replies = new TopicReader<>(bootstrap, Topics.EMOTIONS, RecordCodec.EMOTIONS, false, this::unreadable);
        this.changes = new TopicReader<>(bootstrap, Topics.EMOTION_CHANGES, RecordCodec.EMOTION_CHANGES, false,
                this::unreadable);
        this.partitions = publisher.partitions();
        this.cameras = spread("verify-" + name + "-", cameraCount, partitions);
        this.ledger = new DeliveryLedger(cameras);
    }

    private void unreadable(String record) {
        failure.compareAndSet(null, new Failure("a record that no reader understands: " + record));
    }

    /** So many camera ids that as many fall on each partition as on every other, give or take one. */
    static List<String> spread(String prefix, int count, int partitions) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; ids.size() < count; i++) {
            String id = prefix + i;
            if (Utils.toPositive(Utils.murmur2(id.getBytes(UTF_8))) % partitions == ids.size() % partitions) {
                ids.add(id);
            }
        }
        return ids;
    }

    /** Begins to publish, until so many frames are published. */
    void start(long frames) {
        limit = frames;
        following.start();
        followingChanges.start();
        publishing.start();
    }

    /** Changes when publishing ends; 0 ends it now. */
    void limit(long frames) {
        limit = frames;
    }

    /** Publishes as fast as the broker takes it, until so many frames are open; 0 goes back to the rate. */
    void burst(int open) {
        leastOpen = open;
    }

    /** Publishes a frame that takes down the processes of a stage, where that is switched on. */
    void poison(String stage) {
        poison.add(stage);
    }

    DeliveryLedger ledger() {
        return ledger;
    }

    int partitions() {
        return partitions;
    }

    /** @throws Failure if publishing or following has failed */
    void check() {
        Exception e = failure.get();
        if (e != null) {
            throw e instanceof Failure known ? known : new Failure(e.toString(), e);
        }
    }

    private void publish() {
        try {
            long due = System.nanoTime();
            while (!closed) {
                long now = System.nanoTime();
                String stage = poison.poll();
                if (stage != null) {
                    publish(mix.of(FrameKind.POISON), LocalSystem.poison(stage));
                } else if (ledger.open() < leastOpen) {
                    publish(mix.next(), "");
                } else if (now - due >= 0 && ledger.publishedSoFar() < limit && ledger.open() < MOST_OPEN) {
                    publish(mix.next(), "");
                    // what could not be published in time is left out rather than made up for
                    due = Math.max(due + intervalNanos, now - SECOND_NANOS);
                } else {
                    LockSupport.parkNanos(Math.max(BETWEEN_LOOKS_NANOS, Math.min(due - now, 5 * BETWEEN_LOOKS_NANOS)));
                }
            }
        } catch (InterruptedException | RuntimeException e) {
            failure.compareAndSet(null, e);
        }
    }

    private void publish(FrameMix.Picture picture, String prefix) throws InterruptedException {
        long number = ledger.publishedSoFar();
        String camera = cameras.get((int) (number % cameras.size()));
        String id = prefix + name + "-" + number;
        ledger.published(camera, id, picture.kind(), System.nanoTime());
        publisher.publish(new FramePublisher.Frame(camera, id, Instant.now(), picture.contentType(), false,
                picture.bytes()));
    }

    private void follow() {
        try {
            while (!closed) {
                for (FrameReply reply : replies.poll()) {
                    boolean first = ledger.replied(reply.cameraId(), reply.frameId(),
                            reply.rejection() == null ? null : reply.rejection().code(), reply.faces().size(),
                            System.nanoTime());
                    if (first) {
                        tracks.ifPresent(ledgerOfTracks -> ledgerOfTracks.replied(reply));
                    }
                }
            }
        } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
        }
    }

    private void followChanges() {
        try {
            while (!closed) {
                for (EmotionChange change : changes.poll()) {
                    if (cameras.contains(change.cameraId())) {
                        tracks.ifPresent(ledgerOfTracks -> ledgerOfTracks.changed(change));
                    }
                }
            }
        } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        publishing.join();
        following.join();
        followingChanges.join();
        publisher.close();
        replies.close();
        changes.close();
    }
}
