package io.hsaw.facedetector;

import static org.bytedeco.opencv.global.opencv_core.CV_8U;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_core.flip;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR_RGB;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;

import io.hsaw.contracts.RgbImage;
import java.util.Locale;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;

/** A decoded picture in native memory: 8-bit RGB, upright. To be closed. */
public final class Picture implements AutoCloseable {

    private static final int FLIP_LEFT_RIGHT = 1;

    private final Mat rgb;

    private Picture(Mat rgb) {
        this.rgb = rgb;
    }

    /**
     * Decodes JPEG, PNG or WebP, told apart by content, and turns the picture upright by its EXIF orientation.
     * Of 16-bit values the high eight bits are kept, grey becomes three equal channels, transparency is dropped.
     *
     * @throws PictureRejectedException if the bytes are no such picture, damaged, or beyond the limits of a frame;
     *                                  nothing of a picture beyond the limits is decoded
     */
    public static Picture decode(byte[] bytes) throws PictureRejectedException {
        PictureFile file = PictureFile.checked(bytes);
        Mat rgb;
        try (BytePointer data = new BytePointer(file.bytes());
                Mat encoded = new Mat(1, file.bytes().length, CV_8U, data)) {
            rgb = imdecode(encoded, IMREAD_COLOR_RGB);
        } catch (RuntimeException e) {
            throw PictureFile.damaged(file.format(), "its decoder failed (" + e.getMessage() + ")");
        }
        if (rgb.empty()) {
            rgb.close();
            throw PictureFile.damaged(file.format(), "its data cannot be decoded");
        }
        return new Picture(rgb);
    }

    /**
     * The media type of a picture file, such as {@code image/jpeg}, told by its content. Its parts are checked, but it is
     * not decoded.
     *
     * @throws PictureRejectedException as {@link #decode} does, but for damage that only a decoder finds
     */
    public static String mediaType(byte[] bytes) throws PictureRejectedException {
        return "image/" + PictureFile.checked(bytes).format().name().toLowerCase(Locale.ROOT);
    }

    /** A copy of an image in memory. */
    public static Picture of(RgbImage image) {
        Mat rgb = new Mat(image.height(), image.width(), CV_8UC3);
        rgb.data().put(image.pixels());
        return new Picture(rgb);
    }

    /** Pixels per row. */
    public int width() {
        return rgb.cols();
    }

    /** Rows. */
    public int height() {
        return rgb.rows();
    }

    /** A new picture with left and right exchanged. */
    public Picture flipped() {
        Mat out = new Mat();
        flip(rgb, out, FLIP_LEFT_RIGHT);
        return new Picture(out);
    }

    /** A copy of the pixels. */
    public RgbImage rgb() {
        byte[] pixels = new byte[3 * width() * height()];
        rgb.data().get(pixels);
        return new RgbImage(width(), height(), pixels);
    }

    /** Rows of RGB pixels; belongs to this picture. */
    Mat mat() {
        return rgb;
    }

    @Override
    public void close() {
        rgb.close();
    }
}
