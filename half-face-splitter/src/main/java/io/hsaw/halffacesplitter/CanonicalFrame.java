package io.hsaw.halffacesplitter;

import io.hsaw.contracts.KeyPoints;
import io.hsaw.contracts.Point;

/**
 * Where a face lies in a picture, independent of how it is turned and how large it is: a square turned with the eye
 * line, centred on the nose tip, its side in proportion to the distance between eyes and mouth. That distance, unlike
 * the one between the eyes, hardly changes when the head turns to the side.
 *
 * @param centreX  the nose tip, in picture pixels
 * @param centreY  likewise
 * @param side     length of the square's side, in picture pixels
 * @param rightX   unit vector along the eye line towards the person's left (the right of the upright frame)
 * @param rightY   likewise
 */
public record CanonicalFrame(double centreX, double centreY, double side, double rightX, double rightY) {

    /** Side of the frame per distance between eyes and mouth: takes in brows and chin with a little room. */
    static final double SIDE_PER_EYE_MOUTH_DISTANCE = 2.7;

    /** A face whose eyes and mouth fall (nearly) on one point is framed as if they were this far apart, in pixels. */
    private static final double LEAST_EYE_MOUTH_DISTANCE = 4;

    /** The frame of the face with these points. */
    public static CanonicalFrame of(KeyPoints points) {
        Point left = points.leftEye();
        Point right = points.rightEye();
        double dx = left.x() - right.x();
        double dy = left.y() - right.y();
        double eyeDistance = Math.hypot(dx, dy);
        boolean level = eyeDistance < 1e-6;
        double mouthX = (points.mouthLeft().x() + points.mouthRight().x()) / 2;
        double mouthY = (points.mouthLeft().y() + points.mouthRight().y()) / 2;
        double eyeMouth = Math.hypot(mouthX - (left.x() + right.x()) / 2, mouthY - (left.y() + right.y()) / 2);
        return new CanonicalFrame(points.noseTip().x(), points.noseTip().y(),
                SIDE_PER_EYE_MOUTH_DISTANCE * Math.max(eyeMouth, LEAST_EYE_MOUTH_DISTANCE),
                level ? 1 : dx / eyeDistance, level ? 0 : dy / eyeDistance);
    }

    /** x in the picture of the position (u, v) in the frame, each from -0.5 (left, top) to 0.5. */
    double pictureX(double u, double v) {
        return centreX + side * (u * rightX - v * rightY);
    }

    /** y in the picture of the position (u, v) in the frame. */
    double pictureY(double u, double v) {
        return centreY + side * (u * rightY + v * rightX);
    }
}
