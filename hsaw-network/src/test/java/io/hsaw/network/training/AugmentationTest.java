package io.hsaw.network.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.contracts.HalfFacePair;
import io.hsaw.contracts.RgbImage;
import io.hsaw.network.FaceTensors;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random changes of faces. */
class AugmentationTest {

    private static final int SIZE = 64;
    private static final int[] ALL = {Augmentation.WHOLE, Augmentation.LEFT, Augmentation.RIGHT};
    private static final HalfFacePair FACE = face();

    @Test
    void noChangeGivesTheCropsThatThePipelineGives() {
        byte[][] crops = Augmentation.NONE.crops(FACE, ALL, SIZE, new Random(1));
        ByteBuffer expected = ByteBuffer.allocate(3 * 3 * SIZE * SIZE);
        FaceTensors.write(List.of(FACE), SIZE, expected);
        for (int part = 0; part < ALL.length; part++) {
            int different = 0;
            for (int i = 0; i < crops[part].length; i++) {
                int distance = Math.abs((crops[part][i] & 255) - (expected.get(part * 3 * SIZE * SIZE + i) & 255));
                assertTrue(distance <= (part == 0 ? 1 : 16), "part " + part + " byte " + i + " differs by " + distance);
                different += distance > 1 ? 1 : 0;
            }
            // a half by itself ends at the nose; cut from the whole it is mixed with the other half's first column there
            assertTrue(different <= 3 * SIZE * SIZE / 16, "part " + part + ": " + different + " bytes differ");
        }
    }

    @Test
    void theSameSeedGivesTheSameChange() {
        byte[][] one = Augmentation.STANDARD.crops(FACE, ALL, SIZE, new Random(7));
        byte[][] other = Augmentation.STANDARD.crops(FACE, ALL, SIZE, new Random(7));
        for (int part = 0; part < ALL.length; part++) {
            assertArrayEquals(one[part], other[part]);
        }
    }

    @Test
    void aGreyFaceHasNoColour() {
        byte[] crop = with(1, 0, 0).crops(FACE, ALL, SIZE, new Random(3))[0];
        for (int i = 0; i < crop.length; i += 3) {
            assertEquals(crop[i], crop[i + 1]);
            assertEquals(crop[i], crop[i + 2]);
        }
    }

    @Test
    void aCoarseFaceHasLessDetailAndTheSameMean() {
        byte[] plain = Augmentation.NONE.crops(FACE, ALL, SIZE, new Random(3))[0];
        byte[] coarse = with(0, 1, 0).crops(FACE, ALL, SIZE, new Random(3))[0];
        assertTrue(detail(coarse) < 0.8 * detail(plain), detail(coarse) + " of " + detail(plain));
        assertEquals(mean(plain), mean(coarse), 3);
    }

    @Test
    void ofASpoiledFaceOneHalfIsAsItWas() {
        byte[][] plain = Augmentation.NONE.crops(FACE, ALL, SIZE, new Random(3));
        boolean[] spoiled = new boolean[3];
        for (int seed = 0; seed < 40; seed++) {
            byte[][] crops = with(0, 0, 1).crops(FACE, ALL, SIZE, new Random(seed));
            boolean left = share(plain[Augmentation.LEFT], crops[Augmentation.LEFT]) > 0.2;
            boolean right = share(plain[Augmentation.RIGHT], crops[Augmentation.RIGHT]) > 0.2;
            assertTrue(left != right, "seed " + seed + ": left spoiled " + left + ", right " + right);
            spoiled[left ? Augmentation.LEFT : Augmentation.RIGHT] = true;
        }
        assertTrue(spoiled[Augmentation.LEFT] && spoiled[Augmentation.RIGHT], "each half is spoiled now and then");
    }

    private static Augmentation with(double grey, double coarse, double spoiled) {
        return new Augmentation(0, 0, 0, 0, 0, 0, grey, coarse, spoiled);
    }

    /** Share of bytes that are others. */
    private static double share(byte[] one, byte[] other) {
        int different = 0;
        for (int i = 0; i < one.length; i++) {
            different += Math.abs((one[i] & 255) - (other[i] & 255)) > 8 ? 1 : 0;
        }
        return different / (double) one.length;
    }

    private static double detail(byte[] crop) {
        double sum = 0;
        for (int i = 3; i < crop.length; i++) {
            sum += Math.abs((crop[i] & 255) - (crop[i - 3] & 255));
        }
        return sum / crop.length;
    }

    private static double mean(byte[] crop) {
        double sum = 0;
        for (byte b : crop) {
            sum += b & 255;
        }
        return sum / crop.length;
    }

    /** 40×80 halves of coloured noise on a slope of light. */
    private static HalfFacePair face() {
        Random random = new Random(11);
        RgbImage[] halves = new RgbImage[2];
        for (int half = 0; half < 2; half++) {
            byte[] pixels = new byte[3 * 40 * 80];
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = (byte) (40 + i / 60 + random.nextInt(40) - 15 * half);
            }
            halves[half] = new RgbImage(40, 80, pixels);
        }
        return new HalfFacePair(halves[0], halves[1]);
    }
}
