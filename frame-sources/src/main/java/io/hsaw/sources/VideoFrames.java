package io.hsaw.sources;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_core.ROTATE_180;
import static org.bytedeco.opencv.global.opencv_core.ROTATE_90_CLOCKWISE;
import static org.bytedeco.opencv.global.opencv_core.ROTATE_90_COUNTERCLOCKWISE;
import static org.bytedeco.opencv.global.opencv_core.rotate;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacv.FFmpegFrameGrabber;
import org.bytedeco.javacv.Frame;
import org.bytedeco.javacv.FrameGrabber;
import org.bytedeco.opencv.opencv_core.Mat;

/** The frames of a video file as JPEG, turned as its display rotation says. */
final class VideoFrames implements AutoCloseable {

    static {
        // FFmpeg writes to standard error by itself; what matters comes as an exception.
        avutil.av_log_set_level(avutil.AV_LOG_QUIET);
    }

    /** Files of other formats may be playlists that make FFmpeg open further files or the network, or plain text. */
    private static final String FORMATS =
            "mov,matroska,webm,avi,mpeg,mpegts,mpegvideo,asf,flv,ogg,mjpeg,h264,hevc,m4v,gif";

    private final String name;
    private final Path file;
    private final FFmpegFrameGrabber grabber;
    private final int clockwise;
    /** Timestamp of the first frame in microseconds; -1 before it. */
    private long begin = -1;

    /**
     * @param name of its frames
     * @throws SourceException if the file cannot be decoded as a video
     */
    VideoFrames(String name, Path file) throws SourceException {
        this.name = name;
        this.file = file;
        grabber = new FFmpegFrameGrabber(file.toFile());
        grabber.setOption("format_whitelist", FORMATS);
        grabber.setOption("protocol_whitelist", "file");
        // An edit list hides stored frames from viewers, often some at the start; here each stored frame is one.
        grabber.setOption("ignore_editlist", "1");
        try {
            grabber.start();
        } catch (FrameGrabber.Exception e) {
            close();
            throw undecodable(e);
        }
        if (grabber.getImageWidth() <= 0 || grabber.getImageHeight() <= 0) {
            close();
            throw undecodable(null);
        }
        clockwise = Math.floorMod(-(int) Math.round(grabber.getDisplayRotation()), 360);
    }

    private SourceException undecodable(Exception cause) {
        return new SourceException(file + " is no picture (JPEG, PNG, WebP) and cannot be decoded as a video: convert"
                + " it to one of these or to MP4", cause);
    }

    /**
     * The next frame, or null at the end.
     *
     * @throws SourceException if the video is damaged from here on
     */
    SourceFrame next() throws SourceException {
        Frame frame;
        try {
            frame = grabber.grabImage();
        } catch (FrameGrabber.Exception e) {
            throw new SourceException(file + " is damaged after " + position(grabber.getTimestamp()).toMillis()
                    + " ms: give the complete file", e);
        }
        if (frame == null) {
            return null;
        }
        if (begin < 0) {
            begin = frame.timestamp;
        }
        return new SourceFrame(name, jpeg(frame), Jpeg.CONTENT_TYPE, position(frame.timestamp));
    }

    private Duration position(long microseconds) {
        return Duration.of(Math.max(0, microseconds - begin), ChronoUnit.MICROS);
    }

    private byte[] jpeg(Frame frame) {
        ByteBuffer pixels = (ByteBuffer) frame.image[0];
        try (BytePointer data = new BytePointer(pixels);
                Mat bgr = new Mat(frame.imageHeight, frame.imageWidth, CV_8UC3, data, frame.imageStride);
                Mat turned = new Mat()) {
            switch (clockwise) {
                case 90 -> rotate(bgr, turned, ROTATE_90_CLOCKWISE);
                case 180 -> rotate(bgr, turned, ROTATE_180);
                case 270 -> rotate(bgr, turned, ROTATE_90_COUNTERCLOCKWISE);
                default -> {
                    return Jpeg.encode(bgr);
                }
            }
            return Jpeg.encode(turned);
        }
    }

    @Override
    public void close() {
        try {
            grabber.close();
        } catch (FrameGrabber.Exception e) {
            throw new IllegalStateException("cannot close " + file, e);
        }
    }
}
