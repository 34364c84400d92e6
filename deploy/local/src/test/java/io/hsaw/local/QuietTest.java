package io.hsaw.local;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class QuietTest {

    private final Quiet quiet = new Quiet(Duration.ofNanos(100), 0);

    @Test
    void aSystemThatAnswersNothingIsFound() {
        assertFalse(quiet.tooLong(0, 10, 99));
        assertTrue(quiet.tooLong(0, 1_000, 100));
    }

    @Test
    void aReplyLetsTheTimeBeginAnew() {
        assertFalse(quiet.tooLong(1, 10, 90));
        assertFalse(quiet.tooLong(1, 10, 189));
        assertTrue(quiet.tooLong(1, 10, 190));
    }

    @Test
    void whereNoFrameWaitsNoneIsMissed() {
        assertFalse(quiet.tooLong(0, 0, 500));
        assertFalse(quiet.tooLong(0, 10, 599));
    }
}
