package io.hsaw.local;

import io.hsaw.contracts.RejectionCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which frames were published, which were answered, and whether as promised: once each, in order per camera, and with
 * what such a frame must get. Times are those of {@link System#nanoTime()}. May be used by several threads.
 */
final class DeliveryLedger {

    /**
     * What was counted so far.
     *
     * @param published  frames
     * @param replies    first replies by their kind: {@code faces}, {@code no-face} or a rejection's code
     * @param missing    frames without a reply
     * @param doubled    replies beyond a frame's first
     * @param outOfOrder first replies that came after the one to a later frame of the same camera
     * @param mismatched first replies of another kind than the frame asks for
     * @param unknown    replies that name one of the cameras, but a frame that was not published
     * @param foreign    replies to other cameras, which are no concern of this ledger
     */
    record Counts(long published, Map<String, Long> replies, long missing, long doubled, long outOfOrder,
            long mismatched, long unknown, long foreign) {
    }

    private static final int MOST_EXAMPLES = 10;

    private final Map<String, Camera> cameras = new HashMap<>();
    private final Map<String, Long> replies = new TreeMap<>();
    private final List<Double> latencyMillis = new ArrayList<>();
    private final List<String> examples = new ArrayList<>();
    private long published;
    private int open;
    private long doubled;
    private long outOfOrder;
    private long mismatched;
    private long unknown;
    private long foreign;
    private long longestGap;
    private long longestGapSinceMark;

    private static final class Camera {
        private final Map<String, Sent> sent = new HashMap<>();
        /** In the order of publishing. */
        private final Map<String, Sent> open = new LinkedHashMap<>();
        private long lastAnswered = -1;
        /** The last first reply or, later than that, the moment from which frames are open. */
        private long quietSince;
    }

    private record Sent(long number, FrameKind kind, long nanos) {
    }

    /** @param names ids of all cameras that will publish */
    DeliveryLedger(Collection<String> names) {
        names.forEach(name -> cameras.put(name, new Camera()));
    }

    /** A frame is about to be published, after all others of its camera so far. */
    synchronized void published(String cameraId, String frameId, FrameKind kind, long nanos) {
        Camera camera = cameras.get(cameraId);
        Sent sent = new Sent(camera.sent.size(), kind, nanos);
        if (camera.sent.put(frameId, sent) != null) {
            throw new IllegalArgumentException("frame " + frameId + " of " + cameraId + " was published before");
        }
        if (camera.open.isEmpty()) {
            camera.quietSince = nanos;
        }
        camera.open.put(frameId, sent);
        published++;
        open++;
    }

    /**
     * A reply was read.
     *
     * @param rejection why the frame was not read, or null
     * @param faces     in the reply
     * @return whether it is the first one to a frame of these cameras
     */
    synchronized boolean replied(String cameraId, String frameId, RejectionCode rejection, int faces, long nanos) {
        Camera camera = cameras.get(cameraId);
        if (camera == null) {
            foreign++;
            return false;
        }
        Sent sent = camera.sent.get(frameId);
        if (sent == null) {
            unknown++;
            example("unknown", cameraId, frameId);
            return false;
        }
        if (camera.open.remove(frameId) == null) {
            doubled++;
            example("doubled", cameraId, frameId);
            return false;
        }
        open--;
        gap(nanos - camera.quietSince);
        camera.quietSince = nanos;
        latencyMillis.add((nanos - sent.nanos()) / 1e6);
        replies.merge(rejection != null ? rejection.label() : faces > 0 ? "faces" : "no-face", 1L, Long::sum);
        if (sent.number() < camera.lastAnswered) {
            outOfOrder++;
            example("out of order", cameraId, frameId);
        }
        camera.lastAnswered = Math.max(camera.lastAnswered, sent.number());
        if (!sent.kind().answeredBy(rejection, faces)) {
            mismatched++;
            example("a frame of kind " + sent.kind() + " answered with "
                    + (rejection == null ? faces + " faces" : rejection.label()), cameraId, frameId);
        }
        return true;
    }

    private void example(String what, String cameraId, String frameId) {
        if (examples.size() < MOST_EXAMPLES) {
            examples.add(what + ": frame " + frameId + " of " + cameraId);
        }
    }

    private void gap(long nanos) {
        longestGap = Math.max(longestGap, nanos);
        longestGapSinceMark = Math.max(longestGapSinceMark, nanos);
    }

    /** Frames published so far. */
    synchronized long publishedSoFar() {
        return published;
    }

    /** Frames that are not answered yet. */
    synchronized int open() {
        return open;
    }

    /** Whether every frame that was published before that time is answered. */
    synchronized boolean answeredUntil(long nanos) {
        return cameras.values().stream().allMatch(camera -> camera.open.isEmpty()
                || camera.open.values().iterator().next().nanos() - nanos >= 0);
    }

    /** From now on {@link #longestGapSinceMark} begins anew. */
    synchronized void mark() {
        longestGapSinceMark = 0;
    }

    /** Longest time in which a camera with open frames got no reply, of those that ended after the last mark or last. */
    synchronized long longestGapSinceMark(long nanos) {
        lasting(nanos);
        return longestGapSinceMark;
    }

    /** Longest time in which a camera with open frames got no reply, also one that lasts. */
    synchronized long longestGap(long nanos) {
        lasting(nanos);
        return longestGap;
    }

    private void lasting(long nanos) {
        cameras.values().stream().filter(camera -> !camera.open.isEmpty())
                .forEach(camera -> gap(nanos - camera.quietSince));
    }

    /** Milliseconds from publishing to having read the reply, one per answered frame. */
    synchronized List<Double> latencyMillis() {
        return List.copyOf(latencyMillis);
    }

    /** What has been counted so far. */
    synchronized Counts counts() {
        return new Counts(published, new TreeMap<>(replies), open, doubled, outOfOrder, mismatched, unknown, foreign);
    }

    /** Some of the frames that went wrong, each with what happened to it; the missing ones last. */
    synchronized List<String> examples() {
        List<String> all = new ArrayList<>(examples);
        cameras.forEach((id, camera) -> camera.open.keySet().stream().limit(2)
                .forEach(frame -> all.add("missing: frame " + frame + " of " + id)));
        return all.subList(0, Math.min(MOST_EXAMPLES, all.size()));
    }
}
