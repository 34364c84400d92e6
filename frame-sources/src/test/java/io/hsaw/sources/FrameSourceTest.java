package io.hsaw.sources;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.contracts.FrameLimits;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrameSourceTest {

    private static final byte[] NO_PICTURE = {1, 2, 3};

    @TempDir
    Path folder;

    @Test
    void aPictureIsPassedOnUnread() throws Exception {
        Path file = Files.write(folder.resolve("a.PNG"), NO_PICTURE);
        SourceFrame frame = only(file);
        assertEquals("a.PNG", frame.name());
        assertEquals("image/png", frame.contentType());
        assertArrayEquals(NO_PICTURE, frame.bytes());
        assertNull(frame.position());
    }

    @Test
    void aPictureWithoutAPicturesNameIsKnownByItsContent() throws Exception {
        byte[] jpeg;
        try (PanZoomSource camera = PanZoomSource.demo(64, 48, 1)) {
            jpeg = camera.next().bytes();
        }
        assertArrayEquals(jpeg, only(Files.write(folder.resolve("upload"), jpeg)).bytes());
    }

    @Test
    void ofAHugePictureOnlySoMuchIsReadThatItIsTooLarge() throws Exception {
        Path file = Files.write(folder.resolve("huge.jpg"), new byte[FrameLimits.MAX_FRAME_BYTES + 100_000]);
        assertEquals(FrameLimits.MAX_FRAME_BYTES + 1, only(file).bytes().length);
    }

    @Test
    void aFolderIsReadInTheOrderOfItsNamesWithSubfolders() throws Exception {
        for (String name : List.of("c.jpg", "a.webp", "b/z.png", "b/y.png", "notes.txt", ".hidden.jpg")) {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.write(file, NO_PICTURE);
        }
        TestClip.record(folder.resolve("d.mp4"), 3);
        List<String> names = frames(folder).stream().map(SourceFrame::name).toList();
        assertEquals(List.of("a.webp", Path.of("b", "y.png").toString(), Path.of("b", "z.png").toString(), "c.jpg",
                "d.mp4", "d.mp4", "d.mp4"), names);
    }

    @Test
    void everyFrameOfAVideoComesWithItsTime() throws Exception {
        List<SourceFrame> frames = frames(TestClip.record(folder.resolve("clip.mp4"), 25));
        assertEquals(25, frames.size());
        for (int i = 0; i < frames.size(); i++) {
            assertEquals("image/jpeg", frames.get(i).contentType());
            assertEquals(Duration.ofMillis(i * 100L), frames.get(i).position());
        }
    }

    @Test
    void aFrameOfAVideoLooksAsRecorded() throws Exception {
        SourceFrame first = frames(TestClip.record(folder.resolve("clip.mp4"), 2)).get(0);
        try (PanZoomSource camera = PanZoomSource.demo(TestClip.WIDTH, TestClip.HEIGHT, TestClip.FRAMES_PER_SECOND)) {
            assertTrue(meanDifference(bgr(camera.next().bytes()), bgr(first.bytes())) < 8);
        }
    }

    @Test
    void aVideoIsTurnedAsItsDisplayRotationSays() throws Exception {
        Path clip = TestClip.record(folder.resolve("clip.mp4"), 1);
        byte[] stored = bgr(only(clip).bytes());
        TestClip.turnClockwise(clip);
        SourceFrame shown = only(clip);
        try (Mat picture = TestClip.decode(shown.bytes())) {
            assertEquals(TestClip.HEIGHT, picture.cols());
            assertEquals(TestClip.WIDTH, picture.rows());
        }
        assertTrue(meanDifference(clockwise(stored, TestClip.WIDTH, TestClip.HEIGHT), bgr(shown.bytes())) < 3);
    }

    @Test
    void aVideoCutShortIsNamed() throws Exception {
        Path clip = TestClip.record(folder.resolve("clip.mp4"), 20);
        byte[] bytes = Files.readAllBytes(clip);
        Files.write(clip, Arrays.copyOf(bytes, bytes.length / 2));
        assertNamed(clip, "convert it", clip);
    }

    @Test
    void aMissingPathIsNamed() {
        assertNamed(folder.resolve("no-such-thing"), "does not exist", folder.resolve("no-such-thing"));
    }

    @Test
    void aFolderWithoutFramesIsNamed() throws Exception {
        Files.write(folder.resolve("notes.txt"), NO_PICTURE);
        assertNamed(folder, "holds no picture", folder);
    }

    @Test
    void aFileThatIsNeitherPictureNorVideoIsNamed() throws Exception {
        assertNamed(Files.write(folder.resolve("notes.txt"), text("just some text\n")), "convert it", folder);
        assertNamed(Files.write(folder.resolve("empty"), new byte[0]), "convert it", folder);
        assertNamed(Files.write(folder.resolve("noise.mp4"), new byte[5000]), "convert it", folder);
    }

    @Test
    void aPlaylistIsNoVideoSoThatNothingElseIsOpened() throws Exception {
        Path clip = TestClip.record(folder.resolve("clip.mp4"), 2);
        byte[] hls = text("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n" + clip + "\n#EXT-X-ENDLIST\n");
        assertNamed(Files.write(folder.resolve("list.m3u8"), hls), "convert it", folder);
        byte[] concat = text("ffconcat version 1.0\nfile " + clip + "\n");
        assertNamed(Files.write(folder.resolve("list.mp4"), concat), "convert it", folder);
    }

    @Test
    void aBrokenVideoInAFolderDoesNotEndTheFolder() throws Exception {
        Files.write(folder.resolve("a.mp4"), NO_PICTURE);
        Files.write(folder.resolve("b.jpg"), NO_PICTURE);
        try (FrameSource source = FrameSource.open(folder)) {
            assertTrue(source.hasNext());
            UncheckedIOException failed = assertThrows(UncheckedIOException.class, source::next);
            assertTrue(failed.getCause().getMessage().contains("a.mp4"), failed.getCause().getMessage());
            assertEquals("b.jpg", source.next().name());
            assertFalse(source.hasNext());
            assertThrows(NoSuchElementException.class, source::next);
        }
    }

    @Test
    void openingAndClosingVideosHoldsNoMemory() throws Exception {
        Path clip = TestClip.record(folder.resolve("clip.mp4"), 5);
        long before = 0;
        for (int i = 0; i < 60; i++) {
            frames(clip);
            before = i == 20 ? Pointer.totalBytes() : before;
        }
        assertTrue(Pointer.totalBytes() <= before, Pointer.totalBytes() + " bytes after " + before);
    }

    private static SourceFrame only(Path path) throws SourceException {
        List<SourceFrame> frames = frames(path);
        assertEquals(1, frames.size());
        return frames.get(0);
    }

    private static List<SourceFrame> frames(Path path) throws SourceException {
        List<SourceFrame> frames = new ArrayList<>();
        try (FrameSource source = FrameSource.open(path)) {
            source.forEachRemaining(frames::add);
        }
        return frames;
    }

    private static void assertNamed(Path opened, String remedy, Path named) {
        SourceException refused = assertThrows(SourceException.class, () -> FrameSource.open(opened));
        assertTrue(refused.getMessage().contains(named.toString()), refused.getMessage());
        assertTrue(refused.getMessage().contains(remedy), refused.getMessage());
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bgr(byte[] encoded) {
        try (Mat picture = TestClip.decode(encoded)) {
            byte[] bgr = new byte[picture.rows() * picture.cols() * 3];
            picture.data().get(bgr);
            return bgr;
        }
    }

    private static byte[] clockwise(byte[] bgr, int width, int height) {
        byte[] turned = new byte[bgr.length];
        for (int i = 0; i < width * height; i++) {
            int x = height - 1 - i / width;
            int y = i % width;
            System.arraycopy(bgr, i * 3, turned, (y * height + x) * 3, 3);
        }
        return turned;
    }

    private static double meanDifference(byte[] a, byte[] b) {
        assertEquals(a.length, b.length);
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.abs((a[i] & 0xFF) - (b[i] & 0xFF));
        }
        return sum / a.length;
    }
}
