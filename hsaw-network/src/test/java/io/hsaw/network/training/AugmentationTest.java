package io.hsaw.network.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.contracts.HalfFacePair;
import io.hsaw.contracts.RgbImage;
import io.hsaw.network.FaceTensors;
import java.nio.ByteBuffer;
import java.util.Arrays;
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

    @Test
    void aTurnedHeadShowsItsPointsWhereACylinderDoes() {
        // On a radius of 0.4 the point at 0.2 is at 30 degrees. Turned by 30 it is at 60: 0.4 * (0.8660 - 0.5) = 0.1464.
        // The point at -0.2 comes to the front: 0.4 * (0 - 0.5) = -0.2, where it was. The nose stays.
        // The point at -0.35 is at -61.04 degrees: 0.4 * (sin(-31.04) - 0.5) = -0.4063.
        for (double[] points : new double[][] {{0.2, 0.1464}, {-0.2, -0.2}, {-0.35, -0.4063}, {0, 0}}) {
            RgbImage line = line(points[0]);
            assertEquals(points[1], place(Augmentation.turned(line, Math.toRadians(30))), 0.006, "of " + points[0]);
            assertEquals(-points[1], place(Augmentation.turned(line.flipped(), Math.toRadians(-30))), 0.006);
            assertEquals(points[0], place(Augmentation.turned(line, 0)), 0.006);
        }
        // What lies beside the head stays beside it.
        for (double beside : new double[] {-0.45, 0.45}) {
            assertEquals(beside, place(Augmentation.turned(line(beside), 0)), 0.006);
        }
        // The point at 0.37 is at 67.7 degrees; turned by 30 it is behind the edge of the head.
        assertEquals(Double.NaN, place(Augmentation.turned(line(0.37), Math.toRadians(30))));
    }

    @Test
    void aTurnedHeadHasItsNoseInTheMiddleStill() {
        byte[][] plain = Augmentation.NONE.crops(FACE, ALL, SIZE, new Random(3));
        int clearly = 0;
        for (int seed = 0; seed < 20; seed++) {
            byte[][] turned = Augmentation.NONE.turned(1).crops(FACE, ALL, SIZE, new Random(seed));
            clearly += share(plain[0], turned[0]) > 0.2 ? 1 : 0;
            int different = 0;
            for (int y = 0; y < SIZE; y++) {
                int middle = 3 * (y * SIZE + SIZE / 2);
                different += Math.abs((plain[0][middle] & 255) - (turned[0][middle] & 255)) > 12 ? 1 : 0;
            }
            assertTrue(different < SIZE / 4, "seed " + seed + ": " + different + " of the nose's pixels differ");
        }
        assertTrue(clearly > 12, clearly + " of 20 are clearly others");
    }

    /** An upright line of 3 pixels on black. */
    private static RgbImage line(double u) {
        byte[] pixels = new byte[3 * 200 * 4];
        int centre = (int) ((u + 0.5) * 200);
        for (int y = 0; y < 4; y++) {
            for (int x = centre - 1; x <= centre + 1; x++) {
                Arrays.fill(pixels, 3 * (y * 200 + x), 3 * (y * 200 + x) + 3, (byte) 200);
            }
        }
        return new RgbImage(200, 4, pixels);
    }

    /** Where the line is: the centre of what is bright; NaN where nothing is. */
    private static double place(RgbImage image) {
        double sum = 0;
        double light = 0;
        for (int x = 0; x < image.width(); x++) {
            int value = image.pixels()[3 * x] & 255;
            light += value;
            sum += value * ((x + 0.5) / image.width() - 0.5);
        }
        return sum / light;
    }

    @Test
    void aMirroredFaceShowsEachHalfAsTheMirroredOther() {
        byte[][] plain = Augmentation.NONE.crops(FACE, ALL, SIZE, new Random(3));
        byte[][] mirrored = Augmentation.NONE.mirrored(1).crops(FACE, ALL, SIZE, new Random(3));
        int[] source = {Augmentation.WHOLE, Augmentation.RIGHT, Augmentation.LEFT};
        for (int part = 0; part < ALL.length; part++) {
            for (int y = 0; y < SIZE; y++) {
                for (int x = 0; x < SIZE; x++) {
                    for (int c = 0; c < 3; c++) {
                        assertEquals(plain[source[part]][3 * (y * SIZE + SIZE - 1 - x) + c] & 255,
                                mirrored[part][3 * (y * SIZE + x) + c] & 255, 1, "part " + part + " at " + x + ", " + y);
                    }
                }
            }
        }
    }

    @Test
    void asManyFacesAreMirroredAsAskedFor() {
        byte[] plain = Augmentation.NONE.crops(FACE, ALL, SIZE, new Random(3))[0];
        int mirrored = 0;
        for (int seed = 0; seed < 1000; seed++) {
            mirrored += share(plain, Augmentation.NONE.mirrored(0.3).crops(FACE, ALL, SIZE, new Random(seed))[0]) > 0.1 ? 1 : 0;
        }
        assertEquals(300, mirrored, 60);
    }

    @Test
    void sharesThatAreNoneAreRefusedByName() {
        IllegalArgumentException mirrored = assertThrows(IllegalArgumentException.class, () -> Augmentation.NONE.mirrored(1.5));
        assertEquals("the share of mirrored faces must lie between 0 and 1, found 1.5", mirrored.getMessage());
        IllegalArgumentException turned = assertThrows(IllegalArgumentException.class, () -> Augmentation.NONE.turned(-1));
        assertEquals("the share of turned heads must lie between 0 and 1, found -1.0", turned.getMessage());
    }

    private static Augmentation with(double grey, double coarse, double spoiled) {
        return new Augmentation(0, 0, 0, 0, 0, 0, grey, coarse, spoiled, 0, 0);
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
