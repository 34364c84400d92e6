package io.hsaw.trainer.dataset;

import io.hsaw.contracts.RgbImage;
import io.hsaw.facedetector.Picture;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * What the choice of training pictures needs to know of a picture.
 *
 * @param hash      of size and pixels: equal for pictures that look the same, however they are encoded
 * @param deviation greatest standard deviation of the three channels, in grey levels
 */
record PictureFacts(String hash, double deviation) {

    /** Below this standard deviation a picture shows nothing. */
    private static final double LEAST_DEVIATION = 1;

    /** Whether the picture is blank. */
    boolean nearConstant() {
        return deviation < LEAST_DEVIATION;
    }

    static PictureFacts of(SampleRef ref) throws DataSetException {
        try (Picture picture = ref.read().decode()) {
            return of(picture.rgb());
        }
    }

    static PictureFacts of(RgbImage image) {
        MessageDigest digest = Sha256.digest();
        digest.update(ByteBuffer.allocate(8).putInt(image.width()).putInt(image.height()).array());
        return new PictureFacts(Sha256.hex(digest, image.pixels()), deviation(image));
    }

    private static double deviation(RgbImage image) {
        double n = (double) image.width() * image.height();
        double greatest = 0;
        for (int channel = 0; channel < 3; channel++) {
            long sum = 0;
            long squares = 0;
            for (int i = channel; i < image.pixels().length; i += 3) {
                int value = image.pixels()[i] & 255;
                sum += value;
                squares += value * value;
            }
            double mean = sum / n;
            greatest = Math.max(greatest, Math.sqrt(Math.max(0, squares / n - mean * mean)));
        }
        return greatest;
    }
}
