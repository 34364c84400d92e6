package io.hsaw.contracts;

import java.util.Arrays;

/**
 * An 8-bit RGB picture in memory.
 *
 * @param width  pixels per row
 * @param height rows
 * @param pixels {@code height × width × 3} bytes, row by row from the top, red first; not copied, not to be changed
 */
public record RgbImage(int width, int height, byte[] pixels) {
    public RgbImage {
        Checks.require(width > 0 && height > 0, "width and height must be positive, found %d x %d", width, height);
        Checks.requirePresent("pixels", pixels);
        Checks.require(pixels.length == 3L * width * height, "pixels of an image of %d x %d are %d bytes, found %d",
                width, height, 3L * width * height, pixels.length);
    }

    /** The picture with left and right exchanged. */
    public RgbImage flipped() {
        byte[] out = new byte[pixels.length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int from = 3 * (y * width + x);
                int to = 3 * (y * width + width - 1 - x);
                out[to] = pixels[from];
                out[to + 1] = pixels[from + 1];
                out[to + 2] = pixels[from + 2];
            }
        }
        return new RgbImage(width, height, out);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof RgbImage other && width == other.width && height == other.height
                && Arrays.equals(pixels, other.pixels);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * width + height) + Arrays.hashCode(pixels);
    }

    @Override
    public String toString() {
        return "RgbImage[" + width + "x" + height + "]";
    }
}
