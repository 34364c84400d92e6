package io.hsaw.inference;

import static io.hsaw.contracts.Expression.ANGER;
import static io.hsaw.contracts.Expression.NEUTRAL;
import static io.hsaw.contracts.Expression.SURPRISE;
import static io.hsaw.inference.TestFaces.frame;
import static io.hsaw.inference.TestFaces.split;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.contracts.Box;
import io.hsaw.contracts.DetectedFace;
import io.hsaw.contracts.Expression;
import io.hsaw.contracts.ExpressionReading;
import io.hsaw.contracts.FaceReply;
import io.hsaw.contracts.FrameReply;
import io.hsaw.contracts.HalfFaces;
import io.hsaw.contracts.KeyPoints;
import io.hsaw.contracts.ModelRef;
import io.hsaw.contracts.Point;
import io.hsaw.contracts.Probabilities;
import io.hsaw.contracts.RejectionCode;
import io.hsaw.contracts.SplitFace;
import io.hsaw.network.Prediction;
import io.hsaw.network.Temperatures;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReplyMakerTest {

    private static final double LN2 = Math.log(2);
    /** The left half says anger 4 : 1, the right surprise 2 : 1, the whole nothing. */
    private static final Prediction TORN = new Prediction(new double[7], new double[] {2 * LN2, 0, 0, 0, 0, 0, 0},
            new double[] {0, 0, 0, 0, 0, LN2, 0}, 0.5, 0.123456);

    private final ReplyMaker maker = maker(new Temperatures(1, 1, 1));

    private static ReplyMaker maker(Temperatures temperatures) {
        return maker(temperatures, 0);
    }

    private static ReplyMaker maker(Temperatures temperatures, double uncertainBelow) {
        return new ReplyMaker(new ModelRef("fer2013", "1"), temperatures, uncertainBelow,
                new Tracks(TrackSettings.DEFAULT));
    }

    private static Prediction surely(Expression expression) {
        double[] logits = new double[Expression.COUNT];
        logits[expression.ordinal()] = 10;
        return new Prediction(logits, logits, logits, 0.5, 0.5);
    }

    private static HalfFaces oneFace() {
        return new HalfFaces(frame("f1", 0), List.of(split(10, 0)));
    }

    private static FrameStep first(ReplyMaker maker, HalfFaces frame, Prediction... predictions) {
        return maker.reply(CameraTracks.unknown("door"), frame, List.of(predictions), 12.3456);
    }

    @Test
    void aFaceIsReadFromTheFusedLogitsAndItsPartsByThemselves() {
        FrameStep step = first(maker, oneFace(), TORN);

        FaceReply face = step.reply().faces().get(0);
        // P = 0 + 0.5 * left + 0.123456 * right; exp(P): anger 2, surprise 2^0.123456 = 1.0893502, the others 1.
        assertEquals(new Probabilities(0.2472, 0.1236, 0.1236, 0.1236, 0.1236, 0.1347, 0.1236), face.probabilities());
        assertEquals(ANGER, face.expression());
        assertEquals(0.5, face.halves().left().weight());
        assertEquals(ANGER, face.halves().left().expression());
        assertEquals(new Probabilities(0.4, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1), face.halves().left().probabilities());
        assertEquals(0.1235, face.halves().right().weight());
        assertEquals(SURPRISE, face.halves().right().expression());
        assertEquals(new Probabilities(0.125, 0.125, 0.125, 0.125, 0.125, 0.25, 0.125),
                face.halves().right().probabilities());
        assertEquals(new Probabilities(0.1429, 0.1429, 0.1429, 0.1429, 0.1429, 0.1429, 0.1429),
                face.halves().whole().probabilities());
        assertFalse(face.halves().agree());
    }

    @Test
    void eachOutputHasItsOwnTemperature() {
        ReplyMaker halved = maker(new Temperatures(1, 1, 2));
        FaceReply face = first(halved, oneFace(), TORN).reply().faces().get(0);

        assertEquals(new Probabilities(0.25, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125),
                face.halves().left().probabilities());
        assertEquals(0.2472, face.probabilities().of(ANGER));
    }

    @Test
    void halvesThatShowTheSameAgree() {
        double[] neutral = {0, 0, 0, 0, 0, 0, 3};
        Prediction calm = new Prediction(neutral, neutral, neutral, 0.5, 0.5);
        FaceReply face = first(maker, oneFace(), calm).reply().faces().get(0);

        assertTrue(face.halves().agree());
        assertEquals(NEUTRAL, face.expression());
    }

    @Test
    void atFirstSightTheSmoothedReadingIsTheFaceReading() {
        FaceReply face = first(maker, oneFace(), TORN).reply().faces().get(0);

        assertEquals(new ExpressionReading(face.probabilities()), face.smoothed());
    }

    @Test
    void aFaceWhoseProbabilityIsBelowTheThresholdIsUncertainAndStillNamed() {
        // the probability of anger is shown as 0.2472
        FaceReply unsure = first(maker(Temperatures.NONE, 0.2473), oneFace(), TORN).reply().faces().get(0);
        FaceReply sure = first(maker(Temperatures.NONE, 0.2472), oneFace(), TORN).reply().faces().get(0);

        assertEquals(true, unsure.uncertain());
        assertEquals(ANGER, unsure.expression());
        assertEquals(true, unsure.smoothed().uncertain());
        assertEquals(false, sure.uncertain());
        assertEquals(false, sure.smoothed().uncertain());
        assertNull(unsure.halves().whole().uncertain());
    }

    @Test
    void certaintyIsThatOfTheCalibratedProbability() {
        FaceReply face = first(maker(new Temperatures(0.1, 1, 1), 0.2473), oneFace(), TORN).reply().faces().get(0);

        assertTrue(face.probabilities().of(ANGER) > 0.9);
        assertEquals(false, face.uncertain());
    }

    @Test
    void aReplyWithoutAThresholdSaysNothingOfCertainty() {
        FaceReply face = first(maker, oneFace(), TORN).reply().faces().get(0);

        assertNull(face.uncertain());
        assertNull(face.smoothed().uncertain());
    }

    @Test
    void theSmoothedExpressionIsUncertainByItsOwnProbability() {
        ReplyMaker half = maker(Temperatures.NONE, 0.5);
        FrameStep angry = first(half, oneFace(), surely(ANGER));
        FaceReply face = half.reply(angry.tracks(), new HalfFaces(frame("f2", 400), List.of(split(10, 0))),
                List.of(surely(SURPRISE)), 1).reply().faces().get(0);

        assertEquals(SURPRISE, face.expression());
        assertEquals(false, face.uncertain());
        assertEquals(ANGER, face.smoothed().expression(), "surprise leads, and waits for the dwell time");
        assertEquals(true, face.smoothed().uncertain());
    }

    @Test
    void theReplyNamesModelTimingsAndWhereTheFacesAre() {
        HalfFaces frame = new HalfFaces(frame("f1", 0).timed("face-detector", 5), List.of(split(10, 0), split(300, 0)));
        FrameReply reply = first(maker, frame, TORN, TORN).reply();

        assertEquals(new ModelRef("fer2013", "1"), reply.model());
        assertEquals(Map.of("face-detector", 5.0, "hsaw-inference", 12.346), reply.timings());
        assertEquals(List.of("door/f1/1", "door/f1/2"), reply.faces().stream().map(FaceReply::trackId).toList());
        for (int i = 0; i < 2; i++) {
            assertEquals(frame.faces().get(i).face().box(), reply.faces().get(i).box());
            assertEquals(frame.faces().get(i).face().keyPoints(), reply.faces().get(i).keyPoints());
        }
        assertEquals(0.9, reply.faces().get(0).confidence());
        assertEquals(5, reply.faces().get(0).roll());
        assertEquals(-3, reply.faces().get(0).yaw());
    }

    @Test
    void placesAndAnglesHaveTwoDecimalsAndConfidenceFour() {
        SplitFace split = split(10, 0);
        Point point = new Point(10.004, -0.456);
        HalfFaces frame = new HalfFaces(frame("f1", 0), List.of(new SplitFace(new DetectedFace(
                new Box(-1.236, 2.344, 100.006, 3), new KeyPoints(point, point, point, point, point), 0.98765, -5.678,
                12.344), split.halves())));
        FaceReply face = first(maker, frame, TORN).reply().faces().get(0);

        Point rounded = new Point(10, -0.46);
        assertEquals(new Box(-1.24, 2.34, 100.01, 3), face.box());
        assertEquals(new KeyPoints(rounded, rounded, rounded, rounded, rounded), face.keyPoints());
        assertEquals(0.9877, face.confidence());
        assertEquals(-5.68, face.roll());
        assertEquals(12.34, face.yaw());
    }

    @Test
    void aRefusedFrameIsAnsweredWithItsReasonAndLeavesTheTracks() {
        CameraTracks before = first(maker, oneFace(), TORN).tracks();
        FrameStep step = maker.reply(before,
                new HalfFaces(frame("f2", 33).rejected(RejectionCode.TOO_LARGE, "5 MiB"), List.of()), List.of(), 1);

        assertEquals(RejectionCode.TOO_LARGE, step.reply().rejection().code());
        assertEquals(List.of(), step.reply().faces());
        assertSame(before, step.tracks());
        assertEquals(List.of(), step.changes());
    }

    @Test
    void aPredictionTooFewIsRefused() {
        HalfFaces frame = new HalfFaces(frame("f1", 0), List.of(split(10, 0), split(300, 0)));

        assertThrows(IllegalArgumentException.class, () -> first(maker, frame, TORN));
    }
}
