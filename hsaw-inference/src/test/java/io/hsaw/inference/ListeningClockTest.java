package io.hsaw.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ListeningClockTest {

    private static final long SECOND = 1_000_000_000L;

    private long time = Long.MAX_VALUE - SECOND; // nanoTime may overflow
    private final ListeningClock clock = new ListeningClock(() -> time);

    private void tickAfter(long nanos) {
        time += nanos;
        clock.tick();
    }

    @Test
    void timeBetweenTicksPasses() {
        for (int i = 0; i < 50; i++) {
            tickAfter(SECOND / 5);
        }

        assertEquals(10 * SECOND, clock.now());
    }

    @Test
    void ofALongTimeWithoutATickOneSecondPasses() {
        tickAfter(SECOND / 2);
        tickAfter(40 * SECOND);
        tickAfter(SECOND / 4);

        assertEquals(SECOND / 2 + SECOND + SECOND / 4, clock.now());
    }

    @Test
    void itStandsStillUntilItTicks() {
        time += 5 * SECOND;

        assertEquals(0, clock.now());
    }
}
