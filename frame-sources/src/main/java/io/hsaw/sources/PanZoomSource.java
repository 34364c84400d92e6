package io.hsaw.sources;

import static org.bytedeco.opencv.global.opencv_core.BORDER_REPLICATE;
import static org.bytedeco.opencv.global.opencv_core.CV_64F;
import static org.bytedeco.opencv.global.opencv_core.CV_8U;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR_BGR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;
import static org.bytedeco.opencv.global.opencv_imgproc.WARP_INVERSE_MAP;
import static org.bytedeco.opencv.global.opencv_imgproc.warpAffine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * An endless camera made of stills: each is shown for some seconds while the view circles and breathes slowly about one
 * place in it. Frame by frame the same in every run.
 */
public final class PanZoomSource implements FrameSource {

    /** Seconds that each still is shown, one round of the motion. */
    private static final double SECONDS_PER_STILL = 8;
    /** Side of the view over that of the largest view that fits into the still: mean and swing. */
    private static final double MEAN_ZOOM = 0.8;
    private static final double ZOOM_SWING = 0.15;
    /** Radius of the circle that the view's centre moves on, over the view's width. */
    private static final double DRIFT = 0.04;

    /**
     * A picture and the place in it to look at.
     *
     * @param name    of its frames
     * @param picture an encoded picture
     * @param x       part of the picture's width, 0 to 1
     * @param y       part of the picture's height, 0 to 1
     */
    public record Still(String name, byte[] picture, double x, double y) {
    }

    private final List<Still> stills;
    private final List<Mat> pictures = new ArrayList<>();
    private final int width;
    private final int height;
    private final double framesPerSecond;
    private long index;

    /**
     * @param stills          at least one
     * @param width           of the frames in pixels
     * @param height          likewise
     * @param framesPerSecond for the frames' positions; the source itself does not wait
     * @throws IllegalArgumentException if a still cannot be decoded
     */
    public PanZoomSource(List<Still> stills, int width, int height, double framesPerSecond) {
        if (stills.isEmpty() || width <= 0 || height <= 0 || framesPerSecond <= 0) {
            throw new IllegalArgumentException("a camera needs a still, a size and a frame rate");
        }
        this.stills = List.copyOf(stills);
        this.width = width;
        this.height = height;
        this.framesPerSecond = framesPerSecond;
        for (Still still : stills) {
            pictures.add(decoded(still));
        }
    }

    /** A camera made of the two portraits that come with hsaw. */
    public static PanZoomSource demo(int width, int height, double framesPerSecond) {
        return new PanZoomSource(List.of(
                new Still("astronaut", resource("astronaut.png"), 0.44, 0.25),
                new Still("grace-hopper", resource("grace_hopper.jpg"), 0.51, 0.39)), width, height, framesPerSecond);
    }

    private static byte[] resource(String name) {
        try (InputStream in = PanZoomSource.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the picture " + name + " is missing from the frame-sources jar");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the picture " + name, e);
        }
    }

    private static Mat decoded(Still still) {
        try (BytePointer data = new BytePointer(still.picture());
                Mat encoded = new Mat(1, still.picture().length, CV_8U, data)) {
            Mat picture = imdecode(encoded, IMREAD_COLOR_BGR);
            if (picture.empty()) {
                throw new IllegalArgumentException("the still " + still.name() + " cannot be decoded");
            }
            return picture;
        }
    }

    /** Always: the stills come again and again. */
    @Override
    public boolean hasNext() {
        return true;
    }

    @Override
    public SourceFrame next() {
        return frame(index++);
    }

    /** The frame of this number, counted from 0, whatever was asked for before. */
    public SourceFrame frame(long number) {
        double seconds = number / framesPerSecond;
        int shown = (int) (seconds / SECONDS_PER_STILL % stills.size());
        double phase = 2 * Math.PI * (seconds / SECONDS_PER_STILL % 1);
        Still still = stills.get(shown);
        return new SourceFrame(still.name(), view(pictures.get(shown), still, phase), Jpeg.CONTENT_TYPE,
                Duration.ofNanos(Math.round(seconds * 1e9)));
    }

    private byte[] view(Mat picture, Still still, double phase) {
        double fit = Math.min((double) picture.cols() / width, (double) picture.rows() / height);
        double scale = fit * (MEAN_ZOOM + ZOOM_SWING * Math.cos(phase));
        double viewWidth = scale * width;
        double viewHeight = scale * height;
        double left = still.x() * picture.cols() - viewWidth / 2 + DRIFT * viewWidth * Math.sin(phase);
        double top = still.y() * picture.rows() - viewHeight / 2 + DRIFT * viewWidth * Math.sin(2 * phase) / 2;
        left = Math.max(0, Math.min(picture.cols() - viewWidth, left));
        top = Math.max(0, Math.min(picture.rows() - viewHeight, top));
        try (Mat frame = new Mat(); Mat transform = new Mat(2, 3, CV_64F); Size size = new Size(width, height);
                Scalar black = Scalar.all(0); DoublePointer data = new DoublePointer(transform.data())) {
            // OpenCV places pixel centres at whole numbers
            data.put(scale, 0, left + (scale - 1) / 2, 0, scale, top + (scale - 1) / 2);
            warpAffine(picture, frame, transform, size, INTER_LINEAR | WARP_INVERSE_MAP, BORDER_REPLICATE, black);
            return Jpeg.encode(frame);
        }
    }

    @Override
    public void close() {
        pictures.forEach(Mat::close);
    }
}
