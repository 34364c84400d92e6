package io.hsaw.sources;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;

class PanZoomSourceTest {

    private static final int RATE = 5;

    @Test
    void framesAreJpegsOfTheWantedSize() {
        try (PanZoomSource camera = PanZoomSource.demo(640, 480, RATE);
                Mat frame = TestClip.decode(camera.next().bytes())) {
            assertEquals(640, frame.cols());
            assertEquals(480, frame.rows());
        }
    }

    @Test
    void aFrameDependsOnItsNumberAlone() {
        try (PanZoomSource one = PanZoomSource.demo(160, 120, RATE);
                PanZoomSource two = PanZoomSource.demo(160, 120, RATE)) {
            one.next();
            one.next();
            assertArrayEquals(one.next().bytes(), two.frame(2).bytes());
            assertFalse(Arrays.equals(one.frame(2).bytes(), one.frame(3).bytes()), "the view moves");
        }
    }

    @Test
    void theStillsComeAgainAndAgain() {
        try (PanZoomSource camera = PanZoomSource.demo(160, 120, RATE)) {
            Set<String> names = new HashSet<>();
            int round = 2 * 8 * RATE;
            for (int i = 0; i < round; i++) {
                names.add(camera.next().name());
            }
            assertEquals(Set.of("astronaut", "grace-hopper"), names);
            assertTrue(camera.hasNext());
            SourceFrame again = camera.next();
            assertEquals("astronaut", again.name());
            assertArrayEquals(camera.frame(0).bytes(), again.bytes());
            assertEquals(Duration.ofSeconds(16), again.position());
        }
    }

    @Test
    void aStillThatIsNoPictureIsNamed() {
        List<PanZoomSource.Still> stills = List.of(new PanZoomSource.Still("door", new byte[] {1, 2}, 0.5, 0.5));
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> new PanZoomSource(stills, 64, 48, RATE));
        assertTrue(refused.getMessage().contains("door"));
    }
}
