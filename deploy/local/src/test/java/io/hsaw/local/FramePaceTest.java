package io.hsaw.local;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FramePaceTest {

    @Test
    void aFixedRateTakesNoNoticeOfTheVideosTime() {
        assertEquals(List.of(0L, 500L, 1000L), due(FramePace.fixed(2), 0L, 7L, null));
    }

    @Test
    void aVideoKeepsItsOwnTime() {
        assertEquals(List.of(0L, 40L, 120L), due(FramePace.natural(), 0L, 40L, 120L));
    }

    @Test
    void aStillStandsForASecond() {
        assertEquals(List.of(0L, 1000L, 2000L), due(FramePace.natural(), null, null, null));
    }

    @Test
    void aVideoThatBeginsAgainFollowsTheLastFrameAtItsInterval() {
        assertEquals(List.of(0L, 50L, 100L, 150L, 200L), due(FramePace.natural(), 0L, 50L, 100L, 0L, 50L).subList(0, 5));
    }

    @Test
    void aVideoAfterAStillBeginsWhenTheStillHasStood() {
        assertEquals(List.of(0L, 1000L, 1033L, 1066L), due(FramePace.natural(), null, 0L, 33L, null));
    }

    private static List<Long> due(FramePace pace, Long... positions) {
        return Arrays.stream(positions).map(p -> p == null ? null : Duration.ofMillis(p))
                .map(pace::due).map(Duration::toMillis).toList();
    }
}
