package io.hsaw.facedetector;

import static org.bytedeco.opencv.global.opencv_core.BORDER_CONSTANT;
import static org.bytedeco.opencv.global.opencv_core.copyMakeBorder;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import io.hsaw.contracts.Box;
import io.hsaw.contracts.KeyPoints;
import io.hsaw.contracts.Point;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * MediaPipe's face detector BlazeFace. The picture is scaled to fit the square input; each anchor of the output grid
 * gives a score, a box and six points. Not thread safe.
 */
final class BlazeFace implements AutoCloseable {

    /** Numbers per anchor: box centre and size, then right eye, left eye, nose, mouth, right ear, left ear. */
    private static final int VALUES = 16;
    private static final double MIN_SCORE = 0.5;
    /** Anchors whose boxes overlap more than this have seen one face and are averaged. */
    private static final double SAME_FACE_OVERLAP = 0.3;
    private static final double GREY = 127.5;

    /** The nose tip lies so far before the line between the ears, as a share of the distance between them. */
    private static final double NOSE_BEFORE_EARS = 0.85;

    /**
     * A face as the detector sees it, in picture pixels.
     *
     * @param points right eye, left eye, nose tip, middle of the mouth, right ear, left ear
     */
    record Candidate(Box box, List<Point> points, double score) {

        /** Radians by which the eye line is turned clockwise. */
        double roll() {
            Point right = points.get(0);
            Point left = points.get(1);
            return Math.atan2(left.y() - right.y(), left.x() - right.x());
        }

        /**
         * Radians by which the head is turned towards its own left, from where the nose tip lies between the ears.
         *
         * @param roll radians by which it is turned clockwise
         */
        double yaw(double roll) {
            double cos = Math.cos(roll);
            double sin = Math.sin(roll);
            double[] along = points.stream().mapToDouble(point -> cos * point.x() + sin * point.y()).toArray();
            return Math.atan2(along[2] - (along[4] + along[5]) / 2, NOSE_BEFORE_EARS * Math.abs(along[5] - along[4]));
        }

        /**
         * Both corners of the mouth lie in its middle. From the side both eyes are nearly at one place and the line between
         * them may point anywhere: they are turned about their middle, towards the perpendicular of the line from there to
         * the mouth, the more the nearer they are.
         */
        KeyPoints keyPoints() {
            Point right = points.get(0);
            Point left = points.get(1);
            Point mouth = points.get(3);
            double x = (left.x() + right.x()) / 2;
            double y = (left.y() + right.y()) / 2;
            double acrossX = left.x() - right.x() + mouth.y() - y;
            double acrossY = left.y() - right.y() - mouth.x() + x;
            double share = Math.hypot(left.x() - right.x(), left.y() - right.y()) / Math.hypot(acrossX, acrossY) / 2;
            return new KeyPoints(new Point(x + share * acrossX, y + share * acrossY),
                    new Point(x - share * acrossX, y - share * acrossY), points.get(2), mouth, mouth);
        }

        Candidate movedBy(double x, double y) {
            return new Candidate(new Box(box.x() + x, box.y() + y, box.width(), box.height()),
                    points.stream().map(point -> new Point(point.x() + x, point.y() + y)).toList(), score);
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
        List<Point> points = new ArrayList<>();
        for (int i = at + 4; i < at + VALUES; i += 2) {
            points.add(new Point((values[i] + x) / scale, (values[i + 1] + y) / scale));
        }
        return new Candidate(
                new Box((values[at] + x) / scale - width / 2, (values[at + 1] + y) / scale - height / 2, width, height),
                points, score);
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
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < same.get(0).points.size(); i++) {
            int point = i;
            points.add(new Point(mean(same, c -> c.points.get(point).x()), mean(same, c -> c.points.get(point).y())));
        }
        return new Candidate(new Box(mean(same, c -> c.box.x()), mean(same, c -> c.box.y()),
                mean(same, c -> c.box.width()), mean(same, c -> c.box.height())), points, score);
    }

    /** Weighted by score. */
    private static double mean(List<Candidate> same, ToDoubleFunction<Candidate> value) {
        double sum = 0;
        double weights = 0;
        for (Candidate c : same) {
            sum += value.applyAsDouble(c) * c.score;
            weights += c.score;
        }
        return sum / weights;
    }

    @Override
    public void close() {
        net.close();
        scaled.close();
        input.close();
        grey.close();
    }
}
