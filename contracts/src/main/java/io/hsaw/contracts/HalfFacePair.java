package io.hsaw.contracts;

/**
 * One face cut at the nose tip (section 4.1), upright, both halves of the same size. The whole is the two side by side,
 * the right half first: in an unmirrored picture the person's right is at the smaller x.
 *
 * @param left  I_left, the person's own left half
 * @param right I_right, the person's own right half
 */
public record HalfFacePair(RgbImage left, RgbImage right) {
    public HalfFacePair {
        Checks.requirePresent("left", left);
        Checks.requirePresent("right", right);
        Checks.require(left.width() == right.width() && left.height() == right.height(),
                "left and right must have one size, found %s and %s", left, right);
        Checks.require(Math.max(left.width(), left.height()) <= FrameLimits.MAX_HALF_FACE_HEIGHT,
                "a half face is at most %d pixels high and wide, found %s", FrameLimits.MAX_HALF_FACE_HEIGHT, left);
    }
}
