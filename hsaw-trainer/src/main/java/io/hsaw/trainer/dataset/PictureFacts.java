package io.hsaw.trainer.dataset;

import io.hsaw.contracts.RgbImage;
import io.hsaw.facedetector.Picture;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * What the choice of training pictures and the search for repeats need to know of a picture. Gradients and brightness are
 * of the face's region, or of all where there is none.
 *
 * @param hash       of size and pixels: equal for pictures that look the same, however they are encoded
 * @param deviation  greatest standard deviation of the three channels, in grey levels
 * @param gradients  a difference hash: of 9 × 8 cells, row by row, whether each is darker than its right neighbour
 * @param brightness of 16 × 16 cells, row by row, 0 to 255; not copied
 */
public record PictureFacts(String hash, double deviation, long gradients, byte[] brightness) {

    private static final int SIDE = 16;

    /** Below this standard deviation a picture shows nothing. */
    private static final double LEAST_DEVIATION = 1;

    /** Whether the picture is blank. */
    public boolean nearConstant() {
        return deviation < LEAST_DEVIATION;
    }

    /**
     * Of a sample's picture.
     *
     * @throws DataSetException if it cannot be decoded; names the file
     */
    public static PictureFacts of(Sample sample) throws DataSetException {
        try (Picture picture = sample.decode()) {
            RgbImage image = picture.rgb();
            PictureFacts facts = of(image);
            if (sample.region() == null) {
                return facts;
            }
            RgbImage face = SampleFramer.part(image, sample.region());
            return new PictureFacts(facts.hash, facts.deviation, gradients(face), brightness(face));
        }
    }

    static PictureFacts of(RgbImage image) {
        MessageDigest digest = Sha256.digest();
        digest.update(ByteBuffer.allocate(8).putInt(image.width()).putInt(image.height()).array());
        return new PictureFacts(Sha256.hex(digest, image.pixels()), deviation(image), gradients(image), brightness(image));
    }

    private static double deviation(RgbImage image) {
        double n = (double) image.width() * image.height();
        double greatest = 0;
        for (int channel = 0; channel < 3; channel++) {
            long sum = 0;
            long squares = 0;
            for (int i = channel; i < image.pixels().length; i += 3) {
                int value = image.pixels()[i] & 255;
                sum += value;
                squares += value * value;
            }
            double mean = sum / n;
            greatest = Math.max(greatest, Math.sqrt(Math.max(0, squares / n - mean * mean)));
        }
        return greatest;
    }

    /** Correlation of two pictures' brightness, -1 to 1; not a number where one of them is all the same. */
    double likeness(PictureFacts other) {
        double n = brightness.length;
        double sum = 0;
        double otherSum = 0;
        double squares = 0;
        double otherSquares = 0;
        double products = 0;
        for (int i = 0; i < brightness.length; i++) {
            int a = brightness[i] & 255;
            int b = other.brightness[i] & 255;
            sum += a;
            otherSum += b;
            squares += a * a;
            otherSquares += b * b;
            products += a * b;
        }
        return (n * products - sum * otherSum)
                / Math.sqrt((n * squares - sum * sum) * (n * otherSquares - otherSum * otherSum));
    }

    private static long gradients(RgbImage image) {
        double[] means = means(image, 9, 8);
        long bits = 0;
        for (int i = 0; i < means.length; i++) {
            if (i % 9 < 8) {
                bits = bits << 1 | (means[i] < means[i + 1] ? 1 : 0);
            }
        }
        return bits;
    }

    private static byte[] brightness(RgbImage image) {
        double[] means = means(image, SIDE, SIDE);
        byte[] levels = new byte[means.length];
        for (int i = 0; i < means.length; i++) {
            levels[i] = (byte) Math.round(means[i]);
        }
        return levels;
    }

    /** Mean brightness of each cell of a grid; 0 for a cell without a pixel, as tiny pictures have. */
    private static double[] means(RgbImage image, int columns, int rows) {
        double[] means = new double[columns * rows];
        int[] counts = new int[means.length];
        byte[] rgb = image.pixels();
        for (int y = 0, i = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++, i += 3) {
                int cell = y * rows / image.height() * columns + x * columns / image.width();
                // the weights of ITU-R BT.601
                means[cell] += 0.299 * (rgb[i] & 255) + 0.587 * (rgb[i + 1] & 255) + 0.114 * (rgb[i + 2] & 255);
                counts[cell]++;
            }
        }
        for (int cell = 0; cell < means.length; cell++) {
            means[cell] /= Math.max(1, counts[cell]);
        }
        return means;
    }
}
