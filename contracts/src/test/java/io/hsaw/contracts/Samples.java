package io.hsaw.contracts;

import static io.hsaw.contracts.Expression.HAPPINESS;
import static io.hsaw.contracts.Expression.NEUTRAL;

import io.hsaw.contracts.CameraState.TrackState;
import io.hsaw.contracts.EmotionChange.Kind;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One record of each kind, as the pipeline writes them; the examples of docs/records.md. */
final class Samples {

    private static final Instant TIME = Instant.parse("2026-03-01T12:00:00.040Z");
    private static final Box BOX = new Box(212.5, 96, 180, 214.25);
    private static final KeyPoints POINTS = new KeyPoints(new Point(338, 176.5), new Point(268, 178),
            new Point(304.5, 222), new Point(334, 262), new Point(276.5, 263));
    private static final Probabilities HAPPY =
            new Probabilities(0.0102, 0.0031, 0.0044, 0.9012, 0.0087, 0.0143, 0.0581);

    private Samples() {
    }

    static FrameInfo frame() {
        return new FrameInfo("door", "door-000042", TIME, 640, 480, null, Map.of()).timed("face-detector", 6.125);
    }

    static FrameInfo refusedFrame() {
        return new FrameInfo("door", "door-000043", TIME.plusMillis(40), 0, 0, null, Map.of())
                .rejected(RejectionCode.INVALID_IMAGE, "the JPEG ends after 1,024 bytes")
                .timed("face-detector", 0.25);
    }

    static DetectedFace face() {
        return new DetectedFace(BOX, POINTS, 0.9731, -1.5, 4.25);
    }

    /** An image whose pixels differ. */
    static RgbImage image(int width, int height) {
        byte[] pixels = new byte[3 * width * height];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (31 * i + i / 256);
        }
        return new RgbImage(width, height, pixels);
    }

    static Faces faces() {
        return new Faces(frame(), List.of(new FaceCrop(face(), image(6, 8), POINTS)));
    }

    static Faces refusedFaces() {
        return new Faces(refusedFrame(), List.of());
    }

    static HalfFaces halfFaces() {
        HalfFacePair halves = new HalfFacePair(image(4, 8), image(4, 8).flipped());
        return new HalfFaces(frame(), List.of(new SplitFace(face(), halves)));
    }

    static HalfFaces refusedHalfFaces() {
        return new HalfFaces(refusedFrame(), List.of());
    }

    static FrameReply reply() {
        Map<String, Double> timings = new LinkedHashMap<>();
        timings.put("face-detector", 6.125);
        timings.put("half-face-splitter", 0.75);
        timings.put("hsaw-inference", 12.5);
        HalfReading left = new HalfReading(0.5218, HAPPINESS,
                new Probabilities(0.0213, 0.0102, 0.0087, 0.8333, 0.0175, 0.0246, 0.0844));
        HalfReading right = new HalfReading(0.4973, NEUTRAL,
                new Probabilities(0.0301, 0.0154, 0.0126, 0.4012, 0.0383, 0.0411, 0.4613));
        ExpressionReading whole = new ExpressionReading(
                new Probabilities(0.0148, 0.0052, 0.0071, 0.8617, 0.0119, 0.0202, 0.0791));
        ExpressionReading smoothed = new ExpressionReading(HAPPINESS, false,
                new Probabilities(0.0115, 0.0036, 0.0051, 0.8743, 0.0102, 0.0151, 0.0802));
        FaceReply face = new FaceReply("door/door-000001/1", BOX, POINTS, 0.9731, -1.5, 4.25, HAPPINESS, false, HAPPY,
                new HalvesReading(left, right, whole, false), smoothed);
        return new FrameReply(FrameReply.SCHEMA, "door", "door-000042", TIME, 640, 480, null,
                new ModelRef("fer2013", "1"), timings, List.of(face));
    }

    static FrameReply refusal() {
        return new FrameReply(refusedFrame(), new ModelRef("fer2013", "1"), List.of());
    }

    static EmotionChange change() {
        return new EmotionChange(Kind.CHANGED, "door", "door-000042", "door/door-000001/1", TIME, HAPPINESS, NEUTRAL);
    }

    static CameraState state() {
        Probabilities smoothed =
                new Probabilities(0.01154020917, 0.0036, 0.0051, 0.87425979083, 0.0102, 0.0151, 0.0802);
        return new CameraState("door", TIME, List.of(
                new TrackState("door/door-000001/1", BOX, "door-000042", TIME, 0, smoothed, HAPPINESS, null, 0),
                new TrackState("door/door-000007/1", new Box(402, 88.5, 171, 203), "door-000040",
                        TIME.minusMillis(80), 80_000_000, HAPPY, NEUTRAL, HAPPINESS, 120_000_000)));
    }

    static CameraState emptyState() {
        return new CameraState("door", null, List.of());
    }

    static EmotionChange beginning() {
        return new EmotionChange(Kind.BEGAN, "door", "door-000001", "door/door-000001/1",
                Instant.parse("2026-03-01T11:59:58.6Z"), NEUTRAL, null);
    }

    static PseudoLabel pseudoLabel() {
        return new PseudoLabel("2026-03-01-a", 7, "fer2013/Training/00042", new ModelRef("hsaw", "2026-03-01-a"),
                Expression.SADNESS, NEUTRAL, new Probabilities(0.0102, 0.0031, 0.0044, 0.0087, 0.0143, 0.0581, 0.9012),
                new Probabilities(0.0148, 0.0052, 0.0071, 0.0119, 0.0202, 0.0791, 0.8617),
                new Probabilities(0.0213, 0.0102, 0.0087, 0.0175, 0.0246, 0.0844, 0.8333), 0.5218, 0.4973, TIME);
    }

    static Label answer() {
        return Label.answer(pseudoLabel(), Label.Decision.ACCEPTED, NEUTRAL, Expression.SADNESS, Label.Origin.PSEUDO,
                "policy paper", TIME);
    }

    static Label label() {
        return Label.common("fer2013/Training/00042", NEUTRAL, Expression.SADNESS, Label.Origin.PERSON, null, null, TIME);
    }

    static TrainingCommand start() {
        return TrainingCommand.start("2026-03-01-a", "hsaw", TrainingCommand.Preset.MODERN, List.of("fer2013"),
                TrainingCommand.CHAMPION, new TrainingCommand.Settings(TrainingCommand.Settings.Stage.FULL, 96, null, null, 15,
                        null, null, null, null, null, 1L, 6, null, null, null), TIME);
    }

    static TrainingCommand cancel() {
        return TrainingCommand.cancel("2026-03-01-a", TIME);
    }

    static TrainingProgress progress() {
        return new TrainingProgress(TrainingProgress.SCHEMA, "2026-03-01-a", TrainingProgress.Phase.TRAINING, 7.25, 15, 3248,
                0.4833, new TrainingProgress.Losses(2.394, 0.001, 0.034, 1.054), 0.6412, 0.5933, 36.5,
                new TrainingProgress.Relabels(412, 398, 14, 0), 5400.0, "1", null, TIME);
    }

    static ModelRelease release() {
        return new ModelRelease(new ModelRef("hsaw", "2026-03-01-a"), ModelRelease.Role.CHAMPION, "0123456789abcdef".repeat(4),
                "2026-03-01-a", new ModelRelease.Comparison(new ModelRef("fer2013-raf-db", "1"), 3589, 0.6712, 0.6587, 0.6321,
                        0.6158), "run", "at least as good on pictures that neither trained on", TIME);
    }

    static CameraSettings cameraSettings() {
        return new CameraSettings("door", new CameraSettings.Capture("to label faces in poor light", 60, 30,
                Instant.parse("2026-02-01T08:30:00.125Z")), TIME);
    }
}
