package io.hsaw.local;

import io.hsaw.contracts.EmotionChange;
import io.hsaw.contracts.EmotionChange.Kind;
import io.hsaw.contracts.Expression;
import io.hsaw.contracts.FaceReply;
import io.hsaw.contracts.FrameInfo;
import io.hsaw.contracts.FrameReply;
import io.hsaw.inference.CameraTracks;
import io.hsaw.inference.SeenFace;
import io.hsaw.inference.TrackStep;
import io.hsaw.inference.Tracks;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether tracks went on as if nothing had happened: follows the faces of the replies by the pipeline's own rules,
 * without a break, and compares the tracks' names and the changes of expression with what the pipeline wrote. Knows
 * nothing of cameras that are given up because they are silent. May be used by several threads.
 */
final class TrackLedger {

    /**
     * What was counted so far.
     *
     * @param tracks            different ones named by replies
     * @param broken            faces whose track is another one than without a break
     * @param changes           events on {@code emotion-changes}
     * @param missingChanges    that should be there and are not
     * @param unexpectedChanges that should not be there, or not again
     */
    record Counts(long tracks, long broken, long changes, long missingChanges, long unexpectedChanges) {
    }

    /** An event without its place and time. @param previous null unless it is a change */
    private record Event(Kind kind, String trackId, Expression expression, Expression previous) {
    }

    private final Tracks rules;
    private final Map<String, CameraTracks> cameras = new HashMap<>();
    private final Map<String, Expression> expressions = new HashMap<>();
    /** How often an event should have come, less how often it came; none that is even. */
    private final Map<Event, Integer> uneven = new HashMap<>();
    private long tracks;
    private long broken;
    private long changes;

    /** @param rules with the settings of the pipeline */
    TrackLedger(Tracks rules) {
        this.rules = rules;
    }

    /** The first reply to a frame, after the replies to all earlier frames of its camera. */
    synchronized void replied(FrameReply reply) {
        FrameInfo frame = new FrameInfo(reply.cameraId(), reply.frameId(), reply.capturedAt(), reply.width(),
                reply.height(), reply.rejection(), reply.timings());
        List<SeenFace> seen = reply.faces().stream().map(face -> new SeenFace(face.box(), face.probabilities()))
                .toList();
        TrackStep step = rules.next(cameras.getOrDefault(reply.cameraId(), CameraTracks.unknown(reply.cameraId())),
                frame, seen);
        cameras.put(reply.cameraId(), step.tracks());
        List<Event> due = new ArrayList<>();
        for (EmotionChange change : step.changes()) {
            if (change.kind() == Kind.ENDED) {
                due.add(new Event(Kind.ENDED, change.trackId(), expressions.remove(change.trackId()), null));
            }
        }
        for (int i = 0; i < reply.faces().size(); i++) {
            FaceReply face = reply.faces().get(i);
            broken += face.trackId().equals(step.faces().get(i).trackId()) ? 0 : 1;
            Expression now = face.smoothed().expression();
            Expression before = expressions.put(face.trackId(), now);
            if (before == null) {
                tracks++;
                due.add(new Event(Kind.BEGAN, face.trackId(), now, null));
            } else if (before != now) {
                due.add(new Event(Kind.CHANGED, face.trackId(), now, before));
            }
        }
        due.forEach(event -> count(event, 1));
    }

    /** An event was read. */
    synchronized void changed(EmotionChange change) {
        changes++;
        count(new Event(change.kind(), change.trackId(), change.expression(), change.previous()), -1);
    }

    private void count(Event event, int by) {
        uneven.merge(event, by, (a, b) -> a + b == 0 ? null : a + b);
    }

    /** What has been counted so far; events under way count as missing. */
    synchronized Counts counts() {
        long missing = 0;
        long unexpected = 0;
        for (int more : uneven.values()) {
            missing += Math.max(0, more);
            unexpected += Math.max(0, -more);
        }
        return new Counts(tracks, broken, changes, missing, unexpected);
    }
}
