package io.hsaw.sources;

import static org.bytedeco.opencv.global.opencv_core.CV_8U;
import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_COLOR_BGR;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacv.FFmpegFrameRecorder;
import org.bytedeco.javacv.Frame;
import org.bytedeco.opencv.opencv_core.Mat;

/** Makes short clips of the demo camera's frames. */
final class TestClip {

    static final int WIDTH = 320;
    static final int HEIGHT = 240;
    static final int FRAMES_PER_SECOND = 10;

    private TestClip() {
    }

    static Path record(Path file, int frames) throws Exception {
        try (PanZoomSource camera = PanZoomSource.demo(WIDTH, HEIGHT, FRAMES_PER_SECOND);
                FFmpegFrameRecorder recorder = new FFmpegFrameRecorder(file.toFile(), WIDTH, HEIGHT)) {
            avutil.av_log_set_level(avutil.AV_LOG_QUIET);
            recorder.setFrameRate(FRAMES_PER_SECOND);
            recorder.setVideoCodec(avcodec.AV_CODEC_ID_MPEG4);
            recorder.setVideoBitrate(2_000_000);
            recorder.setPixelFormat(avutil.AV_PIX_FMT_YUV420P);
            recorder.start();
            for (int i = 0; i < frames; i++) {
                try (Mat picture = decode(camera.next().bytes());
                        Frame frame = new Frame(WIDTH, HEIGHT, Frame.DEPTH_UBYTE, 3)) {
                    byte[] bgr = new byte[WIDTH * HEIGHT * 3];
                    picture.data().get(bgr);
                    ((ByteBuffer) frame.image[0]).put(bgr).flip();
                    recorder.record(frame, avutil.AV_PIX_FMT_BGR24);
                }
            }
        }
        return file;
    }

    /** Blue, green, red. */
    static Mat decode(byte[] picture) {
        try (BytePointer data = new BytePointer(picture); Mat encoded = new Mat(1, picture.length, CV_8U, data)) {
            return imdecode(encoded, IMREAD_COLOR_BGR);
        }
    }

    /** Writes into the track header (ISO/IEC 14496-12, box tkhd) that viewers shall turn the picture clockwise. */
    static void turnClockwise(Path mp4) throws Exception {
        byte[] bytes = Files.readAllBytes(mp4);
        int header = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("tkhd");
        ByteBuffer matrix = ByteBuffer.wrap(bytes, header + 44, 36);
        for (int value : new int[] {0, 1 << 16, 0, -1 << 16, 0, 0, HEIGHT << 16, 0, 1 << 30}) {
            matrix.putInt(value);
        }
        Files.write(mp4, bytes);
    }
}
