package io.hsaw.facedetector;

import static org.bytedeco.opencv.global.opencv_core.BORDER_CONSTANT;
import static org.bytedeco.opencv.global.opencv_core.CV_64F;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.warpAffine;

import io.hsaw.contracts.Point;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/** MediaPipe's FaceMesh: 468 points in space from a square region around a face. Not thread safe. */
final class FaceMesh implements AutoCloseable {

    private static final int SIDE = 192;

    private final FaceNet net = new FaceNet("face_landmark.tflite", SIDE, 0, 1 / 255.0);
    private final Mat input = new Mat();
    private final Mat transform = new Mat(2, 3, CV_64F);
    private final Size inputSize = new Size(SIDE, SIDE);
    private final Scalar black = Scalar.all(0);

    /**
     * A square of a picture, turned about its centre.
     *
     * @param centre in picture pixels
     * @param side   in picture pixels
     * @param roll   clockwise, in radians
     */
    record Region(Point centre, double side, double roll) {
    }

    /** The mesh of what the region shows, with the flag that says whether it is a face at all. */
    MeshPoints run(Mat rgb, Region region) {
        // picture = R(roll) (input - SIDE / 2) scale + centre, and the inverse for the warp
        double scale = region.side / SIDE;
        double cos = Math.cos(region.roll);
        double sin = Math.sin(region.roll);
        warp(rgb, region, cos / scale, sin / scale);

        float[][] out = net.run(input, MeshPoints.COUNT * 3, 1);
        double[] points = new double[MeshPoints.COUNT * 3];
        for (int i = 0; i < points.length; i += 3) {
            double u = (out[0][i] - SIDE / 2.0) * scale;
            double v = (out[0][i + 1] - SIDE / 2.0) * scale;
            points[i] = cos * u - sin * v + region.centre.x();
            points[i + 1] = sin * u + cos * v + region.centre.y();
            points[i + 2] = out[0][i + 2] * scale;
        }
        return new MeshPoints(points, 1 / (1 + Math.exp(-out[1][0])));
    }

    /** OpenCV places pixel centres at whole numbers, all other code at halves: hence the halves here. */
    private void warp(Mat rgb, Region region, double cos, double sin) {
        double half = SIDE / 2.0 - 0.5;
        double x = region.centre.x() - 0.5;
        double y = region.centre.y() - 0.5;
        try (DoublePointer data = new DoublePointer(transform.data())) {
            data.put(cos, sin, half - cos * x - sin * y, -sin, cos, half + sin * x - cos * y);
        }
        warpAffine(rgb, input, transform, inputSize, INTER_LINEAR, BORDER_CONSTANT, black);
    }

    @Override
    public void close() {
        net.close();
        input.close();
        transform.close();
        inputSize.close();
        black.close();
    }
}
