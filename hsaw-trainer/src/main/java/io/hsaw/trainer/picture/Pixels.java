package io.hsaw.trainer.picture;

import static org.bytedeco.opencv.global.opencv_core.BORDER_REPLICATE;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgproc.GaussianBlur;

import io.hsaw.contracts.RgbImage;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/** Changes to pictures in memory; what they are given stays as it is. */
public final class Pixels {

    /** What covers: the middle of the range. */
    public static final int GREY = 128;

    private Pixels() {
    }

    /** A picture of one grey. */
    public static RgbImage filled(int width, int height, int level) {
        byte[] pixels = new byte[3 * width * height];
        Arrays.fill(pixels, (byte) level);
        return new RgbImage(width, height, pixels);
    }

    /**
     * With each channel's levels replaced.
     *
     * @param curve from 0 to 255 each; what comes out is rounded and limited to that
     */
    public static RgbImage toned(RgbImage image, DoubleUnaryOperator curve) {
        byte[] levels = new byte[256];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = level(curve.applyAsDouble(i));
        }
        byte[] pixels = image.pixels().clone();
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = levels[pixels[i] & 255];
        }
        return new RgbImage(image.width(), image.height(), pixels);
    }

    /**
     * Blurred by a Gaussian, the border replicated.
     *
     * @param sigma in pixels, positive
     */
    public static RgbImage blurred(RgbImage image, double sigma) {
        try (Mat in = mat(image); Mat out = new Mat(); Size chosenBySigma = new Size(0, 0)) {
            GaussianBlur(in, out, chosenBySigma, sigma, sigma, BORDER_REPLICATE, 0);
            return image(out);
        }
    }

    private static byte level(double value) {
        return (byte) Math.round(Math.max(0, Math.min(255, value)));
    }

    private static Mat mat(RgbImage image) {
        Mat mat = new Mat(image.height(), image.width(), CV_8UC3);
        mat.data().put(image.pixels());
        return mat;
    }

    private static RgbImage image(Mat mat) {
        byte[] pixels = new byte[3 * mat.cols() * mat.rows()];
        mat.data().get(pixels);
        return new RgbImage(mat.cols(), mat.rows(), pixels);
    }
}
