package io.hsaw.sources;

import static org.bytedeco.opencv.global.opencv_imgcodecs.IMWRITE_JPEG_QUALITY;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.opencv_core.Mat;

/** Encodes frames so finely that reading a face does not suffer. */
final class Jpeg {

    static final String CONTENT_TYPE = "image/jpeg";

    private static final int QUALITY = 95;

    private Jpeg() {
    }

    /** @param bgr 8-bit blue, green, red */
    static byte[] encode(Mat bgr) {
        try (BytePointer out = new BytePointer();
                IntPointer parameters = new IntPointer(IMWRITE_JPEG_QUALITY, QUALITY)) {
            if (!imencode(".jpg", bgr, out, parameters)) {
                throw new IllegalStateException("a frame of " + bgr.cols() + " x " + bgr.rows() + " cannot be encoded");
            }
            byte[] bytes = new byte[(int) out.limit()];
            out.get(bytes);
            return bytes;
        }
    }
}
