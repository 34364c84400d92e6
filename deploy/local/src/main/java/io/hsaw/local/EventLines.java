package io.hsaw.local;

import io.hsaw.contracts.EmotionChange;
import io.hsaw.contracts.FaceReply;
import io.hsaw.contracts.FrameReply;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.stream.Collectors;

/** Events as lines for people. */
final class EventLines {

    private final DateTimeFormatter time;

    /** @param zone in which times of day are written */
    EventLines(ZoneId zone) {
        time = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(zone);
    }

    /** Such as {@code 14:03:22.120  door  neutral -> happiness  (face door/17/1)}. */
    String of(EmotionChange change) {
        String what = switch (change.kind()) {
            case BEGAN -> "a face appears: " + change.expression().label();
            case CHANGED -> change.previous() == null ? change.expression().label()
                    : change.previous().label() + " -> " + change.expression().label();
            case ENDED -> "a face is gone: " + change.expression().label() + " at last";
        };
        return line(change.at(), change.cameraId(), what + "  (face " + change.trackId() + ")");
    }

    /**
     * Such as {@code 14:03:22.120  door  17: happiness 93 % (left happiness, right neutral)}; with {@code uncertain, } before
     * an expression that is not to be relied on.
     */
    String of(FrameReply reply) {
        String what;
        if (reply.rejection() != null) {
            what = "refused, " + reply.rejection().code().label() + ": " + reply.rejection().detail();
        } else if (reply.faces().isEmpty()) {
            what = "no face";
        } else {
            what = reply.faces().stream().map(this::face).collect(Collectors.joining("; "));
        }
        return line(reply.capturedAt(), reply.cameraId(), reply.frameId() + ": " + what);
    }

    private String face(FaceReply face) {
        return String.format(Locale.ROOT, "%s%s %.0f %% (left %s, right %s)",
                Boolean.TRUE.equals(face.uncertain()) ? "uncertain, " : "", face.expression().label(),
                100 * face.probabilities().of(face.expression()), face.halves().left().expression().label(),
                face.halves().right().expression().label());
    }

    private String line(Instant at, String camera, String what) {
        return time.format(at) + "  " + camera + "  " + what;
    }
}
