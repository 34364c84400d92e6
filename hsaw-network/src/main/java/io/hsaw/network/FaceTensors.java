package io.hsaw.network;

import io.hsaw.contracts.HalfFacePair;
import io.hsaw.contracts.RgbImage;
import io.hsaw.network.weights.NetworkLayout;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Turns half faces into the network's input: three crops per face, each resized to 224×224 by bilinear interpolation
 * between pixel centres. The one place where this is done, for live frames, evaluation and training.
 *
 * <p>The input is an array of bytes, [3n, 224, 224, 3]: n wholes, n left halves, n right halves, each row by row, RGB.
 * Scaling to [0, 1] and ImageNet's mean and standard deviation belong to the network.
 */
public final class FaceTensors {

    /** Crops per face: whole, left, right. */
    public static final int CROPS = 3;
    /** Bytes of one crop. */
    public static final int CROP_BYTES = NetworkLayout.INPUT_SIZE * NetworkLayout.INPUT_SIZE * 3;

    private static final int ONE = 1 << 11;

    private FaceTensors() {
    }

    /** The whole face of a pair: the two halves side by side as seen in the picture, the person's right half first. */
    public static RgbImage whole(HalfFacePair halves) {
        int width = halves.left().width();
        int height = halves.left().height();
        byte[] out = new byte[2 * 3 * width * height];
        for (int y = 0; y < height; y++) {
            System.arraycopy(halves.right().pixels(), 3 * width * y, out, 6 * width * y, 3 * width);
            System.arraycopy(halves.left().pixels(), 3 * width * y, out, 6 * width * y + 3 * width, 3 * width);
        }
        return new RgbImage(2 * width, height, out);
    }

    /**
     * Writes the crops of n faces from the buffer's start.
     *
     * @param target at least {@code 3 × n × } {@link #CROP_BYTES} long
     */
    public static void write(List<HalfFacePair> faces, ByteBuffer target) {
        write(faces, NetworkLayout.INPUT_SIZE, target);
    }

    /**
     * The same with crops of another height and width, for training at small sizes.
     *
     * @param target at least {@code 3 × n × 3 × size × size} bytes long
     */
    public static void write(List<HalfFacePair> faces, int size, ByteBuffer target) {
        int n = faces.size();
        byte[] crop = new byte[3 * size * size];
        for (int i = 0; i < n; i++) {
            HalfFacePair face = faces.get(i);
            put(whole(face), size, crop, target, i);
            put(face.left(), size, crop, target, n + i);
            put(face.right(), size, crop, target, 2 * n + i);
        }
    }

    private static void put(RgbImage image, int size, byte[] crop, ByteBuffer target, int index) {
        resize(image, size, crop);
        target.put(index * crop.length, crop);
    }

    /** Bilinear with 11-bit fractions, pixel centres aligned, the border replicated. */
    static void resize(RgbImage image, int size, byte[] out) {
        int[] x0 = new int[size];
        int[] fx = new int[size];
        int[] y0 = new int[size];
        int[] fy = new int[size];
        positions(image.width(), size, x0, fx);
        positions(image.height(), size, y0, fy);
        byte[] p = image.pixels();
        int row = 3 * image.width();
        int at = 0;
        for (int y = 0; y < size; y++) {
            int top = y0[y] * row;
            int bottom = y0[y] + 1 < image.height() ? top + row : top;
            for (int x = 0; x < size; x++) {
                int left = 3 * x0[x];
                int right = x0[x] + 1 < image.width() ? left + 3 : left;
                int f = fx[x];
                int g = fy[y];
                for (int c = 0; c < 3; c++) {
                    int a = (p[top + left + c] & 255) * (ONE - f) + (p[top + right + c] & 255) * f;
                    int b = (p[bottom + left + c] & 255) * (ONE - f) + (p[bottom + right + c] & 255) * f;
                    out[at++] = (byte) (((a >> 3) * (ONE - g) + (b >> 3) * g + (1 << 18)) >> 19);
                }
            }
        }
    }

    private static void positions(int length, int size, int[] first, int[] fraction) {
        for (int i = 0; i < size; i++) {
            double position = Math.min(Math.max((i + 0.5) * length / size - 0.5, 0), length - 1.0);
            first[i] = (int) position;
            fraction[i] = (int) Math.round((position - first[i]) * ONE);
        }
    }
}
