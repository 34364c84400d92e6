package io.hsaw.local;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hsaw.contracts.Box;
import io.hsaw.contracts.DetectedFace;
import io.hsaw.contracts.EmotionChange;
import io.hsaw.contracts.Expression;
import io.hsaw.contracts.FrameInfo;
import io.hsaw.contracts.HalfFacePair;
import io.hsaw.contracts.HalfFaces;
import io.hsaw.contracts.KeyPoints;
import io.hsaw.contracts.ModelRef;
import io.hsaw.contracts.Point;
import io.hsaw.contracts.RgbImage;
import io.hsaw.contracts.SplitFace;
import io.hsaw.inference.CameraTracks;
import io.hsaw.inference.FrameStep;
import io.hsaw.inference.ReplyMaker;
import io.hsaw.inference.TrackSettings;
import io.hsaw.inference.Tracks;
import io.hsaw.network.Prediction;
import io.hsaw.network.Temperatures;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the pipeline's own classes write, told to the ledger as it is or with a fault in it. */
class TrackLedgerTest {

    private static final Tracks RULES = new Tracks(TrackSettings.DEFAULT);
    private static final ReplyMaker REPLIES = new ReplyMaker(new ModelRef("test", "1"), Temperatures.NONE, 0, RULES);

    private final TrackLedger ledger = new TrackLedger(RULES);
    private CameraTracks state = CameraTracks.unknown("door");
    private int frames;

    @Test
    void tracksWithoutABreakAndTheirChangesAreInOrder() {
        List<EmotionChange> changes = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            changes.addAll(frame(i < 10 ? 3 : 4).changes()); // happiness, then sadness for two seconds
        }
        changes.forEach(ledger::changed);

        assertEquals(List.of(EmotionChange.Kind.BEGAN, EmotionChange.Kind.CHANGED),
                changes.stream().map(EmotionChange::kind).toList());
        assertEquals(new TrackLedger.Counts(1, 0, 2, 0, 0), ledger.counts());
    }

    @Test
    void aTrackThatIsForgottenAndBegunAnewIsFound() {
        frame(3).changes().forEach(ledger::changed);
        state = CameraTracks.unknown("door");
        frame(3).changes().forEach(ledger::changed);

        assertEquals(new TrackLedger.Counts(2, 1, 2, 0, 0), ledger.counts());
    }

    @Test
    void aFalseEndIsFound() {
        frame(3).changes().forEach(ledger::changed);
        RULES.end(state).forEach(ledger::changed);

        assertEquals(new TrackLedger.Counts(1, 0, 2, 0, 1), ledger.counts());
    }

    @Test
    void aChangeThatIsMissingAndOneThatIsDoubledAreFound() {
        frame(3);
        assertEquals(new TrackLedger.Counts(1, 0, 0, 1, 0), ledger.counts());

        EmotionChange began = new EmotionChange(EmotionChange.Kind.BEGAN, "door", "1", "door/1/1", Instant.EPOCH,
                Expression.HAPPINESS, null);
        ledger.changed(began);
        assertEquals(new TrackLedger.Counts(1, 0, 1, 0, 0), ledger.counts());
        ledger.changed(began);
        assertEquals(new TrackLedger.Counts(1, 0, 2, 0, 1), ledger.counts());
    }

    /** One face, a tenth of a second after the last frame. */
    private FrameStep frame(int expression) {
        frames++;
        double[] logits = new double[7];
        logits[expression] = 3;
        Prediction prediction = new Prediction(logits, new double[7], new double[7], 0.5, 0.5);
        Point point = new Point(50, 70);
        RgbImage half = new RgbImage(8, 16, new byte[3 * 8 * 16]);
        SplitFace face = new SplitFace(new DetectedFace(new Box(20, 20, 100, 100),
                new KeyPoints(point, point, point, point, point), 0.9, 0, 0), new HalfFacePair(half, half));
        FrameInfo frame = new FrameInfo("door", String.valueOf(frames), Instant.EPOCH.plusMillis(100L * frames), 640,
                480, null, Map.of());
        FrameStep step = REPLIES.reply(state, new HalfFaces(frame, List.of(face)), List.of(prediction), 1);
        state = step.tracks();
        ledger.replied(step.reply());
        return step;
    }
}
