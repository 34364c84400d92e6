package io.hsaw.contracts;

/**
 * A face with its pixels, on {@code faces}.
 *
 * @param face       where it is in the published picture
 * @param crop       the part of the picture around the face with room to turn it, longest side at most
 *                   {@link FrameLimits#MAX_CROP_SIDE}; never mirrored: in it the person's left is at the greater x
 * @param cropPoints the key points in pixels of the crop
 */
public record FaceCrop(DetectedFace face, RgbImage crop, KeyPoints cropPoints) {
    public FaceCrop {
        Checks.requirePresent("face", face);
        Checks.requirePresent("crop", crop);
        Checks.requirePresent("cropPoints", cropPoints);
        Checks.require(Math.max(crop.width(), crop.height()) <= FrameLimits.MAX_CROP_SIDE,
                "crop must be at most %d pixels high and wide, found %s", FrameLimits.MAX_CROP_SIDE, crop);
    }
}
