package io.hsaw.halffacesplitter;

import io.hsaw.contracts.FrameLimits;
import io.hsaw.contracts.HalfFacePair;
import io.hsaw.contracts.KeyPoints;
import io.hsaw.contracts.Point;
import io.hsaw.contracts.RgbImage;

/**
 * Cuts a face into its left and right half (section 4.1): the face is brought into its canonical frame, upright and
 * centred on the nose tip, and cut there vertically, so that both halves have the same width. Used by the pipeline, by
 * training and by evaluation alike.
 */
public final class HalfFaceSplitter {

    /** Smallest frame made, in pixels; smaller faces are enlarged to it. */
    private static final int MIN_SIDE = 16;

    private HalfFaceSplitter() {
    }

    /**
     * The two halves, in the picture's own resolution up to {@link FrameLimits#MAX_HALF_FACE_HEIGHT}; larger faces are
     * reduced. Where the frame reaches beyond the picture, the border is replicated.
     *
     * @param picture the unmirrored picture or crop that holds the face
     * @param points  the face's points in pixels of that picture
     * @return halves of {@code side × side/2} pixels, side even
     */
    public static HalfFacePair split(RgbImage picture, KeyPoints points) {
        CanonicalFrame frame = CanonicalFrame.of(points);
        int side = (int) Math.round(Math.min(FrameLimits.MAX_HALF_FACE_HEIGHT, Math.max(MIN_SIDE, frame.side())));
        side += side & 1;
        FrameSampler sampler = new FrameSampler(picture, frame, side);
        // In an unmirrored picture the person's right half is the one at the smaller x.
        return new HalfFacePair(sampler.columns(side / 2, side), sampler.columns(0, side / 2));
    }

    /**
     * Points for a picture that is a face crop already but in which no points were found: its centre line stands for the
     * nose, and the canonical frame is the square around the whole crop.
     */
    public static KeyPoints centreLinePoints(int width, int height) {
        double distance = Math.max(width, height) / CanonicalFrame.SIDE_PER_EYE_MOUTH_DISTANCE;
        double x = width / 2.0;
        double y = height / 2.0;
        double eyes = y - 0.6 * distance;
        double mouth = y + 0.4 * distance;
        return new KeyPoints(new Point(x + distance / 2, eyes), new Point(x - distance / 2, eyes), new Point(x, y),
                new Point(x + distance / 3, mouth), new Point(x - distance / 3, mouth));
    }
}
