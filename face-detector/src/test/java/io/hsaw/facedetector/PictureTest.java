package io.hsaw.facedetector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.contracts.FrameLimits;
import io.hsaw.contracts.RejectionCode;
import io.hsaw.contracts.RgbImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PictureTest {

    private static final RgbImage IMAGE = TestPictures.blocks(50, 30);

    @Nested
    class Formats {

        @Test
        void pngAndLosslessWebpComeOutAsTheyWere() throws Exception {
            assertEquals(IMAGE, TestPictures.decoded(TestPictures.png(IMAGE)));
            assertEquals(IMAGE, TestPictures.decoded(TestPictures.losslessWebp(IMAGE)));
        }

        @Test
        void jpegAndWebpComeOutMuchAsTheyWere() throws Exception {
            assertTrue(meanDifference(IMAGE, TestPictures.decoded(TestPictures.jpeg(IMAGE))) < 12);
            assertTrue(meanDifference(IMAGE, TestPictures.decoded(TestPictures.progressiveJpeg(IMAGE))) < 12);
            assertTrue(meanDifference(IMAGE, TestPictures.decoded(TestPictures.webp(IMAGE))) < 20);
        }

        @Test
        void aGreyPngBecomesThreeEqualChannels() throws Exception {
            byte[] png = TestPictures.png(2, 1, 8, 0, new byte[] {0, 10, (byte) 200});
            assertArrayEquals(new byte[] {10, 10, 10, (byte) 200, (byte) 200, (byte) 200},
                    TestPictures.decoded(png).pixels());
        }

        @Test
        void aOneBitPngIsBlackAndWhite() throws Exception {
            byte[] png = TestPictures.png(2, 1, 1, 0, new byte[] {0, 0b0100_0000});
            assertArrayEquals(new byte[] {0, 0, 0, -1, -1, -1}, TestPictures.decoded(png).pixels());
        }

        @Test
        void ofSixteenBitsTheHighEightAreKept() throws Exception {
            byte[] png = TestPictures.png(1, 1, 16, 2, new byte[] {0, 10, 99, 20, 99, 30, 99});
            assertArrayEquals(new byte[] {10, 20, 30}, TestPictures.decoded(png).pixels());
        }

        @Test
        void aPaletteIsLookedUp() throws Exception {
            byte[] palette = TestPictures.pngChunk("PLTE", new byte[] {1, 2, 3, 40, 50, 60});
            byte[] png = TestPictures.png(2, 1, 8, 3, new byte[] {0, 1, 0}, palette);
            assertArrayEquals(new byte[] {40, 50, 60, 1, 2, 3}, TestPictures.decoded(png).pixels());
        }

        @Test
        void transparencyIsDropped() throws Exception {
            byte[] png = TestPictures.png(2, 1, 8, 6, new byte[] {0, 10, 20, 30, 0, 40, 50, 60, 127});
            assertArrayEquals(new byte[] {10, 20, 30, 40, 50, 60}, TestPictures.decoded(png).pixels());
        }

        @Test
        void transparencyOfAPaletteIsDropped() throws Exception {
            byte[] palette = TestPictures.pngChunk("PLTE", new byte[] {1, 2, 3, 40, 50, 60});
            byte[] alpha = TestPictures.pngChunk("tRNS", new byte[] {0, 127});
            byte[] png = TestPictures.png(2, 1, 8, 3, new byte[] {0, 1, 0}, palette, alpha);
            assertArrayEquals(new byte[] {40, 50, 60, 1, 2, 3}, TestPictures.decoded(png).pixels());
        }

        @Test
        void anAnimatedPngIsItsStillPicture() throws Exception {
            byte[] control = ByteBuffer.allocate(8).putInt(1).putInt(0).array();
            byte[] frame = ByteBuffer.allocate(26).putInt(0).putInt(50).putInt(30).array();
            byte[] png = TestPictures.png(IMAGE);
            byte[] animated = TestPictures.pngWithChunk(TestPictures.pngWithChunk(png, "fcTL", frame), "acTL", control);
            assertEquals(IMAGE, TestPictures.decoded(animated));
        }

        @Test
        void bytesAfterTheEndOfAJpegDoNotMatter() throws Exception {
            byte[] jpeg = TestPictures.jpeg(IMAGE);
            assertEquals(TestPictures.decoded(jpeg), TestPictures.decoded(Arrays.copyOf(jpeg, jpeg.length + 5000)));
        }
    }

    @Nested
    class Orientation {

        @ParameterizedTest
        @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
        void aJpegIsTurnedUpright(int orientation) throws Exception {
            byte[] jpeg = TestPictures.jpeg(IMAGE);
            assertEquals(upright(TestPictures.decoded(jpeg), orientation),
                    TestPictures.decoded(TestPictures.jpegWithOrientation(jpeg, orientation)));
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
        void aPngIsTurnedUpright(int orientation) throws Exception {
            byte[] png = TestPictures.pngWithOrientation(TestPictures.png(IMAGE), orientation);
            assertEquals(upright(IMAGE, orientation), TestPictures.decoded(png));
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
        void aWebpIsTurnedUpright(int orientation) throws Exception {
            byte[] webp = TestPictures.webpWithOrientation(TestPictures.losslessWebp(IMAGE), orientation, 50, 30);
            assertEquals(upright(IMAGE, orientation), TestPictures.decoded(webp));
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 9, 65535})
        void anOrientationThatDoesNotExistChangesNothing(int orientation) throws Exception {
            byte[] png = TestPictures.pngWithOrientation(TestPictures.png(IMAGE), orientation);
            assertEquals(IMAGE, TestPictures.decoded(png));
        }

        /** EXIF 2.32, tag Orientation: where the first row and first column of the stored picture are to be seen. */
        private static RgbImage upright(RgbImage stored, int orientation) {
            int w = stored.width();
            int h = stored.height();
            return switch (orientation) {
                case 1 -> stored;
                case 2 -> picked(stored, w, h, x -> y -> new int[] {w - 1 - x, y});
                case 3 -> picked(stored, w, h, x -> y -> new int[] {w - 1 - x, h - 1 - y});
                case 4 -> picked(stored, w, h, x -> y -> new int[] {x, h - 1 - y});
                case 5 -> picked(stored, h, w, x -> y -> new int[] {y, x});
                case 6 -> picked(stored, h, w, x -> y -> new int[] {y, h - 1 - x});
                case 7 -> picked(stored, h, w, x -> y -> new int[] {w - 1 - y, h - 1 - x});
                case 8 -> picked(stored, h, w, x -> y -> new int[] {w - 1 - y, x});
                default -> throw new IllegalArgumentException("orientation " + orientation);
            };
        }

        private static RgbImage picked(RgbImage stored, int width, int height, IntFunction<IntFunction<int[]>> source) {
            byte[] pixels = new byte[width * height * 3];
            for (int i = 0; i < width * height; i++) {
                int[] from = source.apply(i % width).apply(i / width);
                System.arraycopy(stored.pixels(), (from[1] * stored.width() + from[0]) * 3, pixels, i * 3, 3);
            }
            return new RgbImage(width, height, pixels);
        }
    }

    @Nested
    class Refusals {

        @Test
        void noBytesAreNoPicture() {
            assertRefused(RejectionCode.INVALID_IMAGE, "empty", new byte[0]);
        }

        @Test
        void otherFormatsAreUnsupported() {
            assertRefused(RejectionCode.UNSUPPORTED_FORMAT, "convert", TestPictures.bmp(IMAGE));
            assertRefused(RejectionCode.UNSUPPORTED_FORMAT, "convert", TestPictures.ascii("GIF89a and so on"));
            assertRefused(RejectionCode.UNSUPPORTED_FORMAT, "convert", TestPictures.ascii("{\"not\": \"a picture\"}"));
            assertRefused(RejectionCode.UNSUPPORTED_FORMAT, "convert", new byte[] {(byte) 0xFF});
        }

        @Test
        void anAnimatedWebpIsUnsupported() {
            byte[] extended = {0x02, 0, 0, 0, 49, 0, 0, 29, 0, 0};
            byte[] webp = TestPictures.riffChunk("RIFF", TestPictures.join(TestPictures.ascii("WEBP"),
                    TestPictures.riffChunk("VP8X", extended), TestPictures.riffChunk("ANIM", new byte[6])));
            assertRefused(RejectionCode.UNSUPPORTED_FORMAT, "animated", webp);
        }

        @Test
        void everyCutOfAFileIsRefused() {
            for (byte[] file : new byte[][] {TestPictures.jpeg(IMAGE), TestPictures.progressiveJpeg(IMAGE),
                    TestPictures.png(IMAGE), TestPictures.webp(IMAGE), TestPictures.losslessWebp(IMAGE)}) {
                for (int length = 12; length < file.length; length++) {
                    assertRefused(RejectionCode.INVALID_IMAGE, "damaged", Arrays.copyOf(file, length));
                }
            }
        }

        @Test
        void everyChangedByteOfAPngIsNoticed() {
            byte[] png = TestPictures.png(IMAGE);
            for (int at = 37; at < png.length; at++) {
                byte[] changed = png.clone();
                changed[at] ^= 0x40;
                assertRefused(RejectionCode.INVALID_IMAGE, "damaged", changed);
            }
        }

        @Test
        void aJpegWithoutPictureDataIsRefused() {
            assertRefused(RejectionCode.INVALID_IMAGE, "picture data",
                    new byte[] {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, (byte) 0xD9});
        }

        @Test
        void moreBytesThanAFrameMayHaveAreTooLarge() {
            byte[] png = TestPictures.png(IMAGE);
            assertRefused(RejectionCode.TOO_LARGE, "bytes", Arrays.copyOf(png, FrameLimits.MAX_FRAME_BYTES + 1));
        }

        @Test
        void aSmallPngThatClaimsToBeHugeIsTooLarge() {
            byte[] png = TestPictures.png(60_000, 60_000, 8, 2, new byte[9]);
            assertRefused(RejectionCode.TOO_LARGE, "60000 x 60000", png);
        }

        @Test
        void aSmallJpegThatClaimsToBeHugeIsTooLarge() {
            byte[] jpeg = TestPictures.jpeg(IMAGE);
            int header = indexOf(jpeg, (byte) 0xFF, (byte) 0xC0);
            ByteBuffer.wrap(jpeg).putShort(header + 5, (short) 60_000).putShort(header + 7, (short) 60_000);
            assertRefused(RejectionCode.TOO_LARGE, "60000 x 60000", jpeg);
        }

        @Test
        void aSmallWebpThatClaimsToBeHugeIsTooLarge() {
            byte[] webp = TestPictures.webp(IMAGE);
            ByteBuffer size = ByteBuffer.wrap(webp, 26, 4).order(ByteOrder.LITTLE_ENDIAN);
            size.putShort((short) 16_000).putShort((short) 16_000);
            assertRefused(RejectionCode.TOO_LARGE, "16000 x 16000", webp);
            byte[] extended = TestPictures.webpWithOrientation(TestPictures.webp(IMAGE), 1, 60_000, 60_000);
            assertRefused(RejectionCode.TOO_LARGE, "60000 x 60000", extended);
        }

        @Test
        void aPictureOfJustFortyMegapixelsIsRead() throws Exception {
            byte[] png = TestPictures.png(8000, 5000, 1, 0, new byte[1001 * 5000]);
            try (Picture picture = Picture.decode(png)) {
                assertEquals(8000, picture.width());
                assertEquals(5000, picture.height());
            }
            assertRefused(RejectionCode.TOO_LARGE, "8000 x 5001", TestPictures.png(8000, 5001, 1, 0, new byte[9]));
        }

        @Test
        void commentsInAPngThatUnpackToGigabytesStayPacked() throws Exception {
            byte[] comment = TestPictures.pngChunk("zTXt",
                    TestPictures.join(TestPictures.ascii("a\0\0"), TestPictures.deflated(new byte[7_900_000])));
            byte[][] comments = new byte[400][];
            Arrays.fill(comments, comment);
            byte[] png = TestPictures.png(1, 1, 8, 0, new byte[] {0, 50}, comments);
            assertTrue(PictureFile.checked(png).bytes().length < 100);
            assertArrayEquals(new byte[] {50, 50, 50}, TestPictures.decoded(png).pixels());
        }

        @Test
        void aJpegOfCountlessScansIsRefused() {
            byte[] jpeg = TestPictures.progressiveJpeg(IMAGE);
            int lastScan = lastIndexOf(jpeg, (byte) 0xFF, (byte) 0xDA);
            byte[] scan = Arrays.copyOfRange(jpeg, lastScan, jpeg.length - 2);
            byte[][] scans = new byte[1000][];
            Arrays.fill(scans, scan);
            byte[] end = {(byte) 0xFF, (byte) 0xD9};
            assertRefused(RejectionCode.INVALID_IMAGE, "scans",
                    TestPictures.join(Arrays.copyOf(jpeg, lastScan), TestPictures.join(scans), end));
        }

        private static void assertRefused(RejectionCode code, String named, byte[] bytes) {
            PictureRejectedException refused =
                    assertThrows(PictureRejectedException.class, () -> Picture.decode(bytes));
            assertEquals(code, refused.code(), refused.getMessage());
            assertTrue(refused.getMessage().contains(named), refused.getMessage());
        }

        private static int indexOf(byte[] bytes, byte first, byte second) {
            int at = 0;
            while (bytes[at] != first || bytes[at + 1] != second) {
                at++;
            }
            return at;
        }

        private static int lastIndexOf(byte[] bytes, byte first, byte second) {
            int at = bytes.length - 2;
            while (bytes[at] != first || bytes[at + 1] != second) {
                at--;
            }
            return at;
        }
    }

    @Test
    void anImageInMemoryBecomesAPictureAndFlipsExactly() {
        try (Picture picture = Picture.of(IMAGE); Picture flipped = picture.flipped()) {
            assertEquals(IMAGE, TestPictures.pixels(picture));
            assertEquals(IMAGE.flipped(), TestPictures.pixels(flipped));
        }
    }

    private static double meanDifference(RgbImage a, RgbImage b) {
        double sum = 0;
        for (int i = 0; i < a.pixels().length; i++) {
            sum += Math.abs((a.pixels()[i] & 0xFF) - (b.pixels()[i] & 0xFF));
        }
        return sum / a.pixels().length;
    }
}
