package io.hsaw.facedetector;

import io.hsaw.contracts.RgbImage;
import org.bytedeco.javacpp.Pointer;

/**
 * Detects in many frames, each tenth of them damaged. Arguments: number of frames, greatest growth of the process in MB
 * after the first fifth. Ends with status 0 if it stays within it.
 */
final class DetectionSoak {

    private DetectionSoak() {
    }

    public static void main(String[] args) throws PictureRejectedException {
        int frames = Integer.parseInt(args[0]);
        RgbImage astronaut = TestPictures.decoded(TestPictures.astronaut());
        RgbImage head = TestPictures.scaled(TestPictures.cut(astronaut, 100, 0, 256, 256), 160, 160);
        byte[] frame = TestPictures.jpeg(head);
        byte[] damaged = TestPictures.jpeg(head);
        damaged[damaged.length - 1] = 0;
        long settled = 0;
        try (FaceDetector detector = new FaceDetector()) {
            for (int i = 0; i < frames; i++) {
                if (i == frames / 5) {
                    settled = Pointer.physicalBytes();
                }
                try (Picture picture = Picture.decode(i % 10 == 0 ? damaged : frame)) {
                    if (detector.detect(picture, i % 2 == 0).size() != 1) {
                        throw new IllegalStateException("a face was missed in frame " + i);
                    }
                } catch (PictureRejectedException e) {
                    if (i % 10 != 0) {
                        throw e;
                    }
                }
            }
        }
        long grown = Pointer.physicalBytes() - settled >> 20;
        if (grown > Integer.parseInt(args[1])) {
            throw new IllegalStateException("grown by " + grown + " MB");
        }
    }
}
