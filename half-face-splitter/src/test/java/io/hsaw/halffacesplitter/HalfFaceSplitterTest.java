package io.hsaw.halffacesplitter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.contracts.HalfFacePair;
import io.hsaw.contracts.KeyPoints;
import io.hsaw.contracts.Point;
import io.hsaw.contracts.RgbImage;
import org.junit.jupiter.api.Test;

class HalfFaceSplitterTest {

    /** Left of the nose column (x = 60) red, right of it blue: the person's right half is red, the left one blue. */
    private static final RgbImage TWO_COLOURS = picture(120, 120, (x, y) -> x < 60 ? 0xFF0000 : 0x0000FF);

    @Test
    void theLeftHalfIsThePersonsOwnLeftAndLiesAtTheGreaterX() {
        HalfFacePair halves = HalfFaceSplitter.split(TWO_COLOURS, upright(60, 60, 30));
        assertUniform(halves.left(), 0x0000FF);
        assertUniform(halves.right(), 0xFF0000);
    }

    @Test
    void bothHalvesAreEquallyWideAlsoWhenTheNoseLiesAtTheEdgeOfTheFace() {
        KeyPoints profile = new KeyPoints(new Point(40, 40), new Point(30, 40), new Point(12, 60), new Point(38, 70),
                new Point(30, 70));
        HalfFacePair halves = HalfFaceSplitter.split(TWO_COLOURS, profile);
        assertEquals(halves.left().width(), halves.right().width());
        assertEquals(halves.left().height(), 2 * halves.left().width());
    }

    @Test
    void theFrameIsSizedByTheDistanceBetweenEyesAndMouth() {
        // 2.7 x 30 = 81, made even
        assertEquals(82, HalfFaceSplitter.split(TWO_COLOURS, upright(60, 60, 30)).left().height());
    }

    @Test
    void largeFacesAreReducedToTheNetworksInputSizeByAveraging() {
        // A one-pixel checkerboard turns grey when two pixels fall on one: 2.7 x 166 = 448 = 2 x 224.
        RgbImage board = picture(600, 600, (x, y) -> (x + y) % 2 == 0 ? 0xFFFFFF : 0);
        HalfFacePair halves = HalfFaceSplitter.split(board, upright(300, 300, 448 / 2.7));
        assertEquals(224, halves.left().height());
        for (byte b : halves.left().pixels()) {
            assertEquals(128, b & 255, 1);
        }
    }

    @Test
    void beyondThePictureTheBorderIsReplicated() {
        RgbImage stripes = picture(40, 40, (x, y) -> y == 0 ? 0x102030 : y == 39 ? 0xA0B0C0 : 0x808080);
        HalfFacePair halves = HalfFaceSplitter.split(stripes, upright(20, 20, 40));
        assertEquals(0x102030, rgb(halves.left(), 3, 0));
        assertEquals(0xA0B0C0, rgb(halves.right(), 3, halves.right().height() - 1));
    }

    @Test
    void aTurnedFaceIsCutAlongItsOwnMidline() {
        // The same two colours, turned by 30 degrees about the nose; so are the points.
        double angle = Math.toRadians(30);
        RgbImage turned = picture(120, 120, (x, y) -> {
            double u = Math.cos(angle) * (x + 0.5 - 60) + Math.sin(angle) * (y + 0.5 - 60);
            return u < 0 ? 0xFF0000 : 0x0000FF;
        });
        HalfFacePair halves = HalfFaceSplitter.split(turned, turned(upright(60, 60, 20), 60, 60, angle));
        assertTrue(share(halves.left(), 0x0000FF) > 0.93, "left half blue: " + share(halves.left(), 0x0000FF));
        assertTrue(share(halves.right(), 0xFF0000) > 0.93, "right half red: " + share(halves.right(), 0xFF0000));
    }

    @Test
    void sampledAtItsOwnResolutionAnUprightCropIsPassedOnUnchanged() {
        RgbImage noise = picture(48, 48, (x, y) -> (x * 7919 + y * 104729) & 0xFFFFFF);
        HalfFacePair halves = HalfFaceSplitter.split(noise, HalfFaceSplitter.centreLinePoints(48, 48));
        for (int y = 0; y < 48; y++) {
            for (int x = 0; x < 24; x++) {
                assertEquals(rgb(noise, x, y), rgb(halves.right(), x, y));
                assertEquals(rgb(noise, x + 24, y), rgb(halves.left(), x, y));
            }
        }
    }

    @Test
    void pointsThatFallTogetherStillGiveAFrame() {
        Point p = new Point(60, 60);
        HalfFacePair halves = HalfFaceSplitter.split(TWO_COLOURS, new KeyPoints(p, p, p, p, p));
        assertEquals(16, halves.left().height());
        assertUniform(halves.left(), 0x0000FF);
    }

    @Test
    void pointsFarOutsideThePictureTakeNoEndlessWork() {
        for (double eyeMouth : new double[] {1e9, 1e308}) {
            HalfFacePair halves = HalfFaceSplitter.split(TWO_COLOURS, upright(60, 60, eyeMouth));
            assertEquals(224, halves.left().height());
        }
    }

    private static KeyPoints upright(double noseX, double noseY, double eyeMouth) {
        double eyes = noseY - 0.6 * eyeMouth;
        double mouth = noseY + 0.4 * eyeMouth;
        return new KeyPoints(new Point(noseX + eyeMouth / 2, eyes), new Point(noseX - eyeMouth / 2, eyes),
                new Point(noseX, noseY), new Point(noseX + eyeMouth / 3, mouth), new Point(noseX - eyeMouth / 3, mouth));
    }

    private static KeyPoints turned(KeyPoints p, double x, double y, double angle) {
        return new KeyPoints(turned(p.leftEye(), x, y, angle), turned(p.rightEye(), x, y, angle),
                turned(p.noseTip(), x, y, angle), turned(p.mouthLeft(), x, y, angle),
                turned(p.mouthRight(), x, y, angle));
    }

    private static Point turned(Point p, double x, double y, double angle) {
        double dx = p.x() - x;
        double dy = p.y() - y;
        return new Point(x + Math.cos(angle) * dx - Math.sin(angle) * dy, y + Math.sin(angle) * dx + Math.cos(angle) * dy);
    }

    private interface Colour {
        int at(int x, int y);
    }

    private static RgbImage picture(int width, int height, Colour colour) {
        byte[] pixels = new byte[3 * width * height];
        for (int y = 0, i = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int rgb = colour.at(x, y);
                pixels[i++] = (byte) (rgb >> 16);
                pixels[i++] = (byte) (rgb >> 8);
                pixels[i++] = (byte) rgb;
            }
        }
        return new RgbImage(width, height, pixels);
    }

    private static int rgb(RgbImage image, int x, int y) {
        int at = 3 * (y * image.width() + x);
        byte[] p = image.pixels();
        return (p[at] & 255) << 16 | (p[at + 1] & 255) << 8 | p[at + 2] & 255;
    }

    private static void assertUniform(RgbImage image, int rgb) {
        // all but the column at the seam, where bilinear sampling may mix the two colours
        assertTrue(share(image, rgb) >= 1 - 1.0 / image.width(), "share of the colour: " + share(image, rgb));
    }

    private static double share(RgbImage image, int rgb) {
        int n = 0;
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                n += rgb(image, x, y) == rgb ? 1 : 0;
            }
        }
        return n / (double) (image.width() * image.height());
    }
}
