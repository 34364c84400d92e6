package io.hsaw.contracts;

/**
 * A face as found in the published picture (upright, not flipped).
 *
 * @param box        in picture pixels
 * @param keyPoints  in picture pixels, named by the person's own left and right (also in a mirrored picture)
 * @param confidence of the detector, 0 to 1
 * @param roll       degrees by which the head is turned clockwise in the picture plane
 * @param yaw        degrees by which the head is turned towards the person's own left; 0 is frontal
 */
public record DetectedFace(Box box, KeyPoints keyPoints, double confidence, double roll, double yaw) {
    public DetectedFace {
        Checks.requirePresent("box", box);
        Checks.requirePresent("keyPoints", keyPoints);
        Checks.requireShare("confidence", confidence);
        Checks.requireFinite("roll", roll);
        Checks.requireFinite("yaw", yaw);
    }
}
