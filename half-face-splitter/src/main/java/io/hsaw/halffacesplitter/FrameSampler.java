package io.hsaw.halffacesplitter;

import io.hsaw.contracts.RgbImage;

/**
 * Resamples the canonical frame of a face: bilinear between pixel centres, the mean of several positions per pixel where
 * the frame is reduced (so that nothing is skipped), the border replicated outside the picture.
 */
final class FrameSampler {

    /** More would only help frames of more than 3584 pixels; points far outside the picture could ask for billions. */
    private static final int MAX_POSITIONS_PER_AXIS = 16;

    private final RgbImage picture;
    private final CanonicalFrame frame;
    private final int side;
    private final int perAxis;

    /** @param side height and width of the upright frame, in output pixels */
    FrameSampler(RgbImage picture, CanonicalFrame frame, int side) {
        this.picture = picture;
        this.frame = frame;
        this.side = side;
        this.perAxis = (int) Math.min(MAX_POSITIONS_PER_AXIS, Math.max(1, Math.ceil(frame.side() / side - 1e-9)));
    }

    /** The columns {@code from} to {@code to} (exclusive) of the upright frame. */
    RgbImage columns(int from, int to) {
        int width = to - from;
        byte[] out = new byte[3 * width * side];
        double[] rgb = new double[3];
        int samples = perAxis * perAxis;
        int at = 0;
        for (int y = 0; y < side; y++) {
            for (int x = from; x < to; x++) {
                rgb[0] = 0;
                rgb[1] = 0;
                rgb[2] = 0;
                for (int i = 0; i < perAxis; i++) {
                    double v = (y + (i + 0.5) / perAxis) / side - 0.5;
                    for (int j = 0; j < perAxis; j++) {
                        double u = (x + (j + 0.5) / perAxis) / side - 0.5;
                        add(frame.pictureX(u, v), frame.pictureY(u, v), rgb);
                    }
                }
                for (int c = 0; c < 3; c++) {
                    out[at++] = (byte) (int) (rgb[c] / samples + 0.5);
                }
            }
        }
        return new RgbImage(width, side, out);
    }

    private void add(double x, double y, double[] rgb) {
        double px = Math.min(Math.max(x - 0.5, 0), picture.width() - 1.0);
        double py = Math.min(Math.max(y - 0.5, 0), picture.height() - 1.0);
        int x0 = (int) px;
        int y0 = (int) py;
        double fx = px - x0;
        double fy = py - y0;
        int right = x0 + 1 < picture.width() ? 3 : 0;
        int down = y0 + 1 < picture.height() ? 3 * picture.width() : 0;
        byte[] p = picture.pixels();
        int at = 3 * (y0 * picture.width() + x0);
        for (int c = 0; c < 3; c++, at++) {
            double top = (p[at] & 255) + fx * ((p[at + right] & 255) - (p[at] & 255));
            double bottom = (p[at + down] & 255) + fx * ((p[at + down + right] & 255) - (p[at + down] & 255));
            rgb[c] += top + fy * (bottom - top);
        }
    }
}
