package io.hsaw.network.training;

import io.hsaw.contracts.HalfFacePair;
import io.hsaw.contracts.RgbImage;
import io.hsaw.network.FaceTensors;
import java.util.Random;

/**
 * Random changes to a face in training (section 3.2: rotation and erasing; besides them scale, shift, contrast and
 * brightness). The whole and both halves change together.
 *
 * @param rotation   greatest angle in degrees, both ways
 * @param scale      greatest change of size, 0.15 for ±15 %
 * @param shift      greatest shift as a share of the face's side
 * @param contrast   greatest change of contrast, as a share
 * @param brightness greatest change of brightness, in grey levels
 * @param erasing    probability that a rectangle is erased
 * @param grey       probability that colour is taken away
 * @param coarse     probability that the face is seen with fewer pixels, down to a third of them in each direction
 * @param spoiled    probability that one half is covered, darkened or blurred, so that the network learns to trust the
 *                   other
 * @param turned     probability that the head is turned to one side, by up to {@value #MOST_TURNED} degrees
 * @param mirrored   probability that left and right are exchanged: more faces to learn from, at the price of the
 *                   asymmetry that the method uses
 */
public record Augmentation(double rotation, double scale, double shift, double contrast, double brightness,
        double erasing, double grey, double coarse, double spoiled, double turned,
        double mirrored) {

    /** The whole face. */
    public static final int WHOLE = 0;
    /** The person's left half. */
    public static final int LEFT = 1;
    /** The person's right half. */
    public static final int RIGHT = 2;

    /** No change at all. */
    public static final Augmentation NONE = new Augmentation(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    /** What the paper names: rotation by up to 20 degrees and erasing. */
    public static final Augmentation PAPER = new Augmentation(20, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 0);
    /** The default. */
    public static final Augmentation STANDARD = new Augmentation(15, 0.12, 0.06, 0.25, 20, 0.4, 0.2, 0.1, 0.15, 0, 0);

    /** Radius of a head, in sides of the canonical frame, which is 2.7 times from the eyes to the mouth. */
    private static final double HEAD_RADIUS = 0.4;
    static final int MOST_TURNED = 45;

    private static final int FRACTION_BITS = 11;
    private static final int ONE = 1 << FRACTION_BITS;
    /** ImageNet's mean colour, zero after normalisation. */
    private static final byte[] ERASED = {124, 116, 104};

    /** @throws IllegalArgumentException naming a share that is none */
    public Augmentation {
        requireShare("turned heads", turned);
        requireShare("mirrored faces", mirrored);
    }

    private static void requireShare(String of, double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("the share of " + of + " must lie between 0 and 1, found " + share);
        }
    }

    /** These changes, with so many of the faces mirrored. */
    public Augmentation mirrored(double share) {
        return new Augmentation(rotation, scale, shift, contrast, brightness, erasing, grey, coarse, spoiled, turned,
                share);
    }

    /** These changes, with so many of the heads turned. */
    public Augmentation turned(double share) {
        return new Augmentation(rotation, scale, shift, contrast, brightness, erasing, grey, coarse, spoiled, share,
                mirrored);
    }

    /**
     * Writes crops of one face, changed at random, one after another.
     *
     * @param parts which: {@link #WHOLE}, {@link #LEFT}, {@link #RIGHT}
     * @param size  height and width of a crop
     * @return as many crops as {@code parts}, of 3 × size × size bytes each
     */
    public byte[][] crops(HalfFacePair face, int[] parts, int size, Random random) {
        double angle = Math.toRadians(symmetric(random, rotation));
        double zoom = 1 + symmetric(random, scale);
        double cos = zoom * Math.cos(angle);
        double sin = zoom * Math.sin(angle);
        double dx = symmetric(random, shift);
        double dy = symmetric(random, shift);
        byte[] tone = tone(1 + symmetric(random, contrast), symmetric(random, brightness));
        double[] erased = erased(random);
        RgbImage whole = FaceTensors.whole(face);
        if (random.nextDouble() < coarse) {
            whole = coarse(whole, 1.3 + 1.7 * random.nextDouble());
        }
        if (random.nextDouble() < grey) {
            whole = grey(whole);
        }
        if (random.nextDouble() < turned) {
            whole = turned(whole, Math.toRadians(symmetric(random, MOST_TURNED)));
        }
        if (random.nextDouble() < spoiled) {
            whole = spoiled(whole, random.nextBoolean(), random.nextInt(3), random);
        }
        if (random.nextDouble() < mirrored) {
            whole = whole.flipped();
        }
        byte[][] crops = new byte[parts.length][3 * size * size];
        for (int i = 0; i < parts.length; i++) {
            // The part's centre and width in the whole face, whose coordinates run from -0.5 to 0.5.
            double width = parts[i] == WHOLE ? 1 : 0.5;
            double centre = parts[i] == WHOLE ? 0 : parts[i] == LEFT ? 0.25 : -0.25;
            sample(whole, tone, cos, sin, dx, dy, width, centre, size, crops[i]);
            if (erased != null) {
                erase(erased, width, centre, size, crops[i]);
            }
        }
        return crops;
    }

    /** Fewer pixels, each the mean of those it stands for. */
    private static RgbImage coarse(RgbImage image, double factor) {
        int w = Math.max(8, (int) (image.width() / factor));
        int h = Math.max(8, (int) (image.height() / factor));
        if (w >= image.width() || h >= image.height()) {
            return image;
        }
        byte[] out = new byte[3 * w * h];
        int at = 0;
        for (int y = 0; y < h; y++) {
            int top = y * image.height() / h;
            int bottom = Math.max(top + 1, (y + 1) * image.height() / h);
            for (int x = 0; x < w; x++) {
                int left = x * image.width() / w;
                int right = Math.max(left + 1, (x + 1) * image.width() / w);
                for (int c = 0; c < 3; c++) {
                    int sum = 0;
                    for (int j = top; j < bottom; j++) {
                        for (int i = left; i < right; i++) {
                            sum += image.pixels()[3 * (j * image.width() + i) + c] & 255;
                        }
                    }
                    out[at++] = (byte) (sum / ((bottom - top) * (right - left)));
                }
            }
        }
        return new RgbImage(w, h, out);
    }

    /**
     * One half of a face covered by one colour (kind 0), left with a part of its light (1), or so coarse that little can be
     * seen (2).
     *
     * @param left whether it is the person's left half, which lies on the right of the picture
     */
    private static RgbImage spoiled(RgbImage image, boolean left, int kind, Random random) {
        int w = image.width();
        byte[] out = image.pixels().clone();
        int block = Math.max(2, w / (5 + random.nextInt(4)));
        double light = 0.05 + 0.25 * random.nextDouble();
        byte[] colour = {(byte) random.nextInt(256), (byte) random.nextInt(256), (byte) random.nextInt(256)};
        for (int y = 0; y < image.height(); y++) {
            for (int x = left ? w / 2 : 0; x < (left ? w : w / 2); x++) {
                int at = 3 * (y * w + x);
                int middle = Math.min(image.height() - 1, y - y % block + block / 2);
                int from = 3 * (middle * w + Math.min(w - 1, x - x % block + block / 2));
                for (int c = 0; c < 3; c++) {
                    out[at + c] = switch (kind) {
                        case 0 -> colour[c];
                        case 1 -> (byte) ((image.pixels()[at + c] & 255) * light);
                        default -> image.pixels()[from + c];
                    };
                }
            }
        }
        return new RgbImage(w, image.height(), out);
    }

    /**
     * The face seen from the side: its picture lies on an upright cylinder, which is turned; the nose stays in the middle, as
     * in the canonical frame. What could not be seen from the front is as what was beside the head.
     *
     * @param angle in radians, less than a right one; greater than 0 towards the picture's right
     */
    static RgbImage turned(RgbImage image, double angle) {
        int w = image.width();
        double[] from = new double[w];
        for (int x = 0; x < w; x++) {
            double u = (x + 0.5) / w - 0.5;
            from[x] = Math.min(w - 1, Math.max(0, ((angle < 0 ? -beforeTurn(-u, -angle) : beforeTurn(u, angle)) + 0.5) * w - 0.5));
        }
        byte[] p = image.pixels();
        byte[] out = new byte[p.length];
        int at = 0;
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < w; x++) {
                int left = (int) from[x];
                int fx = (int) ((from[x] - left) * ONE);
                int a = 3 * (y * w + left);
                int right = left + 1 < w ? 3 : 0;
                for (int c = 0; c < 3; c++, a++) {
                    out[at++] = (byte) ((p[a] & 255) * (ONE - fx) + (p[a + right] & 255) * fx >> FRACTION_BITS);
                }
            }
        }
        return new RgbImage(w, image.height(), out);
    }

    /**
     * Where a point was before the head was turned to the right. A point of the cylinder at θ from its front, radius × sin(θ)
     * from the nose, is seen at radius × (sin(θ + angle) - sin(angle)) from it afterwards.
     *
     * @param u from -0.5 to 0.5, as the result
     */
    private static double beforeTurn(double u, double angle) {
        double seen = u / HEAD_RADIUS + Math.sin(angle);
        if (seen > 1) {
            return HEAD_RADIUS * seen;
        }
        // Where the side of the head begins, which was not seen before.
        double side = -Math.cos(angle);
        return HEAD_RADIUS * (seen < side ? seen - side - 1 : Math.sin(Math.asin(seen) - angle));
    }

    /** Luma in all three channels. */
    private static RgbImage grey(RgbImage image) {
        byte[] p = image.pixels();
        byte[] out = new byte[p.length];
        for (int i = 0; i < p.length; i += 3) {
            byte luma = (byte) ((77 * (p[i] & 255) + 150 * (p[i + 1] & 255) + 29 * (p[i + 2] & 255)) >> 8);
            out[i] = luma;
            out[i + 1] = luma;
            out[i + 2] = luma;
        }
        return new RgbImage(image.width(), image.height(), out);
    }

    private static void sample(RgbImage whole, byte[] tone, double cos, double sin, double dx, double dy, double width,
            double centre, int size, byte[] crop) {
        int w = whole.width();
        int h = whole.height();
        byte[] p = whole.pixels();
        double stepX = cos * width / size * w;
        double stepY = sin * width / size * h;
        int at = 0;
        for (int y = 0; y < size; y++) {
            double v = (y + 0.5) / size - 0.5;
            double u = 0.5 / size * width - 0.5 * width + centre;
            double px = (cos * u - sin * v + dx + 0.5) * w - 0.5;
            double py = (sin * u + cos * v + dy + 0.5) * h - 0.5;
            for (int x = 0; x < size; x++, px += stepX, py += stepY) {
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

    private static void erase(double[] box, double width, double centre, int size, byte[] crop) {
        int left = position((box[0] - centre) / width, size);
        int right = position((box[2] - centre) / width, size);
        for (int y = position(box[1], size); y < position(box[3], size); y++) {
            for (int x = left; x < right; x++) {
                System.arraycopy(ERASED, 0, crop, 3 * (y * size + x), 3);
            }
        }
    }

    private static int position(double u, int size) {
        return (int) Math.round(Math.min(1, Math.max(0, u + 0.5)) * size);
    }

    private static double symmetric(Random random, double greatest) {
        return (2 * random.nextDouble() - 1) * greatest;
    }
}
