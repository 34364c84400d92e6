package io.hsaw.network.training;

import io.hsaw.contracts.HalfFacePair;
import io.hsaw.contracts.RgbImage;
import io.hsaw.network.FaceTensors;
import io.hsaw.network.weights.NetworkLayout;
import java.nio.ByteBuffer;
import java.util.Random;

/**
 * Random changes to a face in training (section 3.2: rotation and erasing; besides them scale, shift, contrast and
 * brightness). The whole and both halves change together. No flips: they would erase the asymmetry that the method uses.
 *
 * @param rotation   greatest angle in degrees, both ways
 * @param scale      greatest change of size, 0.15 for ±15 %
 * @param shift      greatest shift as a share of the face's side
 * @param contrast   greatest change of contrast, as a share
 * @param brightness greatest change of brightness, in grey levels
 * @param erasing    probability that a rectangle is erased
 */
public record Augmentation(double rotation, double scale, double shift, double contrast, double brightness,
        double erasing) {

    /** No change at all. */
    public static final Augmentation NONE = new Augmentation(0, 0, 0, 0, 0, 0);
    /** What the paper names: rotation by up to 20 degrees and erasing. */
    public static final Augmentation PAPER = new Augmentation(20, 0, 0, 0, 0, 0.5);
    /** The default. */
    public static final Augmentation STANDARD = new Augmentation(15, 0.12, 0.06, 0.25, 20, 0.4);

    private static final int SIZE = NetworkLayout.INPUT_SIZE;
    private static final int FRACTION_BITS = 11;
    private static final int ONE = 1 << FRACTION_BITS;
    /** ImageNet's mean colour, zero after normalisation. */
    private static final byte[] ERASED = {124, 116, 104};

    /**
     * Writes the crops of one face, changed at random, in the layout of {@link FaceTensors}.
     *
     * @param crops 3, or 1 for the whole alone
     * @param n     faces in the buffer
     * @param index which of them this is
     * @param crop  working space of {@link FaceTensors#CROP_BYTES}
     */
    void write(HalfFacePair face, int crops, Random random, ByteBuffer target, int n, int index, byte[] crop) {
        RgbImage whole = FaceTensors.whole(face);
        double angle = Math.toRadians(symmetric(random, rotation));
        double size = 1 + symmetric(random, scale);
        double cos = size * Math.cos(angle);
        double sin = size * Math.sin(angle);
        double dx = symmetric(random, shift);
        double dy = symmetric(random, shift);
        byte[] tone = tone(1 + symmetric(random, contrast), symmetric(random, brightness));
        double[] erased = erased(random);
        for (int part = 0; part < crops; part++) {
            // The part's centre and width in the whole face, whose coordinates run from -0.5 to 0.5.
            double width = part == 0 ? 1 : 0.5;
            double centre = part == 0 ? 0 : part == 1 ? 0.25 : -0.25;
            sample(whole, tone, cos, sin, dx, dy, width, centre, crop);
            if (erased != null) {
                erase(erased, width, centre, crop);
            }
            target.put((part * n + index) * FaceTensors.CROP_BYTES, crop);
        }
    }

    private static void sample(RgbImage whole, byte[] tone, double cos, double sin, double dx, double dy, double width,
            double centre, byte[] crop) {
        int w = whole.width();
        int h = whole.height();
        byte[] p = whole.pixels();
        double stepX = cos * width / SIZE * w;
        double stepY = sin * width / SIZE * h;
        int at = 0;
        for (int y = 0; y < SIZE; y++) {
            double v = (y + 0.5) / SIZE - 0.5;
            double u = 0.5 / SIZE * width - 0.5 * width + centre;
            double px = (cos * u - sin * v + dx + 0.5) * w - 0.5;
            double py = (sin * u + cos * v + dy + 0.5) * h - 0.5;
            for (int x = 0; x < SIZE; x++, px += stepX, py += stepY) {
                double cx = px < 0 ? 0 : px > w - 1 ? w - 1 : px;
                double cy = py < 0 ? 0 : py > h - 1 ? h - 1 : py;
                int x0 = (int) cx;
                int y0 = (int) cy;
                int fx = (int) ((cx - x0) * ONE);
                int fy = (int) ((cy - y0) * ONE);
                int a = 3 * (y0 * w + x0);
                int right = x0 + 1 < w ? 3 : 0;
                int down = y0 + 1 < h ? 3 * w : 0;
                for (int c = 0; c < 3; c++, a++) {
                    int top = (p[a] & 255) * (ONE - fx) + (p[a + right] & 255) * fx;
                    int bottom = (p[a + down] & 255) * (ONE - fx) + (p[a + down + right] & 255) * fx;
                    crop[at++] = tone[(top >> 3) * (ONE - fy) + (bottom >> 3) * fy >> 2 * FRACTION_BITS - 3];
                }
            }
        }
    }

    /** The new value of each grey level. */
    private static byte[] tone(double contrast, double brightness) {
        byte[] tone = new byte[256];
        for (int i = 0; i < 256; i++) {
            tone[i] = (byte) (int) Math.min(255, Math.max(0, Math.rint((i - 127.5) * contrast + 127.5 + brightness)));
        }
        return tone;
    }

    /** Left, top, right, bottom of a rectangle of 2 % to 25 % of the face, from -0.5 to 0.5; or null. */
    private double[] erased(Random random) {
        if (random.nextDouble() >= erasing) {
            return null;
        }
        double area = 0.02 + 0.23 * random.nextDouble();
        double aspect = Math.exp(symmetric(random, Math.log(3)));
        double w = Math.min(0.9, Math.sqrt(area * aspect));
        double h = Math.min(0.9, Math.sqrt(area / aspect));
        double left = random.nextDouble() * (1 - w) - 0.5;
        double top = random.nextDouble() * (1 - h) - 0.5;
        return new double[] {left, top, left + w, top + h};
    }

    private static void erase(double[] box, double width, double centre, byte[] crop) {
        int left = position((box[0] - centre) / width);
        int right = position((box[2] - centre) / width);
        for (int y = position(box[1]); y < position(box[3]); y++) {
            for (int x = left; x < right; x++) {
                System.arraycopy(ERASED, 0, crop, 3 * (y * SIZE + x), 3);
            }
        }
    }

    private static int position(double u) {
        return (int) Math.round(Math.min(1, Math.max(0, u + 0.5)) * SIZE);
    }

    private static double symmetric(Random random, double greatest) {
        return (2 * random.nextDouble() - 1) * greatest;
    }
}
