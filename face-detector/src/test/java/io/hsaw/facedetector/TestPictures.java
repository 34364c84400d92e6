package io.hsaw.facedetector;

import static org.bytedeco.opencv.global.opencv_core.BORDER_REPLICATE;
import static org.bytedeco.opencv.global.opencv_core.CV_64F;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_PROGRESSIVE;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_QUALITY;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_WEBP_QUALITY;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;
import static org.bytedeco.opencv.global.opencv_imgproc.warpAffine;

import io.hsaw.contracts.RgbImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/** Picture files for tests, made by OpenCV or byte by byte. */
final class TestPictures {

    private TestPictures() {
    }

    static byte[] astronaut() {
        return resource("astronaut.png");
    }

    static byte[] graceHopper() {
        return resource("grace_hopper.jpg");
    }

    private static byte[] resource(String name) {
        try (InputStream in = TestPictures.class.getResourceAsStream("/pictures/" + name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Blocks of random colours, 8 pixels wide: nothing in it is symmetric. */
    static RgbImage blocks(int width, int height) {
        Random random = new Random(7);
        int perRow = (width + 7) / 8;
        byte[] colours = new byte[perRow * ((height + 7) / 8) * 3];
        random.nextBytes(colours);
        byte[] pixels = new byte[width * height * 3];
        for (int i = 0; i < pixels.length; i++) {
            int x = i / 3 % width;
            int y = i / 3 / width;
            pixels[i] = colours[(y / 8 * perRow + x / 8) * 3 + i % 3];
        }
        return new RgbImage(width, height, pixels);
    }

    static byte[] jpeg(RgbImage image) {
        return encoded(".jpg", bgr(image), IMWRITE_JPEG_QUALITY, 95);
    }

    static byte[] progressiveJpeg(RgbImage image) {
        return encoded(".jpg", bgr(image), IMWRITE_JPEG_PROGRESSIVE, 1);
    }

    static byte[] png(RgbImage image) {
        return encoded(".png", bgr(image));
    }

    static byte[] webp(RgbImage image) {
        return encoded(".webp", bgr(image), IMWRITE_WEBP_QUALITY, 80);
    }

    static byte[] losslessWebp(RgbImage image) {
        return encoded(".webp", bgr(image), IMWRITE_WEBP_QUALITY, 101);
    }

    static byte[] bmp(RgbImage image) {
        return encoded(".bmp", bgr(image));
    }

    private static Mat bgr(RgbImage image) {
        byte[] bgr = new byte[image.pixels().length];
        for (int i = 0; i < bgr.length; i++) {
            bgr[i] = image.pixels()[i - i % 3 + 2 - i % 3];
        }
        return rgb(new RgbImage(image.width(), image.height(), bgr));
    }

    private static byte[] encoded(String extension, Mat mat, int... parameters) {
        try (mat; BytePointer out = new BytePointer(); IntPointer with = new IntPointer(parameters)) {
            imencode(extension, mat, out, with);
            byte[] bytes = new byte[(int) out.limit()];
            out.get(bytes);
            return bytes;
        }
    }

    /** The image turned clockwise about its centre, what is missing filled by the border. */
    static RgbImage turned(RgbImage image, double degrees) {
        double cos = Math.cos(Math.toRadians(degrees));
        double sin = Math.sin(Math.toRadians(degrees));
        double x = image.width() / 2.0 - 0.5;
        double y = image.height() / 2.0 - 0.5;
        try (Mat from = rgb(image); Mat to = new Mat(); Mat transform = new Mat(2, 3, CV_64F);
                Size size = new Size(image.width(), image.height()); Scalar black = Scalar.all(0);
                DoublePointer data = new DoublePointer(transform.data())) {
            data.put(cos, -sin, x - cos * x + sin * y, sin, cos, y - sin * x - cos * y);
            warpAffine(from, to, transform, size, INTER_LINEAR, BORDER_REPLICATE, black);
            return image(to);
        }
    }

    static RgbImage scaled(RgbImage image, int width, int height) {
        try (Mat from = rgb(image); Mat to = new Mat(); Size size = new Size(width, height)) {
            resize(from, to, size, 0, 0, width < image.width() ? INTER_AREA : INTER_LINEAR);
            return image(to);
        }
    }

    static RgbImage cut(RgbImage image, int x, int y, int width, int height) {
        byte[] pixels = new byte[width * height * 3];
        for (int row = 0; row < height; row++) {
            System.arraycopy(image.pixels(), ((y + row) * image.width() + x) * 3, pixels, row * width * 3, width * 3);
        }
        return new RgbImage(width, height, pixels);
    }

    /** Copies {@code part} into {@code image}. */
    static void paste(RgbImage part, RgbImage image, int x, int y) {
        for (int row = 0; row < part.height(); row++) {
            System.arraycopy(part.pixels(), row * part.width() * 3, image.pixels(), ((y + row) * image.width() + x) * 3,
                    part.width() * 3);
        }
    }

    static RgbImage grey(RgbImage image) {
        byte[] pixels = image.pixels().clone();
        for (int i = 0; i < pixels.length; i += 3) {
            int sum = (pixels[i] & 0xFF) + (pixels[i + 1] & 0xFF) + (pixels[i + 2] & 0xFF);
            Arrays.fill(pixels, i, i + 3, (byte) (sum / 3));
        }
        return new RgbImage(image.width(), image.height(), pixels);
    }

    private static Mat rgb(RgbImage image) {
        Mat mat = new Mat(image.height(), image.width(), CV_8UC3);
        mat.data().put(image.pixels());
        return mat;
    }

    private static RgbImage image(Mat mat) {
        byte[] pixels = new byte[mat.cols() * mat.rows() * 3];
        mat.data().get(pixels);
        return new RgbImage(mat.cols(), mat.rows(), pixels);
    }

    /** The bytes of a decoded picture. */
    static RgbImage pixels(Picture picture) {
        return image(picture.mat());
    }

    static RgbImage decoded(byte[] bytes) throws PictureRejectedException {
        try (Picture picture = Picture.decode(bytes)) {
            return pixels(picture);
        }
    }

    static byte[] jpegWithOrientation(byte[] jpeg, int orientation) {
        byte[] exif = exif(orientation);
        ByteBuffer segment = ByteBuffer.allocate(10 + exif.length);
        segment.putShort((short) 0xFFE1).putShort((short) (8 + exif.length)).put(ascii("Exif\0\0")).put(exif);
        return join(Arrays.copyOf(jpeg, 2), segment.array(), Arrays.copyOfRange(jpeg, 2, jpeg.length));
    }

    static byte[] pngWithOrientation(byte[] png, int orientation) {
        return pngWithChunk(png, "eXIf", exif(orientation));
    }

    /** @param webp a plain file of one VP8 or VP8L chunk */
    static byte[] webpWithOrientation(byte[] webp, int orientation, int width, int height) {
        byte[] image = Arrays.copyOfRange(webp, 12, webp.length);
        ByteBuffer extended = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
        extended.putInt(0x08).putShort((short) (width - 1)).put((byte) 0).putShort((short) (height - 1)).put((byte) 0);
        byte[] body = join(ascii("WEBP"), riffChunk("VP8X", extended.array()), image,
                riffChunk("EXIF", exif(orientation)));
        return riffChunk("RIFF", body);
    }

    static byte[] riffChunk(String tag, byte[] data) {
        ByteBuffer chunk = ByteBuffer.allocate(8 + data.length + data.length % 2).order(ByteOrder.LITTLE_ENDIAN);
        return chunk.put(ascii(tag)).putInt(data.length).put(data).array();
    }

    /** A TIFF directory of one entry: orientation, 1 to 8. */
    private static byte[] exif(int orientation) {
        ByteBuffer tiff = ByteBuffer.allocate(26).order(ByteOrder.LITTLE_ENDIAN);
        tiff.put(ascii("II")).putShort((short) 42).putInt(8).putShort((short) 1);
        tiff.putShort((short) 0x0112).putShort((short) 3).putInt(1).putInt(orientation).putInt(0);
        return tiff.array();
    }

    /** A PNG with one more chunk right after its header. */
    static byte[] pngWithChunk(byte[] png, String type, byte[] data) {
        return join(Arrays.copyOf(png, 33), pngChunk(type, data), Arrays.copyOfRange(png, 33, png.length));
    }

    static byte[] pngChunk(String type, byte[] data) {
        ByteBuffer chunk = ByteBuffer.allocate(12 + data.length).putInt(data.length).put(ascii(type)).put(data);
        CRC32 crc = new CRC32();
        crc.update(chunk.array(), 4, data.length + 4);
        return chunk.putInt((int) crc.getValue()).array();
    }

    /** Makes the checksums of a PNG's chunks right again, as far as the chunks go; other files stay as they are. */
    static void repairChecksums(byte[] file) {
        ByteBuffer png = ByteBuffer.wrap(file);
        int at = file.length > 8 && png.getLong(0) == 0x89504E470D0A1A0AL ? 8 : file.length;
        while (at + 12 <= file.length && png.getInt(at) >= 0 && png.getInt(at) <= file.length - at - 12) {
            int end = at + 8 + png.getInt(at);
            CRC32 crc = new CRC32();
            crc.update(file, at + 4, end - at - 4);
            png.putInt(end, (int) crc.getValue());
            at = end + 4;
        }
    }

    /**
     * A PNG made byte by byte.
     *
     * @param colourType 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGB with alpha
     * @param rows       the filtered rows, each led by its filter type
     * @param more       chunks between header and data
     */
    static byte[] png(int width, int height, int bitDepth, int colourType, byte[] rows, byte[]... more) {
        ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
        header.put((byte) bitDepth).put((byte) colourType);
        ByteBuffer signature = ByteBuffer.allocate(8).putLong(0x89504E470D0A1A0AL);
        return join(signature.array(), pngChunk("IHDR", header.array()), join(more), pngChunk("IDAT", deflated(rows)),
                pngChunk("IEND", new byte[0]));
    }

    static byte[] deflated(byte[] data) {
        Deflater deflater = new Deflater(9);
        deflater.setInput(data);
        deflater.finish();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] buffer = new byte[1 << 16];
        while (!deflater.finished()) {
            out.write(buffer, 0, deflater.deflate(buffer));
        }
        deflater.end();
        return out.toByteArray();
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
