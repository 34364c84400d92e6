package io.hsaw.facedetector;

import io.hsaw.contracts.Faces;
import io.hsaw.contracts.FrameInfo;
import java.util.List;

/** Turns a published frame into its faces, or into the reason why it was refused. One per thread, to be closed. */
public final class FrameFaceFinder implements AutoCloseable {

    /** This stage's name in the timings. */
    public static final String STAGE = "face-detector";

    private final FaceDetector detector = new FaceDetector();

    /**
     * @param frame    who, when and which, as far as known without decoding
     * @param value    the published bytes; null stands for none
     * @param mirrored whether the picture shows left and right exchanged
     * @return the frame with its size, faces and timing; refused and without faces if the bytes are no readable picture
     */
    public Faces find(FrameInfo frame, byte[] value, boolean mirrored) {
        long start = System.nanoTime();
        try (Picture picture = Picture.decode(value == null ? new byte[0] : value)) {
            FrameInfo sized = frame.sized(picture.width(), picture.height());
            return timed(new Faces(sized, detector.detect(picture, mirrored)), start);
        } catch (PictureRejectedException e) {
            return timed(new Faces(frame.rejected(e.code(), e.getMessage()), List.of()), start);
        }
    }

    private static Faces timed(Faces faces, long start) {
        return new Faces(faces.frame().timed(STAGE, (System.nanoTime() - start) / 1e6), faces.faces());
    }

    @Override
    public void close() {
        detector.close();
    }
}
