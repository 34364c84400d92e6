package io.hsaw.facedetector;

import static org.bytedeco.opencv.global.opencv_core.CV_32F;
import static org.bytedeco.opencv.global.opencv_core.setNumThreads;
import static org.bytedeco.opencv.global.opencv_dnn.DNN_BACKEND_OPENCV;
import static org.bytedeco.opencv.global.opencv_dnn.blobFromImage;
import static org.bytedeco.opencv.global.opencv_dnn.readNetFromTFLite;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;
import org.bytedeco.opencv.opencv_core.StringVector;
import org.bytedeco.opencv.opencv_dnn.Net;

/** A TFLite network from the class path, run by OpenCV on one thread. Not thread safe. */
final class FaceNet implements AutoCloseable {

    static {
        // These networks are too small to gain from OpenCV's own threads; frames run in parallel instead.
        setNumThreads(1);
    }

    private final Net net;
    private final StringVector outputNames;
    private final MatVector outputs = new MatVector();
    private final Mat blob = new Mat();
    private final Size inputSize;
    private final Scalar mean;
    private final double scale;

    /**
     * @param resource name of the model beside this class
     * @param side     width and height of its input in pixels
     * @param mean     subtracted from each 0–255 value, before it is multiplied by {@code scale}
     */
    FaceNet(String resource, int side, double mean, double scale) {
        this.inputSize = new Size(side, side);
        this.mean = Scalar.all(mean);
        this.scale = scale;
        byte[] model = load(resource);
        try (BytePointer bytes = new BytePointer(model)) {
            net = readNetFromTFLite(bytes, model.length);
        }
        net.setPreferableBackend(DNN_BACKEND_OPENCV);
        outputNames = net.getUnconnectedOutLayersNames();
    }

    /**
     * @param rgb     the input picture, of the network's input size
     * @param lengths of the outputs wanted
     * @return one output of each length
     */
    float[][] run(Mat rgb, int... lengths) {
        blobFromImage(rgb, blob, scale, inputSize, mean, false, false, CV_32F);
        net.setInput(blob);
        net.forward(outputs, outputNames);
        float[][] values = new float[lengths.length][];
        for (int i = 0; i < lengths.length; i++) {
            values[i] = output(lengths[i]);
        }
        return values;
    }

    private float[] output(int length) {
        for (long i = 0; i < outputs.size(); i++) {
            try (Mat output = outputs.get(i)) {
                if (output.total() == length) {
                    float[] values = new float[length];
                    try (FloatPointer data = new FloatPointer(output.data())) {
                        data.get(values);
                    }
                    return values;
                }
            }
        }
        throw new IllegalStateException("the face network has no output of " + length + " values");
    }

    private static byte[] load(String resource) {
        try (InputStream in = FaceNet.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the model " + resource + " is missing from the face-detector jar");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the model " + resource, e);
        }
    }

    @Override
    public void close() {
        outputs.close();
        blob.close();
        outputNames.close();
        net.close();
        inputSize.close();
        mean.close();
    }
}
