package io.hsaw.trainer.picture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.contracts.RgbImage;
import org.junit.jupiter.api.Test;

class PixelsTest {

    static int level(RgbImage image, int x, int y) {
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
}
