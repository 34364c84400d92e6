package io.hsaw.trainer.dataset;

import io.hsaw.contracts.HalfFacePair;
import io.hsaw.contracts.RgbImage;
import java.util.Arrays;

/**
 * A pair of half faces in little memory: of grey pixels one channel is kept.
 *
 * @param width  of each half
 * @param height of each half
 * @param pixels the left half's, then the right half's; {@code 2 × height × width} bytes, or three times as many; not copied
 */
public record PackedHalves(int width, int height, byte[] pixels) {

    /** Packs halves. */
    public static PackedHalves of(HalfFacePair halves) {
        byte[] left = halves.left().pixels();
        byte[] right = halves.right().pixels();
        byte[] both = Arrays.copyOf(left, left.length + right.length);
        System.arraycopy(right, 0, both, left.length, right.length);
        return new PackedHalves(halves.left().width(), halves.left().height(), isGrey(both) ? oneChannel(both) : both);
    }

    /** The halves, made anew at each call. */
    public HalfFacePair unpack() {
        int half = pixels.length / 2;
        return new HalfFacePair(image(0, half), image(half, pixels.length));
    }

    private RgbImage image(int from, int to) {
        byte[] part = Arrays.copyOfRange(pixels, from, to);
        return new RgbImage(width, height, part.length == width * height ? threeChannels(part) : part);
    }

    private static boolean isGrey(byte[] rgb) {
        for (int i = 0; i < rgb.length; i += 3) {
            if (rgb[i] != rgb[i + 1] || rgb[i] != rgb[i + 2]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] oneChannel(byte[] rgb) {
        byte[] grey = new byte[rgb.length / 3];
        for (int i = 0; i < grey.length; i++) {
            grey[i] = rgb[3 * i];
        }
        return grey;
    }

    private static byte[] threeChannels(byte[] grey) {
        byte[] rgb = new byte[3 * grey.length];
        for (int i = 0; i < grey.length; i++) {
            Arrays.fill(rgb, 3 * i, 3 * i + 3, grey[i]);
        }
        return rgb;
    }
}
