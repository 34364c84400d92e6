package io.hsaw.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hsaw.messaging.HopStatus.Phase;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HopStatusTest {

    @ParameterizedTest
    @CsvSource({
        "STOPPED, true,  false",
        "WAITING, true,  false",
        "JOINING, true,  false",
        "READING, true,  true",
        "FAILED,  false, false"})
    void onlyAHopThatFailedNeedsARestartAndOnlyOneThatReadsIsReady(Phase phase, boolean alive, boolean ready) {
        HopStatus status = new HopStatus(phase, "", Set.of(), 0);
        assertEquals(alive, status.alive());
        assertEquals(ready, status.ready());
    }
}
