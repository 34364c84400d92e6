package io.hsaw.facedetector;

import io.hsaw.contracts.Box;
import io.hsaw.contracts.KeyPoints;
import io.hsaw.contracts.Point;

/**
 * The face mesh of one face. Left and right are the person's own.
 *
 * @param coordinates 468 × (x, y, z) in picture pixels; z grows away from the camera
 * @param faceFlag    probability that there is a face, 0 to 1
 */
record MeshPoints(double[] coordinates, double faceFlag) {

    static final int COUNT = 468;

    private static final int[] RIGHT_EYE = {33, 133, 159, 145};
    private static final int[] LEFT_EYE = {362, 263, 386, 374};
    private static final int NOSE_TIP = 1;
    private static final int RIGHT_MOUTH_CORNER = 61;
    private static final int LEFT_MOUTH_CORNER = 291;
    /** Where the outline of the face passes the ears. */
    private static final int RIGHT_TEMPLE = 234;
    private static final int LEFT_TEMPLE = 454;

    KeyPoints keyPoints() {
        return new KeyPoints(mean(LEFT_EYE), mean(RIGHT_EYE), mean(NOSE_TIP), mean(LEFT_MOUTH_CORNER),
                mean(RIGHT_MOUTH_CORNER));
    }

    /** The smallest upright rectangle around all points. */
    Box box() {
        double left = Double.MAX_VALUE;
        double top = Double.MAX_VALUE;
        double right = -Double.MAX_VALUE;
        double bottom = -Double.MAX_VALUE;
        for (int i = 0; i < coordinates.length; i += 3) {
            left = Math.min(left, coordinates[i]);
            right = Math.max(right, coordinates[i]);
            top = Math.min(top, coordinates[i + 1]);
            bottom = Math.max(bottom, coordinates[i + 1]);
        }
        return new Box(left, top, right - left, bottom - top);
    }

    /** Radians by which the eye line is turned clockwise. */
    double roll() {
        Point right = mean(RIGHT_EYE);
        Point left = mean(LEFT_EYE);
        return Math.atan2(left.y() - right.y(), left.x() - right.x());
    }

    /** Radians by which the head is turned towards its own left, from the depth of the two temples. */
    double yaw() {
        int right = RIGHT_TEMPLE * 3;
        int left = LEFT_TEMPLE * 3;
        double across =
                Math.hypot(coordinates[left] - coordinates[right], coordinates[left + 1] - coordinates[right + 1]);
        return Math.atan2(coordinates[left + 2] - coordinates[right + 2], across);
    }

    private Point mean(int... indices) {
        double x = 0;
        double y = 0;
        for (int index : indices) {
            x += coordinates[index * 3];
            y += coordinates[index * 3 + 1];
        }
        return new Point(x / indices.length, y / indices.length);
    }
}
