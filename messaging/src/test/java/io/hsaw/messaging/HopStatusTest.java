package io.hsaw.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hsaw.messaging.HopStatus.Phase;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HopStatusTest {

    @ParameterizedTest
    @CsvSource({
        "STOPPED,  0, true,  false",
        "WAITING,  0, true,  false",
        "WAITING, 90, true,  false",
        "READING, 59, true,  true",
        "READING, 60, false, false",
        "FAILED,   0, false, false"})
    void onlyAConnectedHopWithoutProgressOrAFailedOneIsNotAlive(Phase phase, int seconds, boolean alive,
            boolean ready) {
        HopStatus status = new HopStatus(phase, Duration.ofSeconds(seconds), "");
        assertEquals(alive, status.alive());
        assertEquals(ready, status.ready());
    }
}
