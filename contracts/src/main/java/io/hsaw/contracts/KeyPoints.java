package io.hsaw.contracts;

/**
 * The five key points of section 4.1: centres of the eyes, tip of the nose, corners of the mouth. Left and right are
 * the person's own: in an unmirrored picture the left eye lies at the greater x.
 */
public record KeyPoints(Point leftEye, Point rightEye, Point noseTip, Point mouthLeft, Point mouthRight) {
    public KeyPoints {
        Checks.requirePresent("leftEye", leftEye);
        Checks.requirePresent("rightEye", rightEye);
        Checks.requirePresent("noseTip", noseTip);
        Checks.requirePresent("mouthLeft", mouthLeft);
        Checks.requirePresent("mouthRight", mouthRight);
    }
}
