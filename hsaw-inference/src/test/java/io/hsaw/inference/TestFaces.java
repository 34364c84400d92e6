package io.hsaw.inference;

import io.hsaw.contracts.Box;
import io.hsaw.contracts.DetectedFace;
import io.hsaw.contracts.Expression;
import io.hsaw.contracts.FrameInfo;
import io.hsaw.contracts.HalfFacePair;
import io.hsaw.contracts.KeyPoints;
import io.hsaw.contracts.Point;
import io.hsaw.contracts.Probabilities;
import io.hsaw.contracts.RgbImage;
import io.hsaw.contracts.SplitFace;
import java.time.Instant;
import java.util.Map;

/** Frames and faces for the tests of this module. */
final class TestFaces {

    static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    private TestFaces() {
    }

    /** A frame of camera {@code door}. */
    static FrameInfo frame(String frameId, long millisecondsAfterStart) {
        return frame("door", frameId, millisecondsAfterStart);
    }

    static FrameInfo frame(String cameraId, String frameId, long millisecondsAfterStart) {
        return new FrameInfo(cameraId, frameId, START.plusMillis(millisecondsAfterStart), 640, 480, null, Map.of());
    }

    /** A face of 100 x 100 pixels that surely shows the expression. */
    static SeenFace face(double x, double y, Expression expression) {
        return new SeenFace(new Box(x, y, 100, 100), surely(expression));
    }

    static Probabilities surely(Expression expression) {
        double[] p = new double[Expression.COUNT];
        p[expression.ordinal()] = 1;
        return Probabilities.of(p);
    }

    /** A face at (x, 20) whose halves are single pixels of that grey. */
    static SplitFace split(double x, int grey) {
        Point point = new Point(x + 50, 70);
        RgbImage half = new RgbImage(1, 1, new byte[] {(byte) grey, (byte) grey, (byte) grey});
        return new SplitFace(new DetectedFace(new Box(x, 20, 100, 100),
                new KeyPoints(point, point, point, point, point), 0.9, 5, -3), new HalfFacePair(half, half));
    }
}
