package io.hsaw.trainer.picture;

import static org.bytedeco.opencv.global.opencv_core.BORDER_REPLICATE;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_QUALITY;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;
import static org.bytedeco.opencv.global.opencv_imgproc.COLOR_RGB2BGR;
import static org.bytedeco.opencv.global.opencv_imgproc.GaussianBlur;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.cvtColor;
import static org.bytedeco.opencv.global.opencv_imgproc.getRotationMatrix2D;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;
import static org.bytedeco.opencv.global.opencv_imgproc.warpAffine;

import io.hsaw.contracts.FrameLimits;
import io.hsaw.contracts.RgbImage;
import io.hsaw.halffacesplitter.CanonicalFrame;
import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Point2f;
import org.bytedeco.opencv.opencv_core.Scalar;
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

    /** Without colour: three equal channels of luma, as JPEG defines it. */
    public static RgbImage grey(RgbImage image) {
        return mixed(image, 0.299, 0.587, 0.114, luma -> luma);
    }

    /**
     * As a near-infrared camera might see it, as far as a visible picture can tell. Light that long passes into skin, so
     * that lips and blemishes pale: grey of three quarters red and a quarter green. Skin is bright under the lamp: levels
     * are raised to the power of 0.6. Such sensors are noisy: Gaussian noise, the same each time for the same picture.
     *
     * @param noise its standard deviation in levels of 255, from 0
     */
    public static RgbImage infrared(RgbImage image, double noise) {
        Random random = new Random(Arrays.hashCode(image.pixels()));
        return mixed(image, 0.75, 0.25, 0, grey -> 255 * Math.pow(grey / 255, 0.6) + noise * random.nextGaussian());
    }

    private static RgbImage mixed(RgbImage image, double red, double green, double blue, DoubleUnaryOperator curve) {
        byte[] in = image.pixels();
        byte[] out = new byte[in.length];
        for (int i = 0; i < in.length; i += 3) {
            double grey = red * (in[i] & 255) + green * (in[i + 1] & 255) + blue * (in[i + 2] & 255);
            Arrays.fill(out, i, i + 3, level(curve.applyAsDouble(grey)));
        }
        return new RgbImage(image.width(), image.height(), out);
    }

    /**
     * Turned about a point, the size kept; where the picture ends, its border is replicated.
     *
     * @param degrees clockwise
     */
    public static RgbImage turned(RgbImage image, double x, double y, double degrees) {
        // OpenCV counts from the first pixel's centre, and anticlockwise
        try (Mat in = mat(image); Mat out = new Mat(); Point2f centre = new Point2f((float) (x - 0.5), (float) (y - 0.5));
                Mat rotation = getRotationMatrix2D(centre, -degrees, 1); Size size = in.size();
                Scalar unused = new Scalar()) {
            warpAffine(in, out, rotation, size, INTER_LINEAR, BORDER_REPLICATE, unused);
            return image(out);
        }
    }

    /**
     * Reduced, each pixel the mean of those it covers.
     *
     * @param factor from 0 to 1; at least one pixel remains
     */
    public static RgbImage reduced(RgbImage image, double factor) {
        try (Mat in = mat(image); Mat out = new Mat();
                Size size = new Size((int) Math.max(1, Math.round(factor * image.width())),
                        (int) Math.max(1, Math.round(factor * image.height())))) {
            resize(in, out, size, 0, 0, INTER_AREA);
            return image(out);
        }
    }

    /**
     * With a part of a face covered in {@link #GREY}.
     *
     * @param face  where the face is
     * @param left  what is covered, in the frame's coordinates: from -0.5, the image's left and top, to 0.5
     */
    public static RgbImage covered(RgbImage image, CanonicalFrame face, double left, double top, double right,
            double bottom) {
        byte[] pixels = image.pixels().clone();
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                double dx = (x + 0.5 - face.centreX()) / face.side();
                double dy = (y + 0.5 - face.centreY()) / face.side();
                double u = dx * face.rightX() + dy * face.rightY();
                double v = dy * face.rightX() - dx * face.rightY();
                if (u >= left && u < right && v >= top && v < bottom) {
                    int at = 3 * (y * image.width() + x);
                    Arrays.fill(pixels, at, at + 3, (byte) GREY);
                }
            }
        }
        return new RgbImage(image.width(), image.height(), pixels);
    }

    /** As PNG, which loses nothing; as JPEG of quality 95 where that would be larger than a frame may be. */
    public static byte[] encoded(RgbImage image) {
        byte[] png = encoded(image, ".png");
        return png.length <= FrameLimits.MAX_FRAME_BYTES ? png : jpeg(image, 95);
    }

    /** @param quality from 0 to 100 */
    public static byte[] jpeg(RgbImage image, int quality) {
        return encoded(image, ".jpg", IMWRITE_JPEG_QUALITY, quality);
    }

    private static byte[] encoded(RgbImage image, String format, int... parameters) {
        try (Mat rgb = mat(image); Mat bgr = new Mat(); BytePointer out = new BytePointer();
                IntPointer settings = new IntPointer(parameters)) {
            cvtColor(rgb, bgr, COLOR_RGB2BGR);
            if (!imencode(format, bgr, out, settings)) {
                throw new IllegalStateException(image + " cannot be encoded as " + format);
            }
            byte[] bytes = new byte[(int) out.limit()];
            out.get(bytes);
            return bytes;
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
