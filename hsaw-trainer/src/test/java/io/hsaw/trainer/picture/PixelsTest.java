package io.hsaw.trainer.picture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.contracts.RgbImage;
import io.hsaw.facedetector.Picture;
import io.hsaw.halffacesplitter.CanonicalFrame;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PixelsTest {

    private static int level(RgbImage image, int x, int y) {
        return image.pixels()[3 * (y * image.width() + x)] & 255;
    }

    @Test
    void levelsAreRoundedAndLimited() {
        RgbImage image = new RgbImage(1, 1, new byte[] {10, 100, (byte) 200});
        assertArrayEquals(new byte[] {3, 25, 50}, Pixels.toned(image, level -> level / 4).pixels());
        assertArrayEquals(new byte[] {0, 100, (byte) 255}, Pixels.toned(image, level -> 3 * level - 200).pixels());
        assertArrayEquals(new byte[] {10, 100, (byte) 200}, image.pixels());
    }

    @Test
    void aPointIsBlurredIntoAGaussianAndAPlainPictureStays() {
        RgbImage point = Pixels.filled(41, 41, 0);
        point.pixels()[3 * (20 * 41 + 20)] = (byte) 255;
        RgbImage blurred = Pixels.blurred(point, 1);
        // 255 / 2π at the centre, e^-½ of that one pixel beside it
        assertEquals(40.6, level(blurred, 20, 20), 1.5);
        assertEquals(24.6, level(blurred, 21, 20), 1.5);
        assertEquals(0, level(blurred, 30, 20));
        assertEquals(Pixels.filled(9, 9, 77), Pixels.blurred(Pixels.filled(9, 9, 77), 5));
    }

    @Test
    void greyIsLuma() {
        RgbImage image = new RgbImage(1, 1, new byte[] {(byte) 200, 100, 50});
        // 0.299 × 200 + 0.587 × 100 + 0.114 × 50 = 124.2
        assertArrayEquals(new byte[] {124, 124, 124}, Pixels.grey(image).pixels());
    }

    @Test
    void infraredIsBrightAndItsNoiseIsTheSameForTheSamePicture() {
        RgbImage image = new RgbImage(1, 1, new byte[] {100, 50, (byte) 250});
        // 255 × ((0.75 × 100 + 0.25 × 50) / 255)^0.6 = 255 × 0.5263
        assertEquals(134, level(Pixels.infrared(image, 0), 0, 0));
        RgbImage grey = Pixels.filled(100, 100, 60);
        RgbImage noisy = Pixels.infrared(grey, 8);
        assertEquals(noisy, Pixels.infrared(grey, 8));
        double mean = 255 * Math.pow(60 / 255.0, 0.6);
        double squares = 0;
        for (int i = 0; i < 10_000; i++) {
            squares += Math.pow(level(noisy, i % 100, i / 100) - mean, 2);
        }
        assertEquals(8, Math.sqrt(squares / 10_000), 0.3);
    }

    @Test
    void aPictureIsTurnedClockwiseAndKeepsItsSize() {
        RgbImage image = Pixels.filled(9, 9, 0);
        image.pixels()[3 * (4 * 9 + 7)] = (byte) 255;
        // right of the middle goes below it
        RgbImage turned = Pixels.turned(image, 4.5, 4.5, 90);
        assertEquals(9, turned.width());
        assertEquals(255, level(turned, 4, 7), 1);
        assertEquals(0, level(turned, 7, 4));
    }

    @Test
    void aReducedPictureHasTheMeansOfItsPixels() {
        RgbImage image = Pixels.filled(4, 2, 10);
        for (int i = 0; i < 2; i++) {
            Arrays.fill(image.pixels(), i * 12, i * 12 + 3, (byte) 50);
        }
        RgbImage half = Pixels.reduced(image, 0.5);
        assertEquals(2, half.width());
        assertEquals(1, half.height());
        assertEquals(30, level(half, 0, 0));
        assertEquals(10, level(half, 1, 0));
        assertEquals(1, Pixels.reduced(image, 0.01).width());
    }

    @Test
    void thePartOfAFaceIsCoveredWhereverTheFaceIsTurned() {
        RgbImage image = Pixels.filled(40, 40, 10);
        // a square of 20 about the middle; its upper quarter is rows 10 to 14
        RgbImage upper = Pixels.covered(image, new CanonicalFrame(20, 20, 20, 1, 0), -0.5, -0.5, 0.5, -0.25);
        assertEquals(10, level(upper, 20, 9));
        assertEquals(Pixels.GREY, level(upper, 20, 10));
        assertEquals(Pixels.GREY, level(upper, 29, 14));
        assertEquals(10, level(upper, 30, 14));
        assertEquals(10, level(upper, 20, 15));
        // lying on its side, clockwise: the eye line runs down, the top of the head is on the right
        RgbImage lying = Pixels.covered(image, new CanonicalFrame(20, 20, 20, 0, 1), -0.5, -0.5, 0.5, -0.25);
        assertEquals(Pixels.GREY, level(lying, 29, 20));
        assertEquals(10, level(lying, 20, 10));
    }

    @Test
    void aFileHoldsThePictureAndAJpegOfLowQualitySomethingLikeIt() throws Exception {
        RgbImage image = Pixels.filled(16, 16, 0);
        for (int i = 0; i < image.pixels().length; i++) {
            image.pixels()[i] = (byte) (i * 37);
        }
        try (Picture png = Picture.decode(Pixels.encoded(image)); Picture jpeg = Picture.decode(Pixels.jpeg(image, 10))) {
            assertEquals(image, png.rgb());
            assertEquals(16, jpeg.width());
            assertTrue(!image.equals(jpeg.rgb()));
        }
        assertTrue(Pixels.jpeg(image, 10).length < Pixels.jpeg(image, 90).length);
    }
}
