package io.hsaw.facedetector;

import static org.bytedeco.opencv.global.opencv_core.BORDER_CONSTANT;
import static org.bytedeco.opencv.global.opencv_core.copyMakeBorder;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import io.hsaw.contracts.Box;
import io.hsaw.contracts.Point;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * MediaPipe's face detector BlazeFace. The picture is scaled to fit the square input; each anchor of the output grid
 * gives a score, a box and six points, of which the two eyes are used. Not thread safe.
 */
final class BlazeFace implements AutoCloseable {

    /** Numbers per anchor: box centre and size, then right eye, left eye, nose, mouth, right ear, left ear. */
    private static final int VALUES = 16;
    private static final double MIN_SCORE = 0.5;
    /** Anchors whose boxes overlap more than this have seen one face and are averaged. */
    private static final double SAME_FACE_OVERLAP = 0.3;
    private static final double GREY = 127.5;

    /** A face as the detector sees it, in picture pixels. */
    record Candidate(Box box, Point rightEye, Point leftEye, double score) {

        /** Radians by which the eye line is turned clockwise. */
        double roll() {
            return Math.atan2(leftEye.y() - rightEye.y(), leftEye.x() - rightEye.x());
        }

        Candidate movedBy(double x, double y) {
            return new Candidate(new Box(box.x() + x, box.y() + y, box.width(), box.height()),
                    new Point(rightEye.x() + x, rightEye.y() + y), new Point(leftEye.x() + x, leftEye.y() + y), score);
        }
    }

    /** Anchors per cell of a square grid. */
    private record Grid(int cells, int anchorsPerCell) {
    }

    private final FaceNet net;
    private final int side;
    private final double[] anchorX;
    private final double[] anchorY;
    private final Mat scaled = new Mat();
    private final Mat input = new Mat();
    private final Scalar grey = Scalar.all(GREY);

    private BlazeFace(String resource, int side, Grid... grids) {
        this.net = new FaceNet(resource, side, GREY, 1 / GREY);
        this.side = side;
        List<Point> anchors = new ArrayList<>();
        for (Grid grid : grids) {
            for (int i = 0; i < grid.cells * grid.cells * grid.anchorsPerCell; i++) {
                int cell = i / grid.anchorsPerCell;
                anchors.add(new Point((cell % grid.cells + 0.5) / grid.cells, (cell / grid.cells + 0.5) / grid.cells));
            }
        }
        anchorX = anchors.stream().mapToDouble(Point::x).toArray();
        anchorY = anchors.stream().mapToDouble(Point::y).toArray();
    }

    /** For faces down to a tenth of the picture's longer side: 128×128 input, 896 anchors. */
    static BlazeFace shortRange() {
        return new BlazeFace("face_detection_short_range.tflite", 128, new Grid(16, 2), new Grid(8, 6));
    }

    /** For faces down to a sixteenth of the picture's longer side: 192×192 input, 2304 anchors. */
    static BlazeFace fullRange() {
        return new BlazeFace("face_detection_full_range.tflite", 192, new Grid(48, 1));
    }

    /**
     * Faces in an RGB picture, the surest first.
     *
     * @param span picture pixels that the input's side covers, at least the picture's longer side; the rest is grey
     */
    List<Candidate> detect(Mat rgb, double span) {
        double scale = side / span;
        int width = (int) Math.max(1, Math.min(side, Math.round(rgb.cols() * scale)));
        int height = (int) Math.max(1, Math.min(side, Math.round(rgb.rows() * scale)));
        int left = (side - width) / 2;
        int top = (side - height) / 2;
        try (Size size = new Size(width, height)) {
            resize(rgb, scaled, size, 0, 0, scale < 1 ? INTER_AREA : INTER_LINEAR);
        }
        copyMakeBorder(scaled, input, top, side - height - top, left, side - width - left, BORDER_CONSTANT, grey);
        float[][] out = net.run(input, anchorX.length, anchorX.length * VALUES);

        List<Candidate> found = new ArrayList<>();
        for (int i = 0; i < anchorX.length; i++) {
            double score = 1 / (1 + Math.exp(-out[0][i]));
            if (score >= MIN_SCORE) {
                found.add(candidate(out[1], i, score, left, top, scale));
            }
        }
        return merged(found);
    }

    private Candidate candidate(float[] values, int anchor, double score, int left, int top, double scale) {
        int at = anchor * VALUES;
        double x = anchorX[anchor] * side - left;
        double y = anchorY[anchor] * side - top;
        double width = Math.max(0, values[at + 2]) / scale;
        double height = Math.max(0, values[at + 3]) / scale;
        return new Candidate(
                new Box((values[at] + x) / scale - width / 2, (values[at + 1] + y) / scale - height / 2, width, height),
                new Point((values[at + 4] + x) / scale, (values[at + 5] + y) / scale),
                new Point((values[at + 6] + x) / scale, (values[at + 7] + y) / scale),
                score);
    }

    /** Averages candidates that overlap a surer one, weighted by score (the blending of the BlazeFace paper). */
    private static List<Candidate> merged(List<Candidate> found) {
        List<Candidate> left = new ArrayList<>(found);
        left.sort(Comparator.comparingDouble(Candidate::score).reversed());
        List<Candidate> faces = new ArrayList<>();
        while (!left.isEmpty()) {
            Candidate best = left.get(0);
            List<Candidate> same = new ArrayList<>(List.of(best));
            left.stream().skip(1).filter(c -> c.box.overlap(best.box) > SAME_FACE_OVERLAP).forEach(same::add);
            left.removeAll(same);
            faces.add(average(same, best.score));
        }
        return faces;
    }

    private static Candidate average(List<Candidate> same, double score) {
        double[] sum = new double[8];
        double weights = 0;
        for (Candidate c : same) {
            double[] values = {c.box.x(), c.box.y(), c.box.width(), c.box.height(), c.rightEye.x(), c.rightEye.y(),
                    c.leftEye.x(), c.leftEye.y()};
            for (int i = 0; i < sum.length; i++) {
                sum[i] += values[i] * c.score;
            }
            weights += c.score;
        }
        for (int i = 0; i < sum.length; i++) {
            sum[i] /= weights;
        }
        return new Candidate(new Box(sum[0], sum[1], sum[2], sum[3]), new Point(sum[4], sum[5]),
                new Point(sum[6], sum[7]), score);
    }

    @Override
    public void close() {
        net.close();
        scaled.close();
        input.close();
        grey.close();
    }
}
