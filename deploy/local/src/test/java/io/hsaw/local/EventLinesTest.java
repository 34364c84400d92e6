package io.hsaw.local;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hsaw.contracts.Box;
import io.hsaw.contracts.EmotionChange;
import io.hsaw.contracts.Expression;
import io.hsaw.contracts.ExpressionReading;
import io.hsaw.contracts.FaceReply;
import io.hsaw.contracts.FrameInfo;
import io.hsaw.contracts.FrameReply;
import io.hsaw.contracts.HalfReading;
import io.hsaw.contracts.HalvesReading;
import io.hsaw.contracts.KeyPoints;
import io.hsaw.contracts.ModelRef;
import io.hsaw.contracts.Point;
import io.hsaw.contracts.Probabilities;
import io.hsaw.contracts.RejectionCode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventLinesTest {

    private static final Instant AT = Instant.parse("2026-01-02T14:03:22.120Z");

    private final EventLines lines = new EventLines(ZoneOffset.UTC);

    @Test
    void aChangeSaysFromWhatToWhat() {
        assertEquals("14:03:22.120  door  neutral -> happiness  (face door/17/0)",
                lines.of(change(EmotionChange.Kind.CHANGED, Expression.NEUTRAL)));
    }

    @Test
    void aFaceThatAppearsSaysWhatItShows() {
        assertEquals("14:03:22.120  door  a face appears: happiness  (face door/17/0)",
                lines.of(change(EmotionChange.Kind.BEGAN, null)));
    }

    @Test
    void aRefusedFrameSaysWhy() {
        FrameInfo frame = new FrameInfo("door", "17", AT, 0, 0, null, Map.of())
                .rejected(RejectionCode.INVALID_IMAGE, "the value is empty");

        assertEquals("14:03:22.120  door  17: refused, invalid-image: the value is empty",
                lines.of(new FrameReply(frame, new ModelRef("model", "1"), List.of())));
    }

    @Test
    void aReplySaysWhatEachFaceShowsAndWhetherThatIsUncertain() {
        String happy = "happiness 40 % (left happiness, right neutral)";

        assertEquals("14:03:22.120  door  17: " + happy + "; " + happy + "; uncertain, " + happy,
                lines.of(reply(face(null), face(false), face(true))));
    }

    private static FrameReply reply(FaceReply... faces) {
        return new FrameReply(new FrameInfo("door", "17", AT, 640, 480, null, Map.of()), new ModelRef("model", "1"),
                List.of(faces));
    }

    private static FaceReply face(Boolean uncertain) {
        Probabilities happy = new Probabilities(0.1, 0.1, 0.1, 0.4, 0.1, 0.1, 0.1);
        Point point = new Point(50, 50);
        return new FaceReply("door/17/1", new Box(0, 0, 100, 100), new KeyPoints(point, point, point, point, point), 0.9,
                0, 0, Expression.HAPPINESS, uncertain, happy,
                new HalvesReading(new HalfReading(0.5, Expression.HAPPINESS, happy),
                        new HalfReading(0.5, Expression.NEUTRAL, happy), new ExpressionReading(happy), false),
                new ExpressionReading(happy));
    }

    private static EmotionChange change(EmotionChange.Kind kind, Expression previous) {
        return new EmotionChange(kind, "door", "18", "door/17/0", AT, Expression.HAPPINESS, previous);
    }
}
