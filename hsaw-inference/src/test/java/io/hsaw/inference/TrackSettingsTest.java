package io.hsaw.inference;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TrackSettingsTest {

    @Test
    void valuesOutOfRangeAreRefusedByName() {
        Duration second = Duration.ofSeconds(1);
        refused("overlap", 0, second, second, second);
        refused("overlap", 1.1, second, second, second);
        refused("overlap", Double.NaN, second, second, second);
        refused("gap", 0.3, second.negated(), second, second);
        refused("gap", 0.3, Duration.ofDays(366), second, second);
        refused("time constant", 0.3, second, null, second);
        refused("dwell", 0.3, second, second, second.negated());
    }

    private static void refused(String name, double overlap, Duration gap, Duration timeConstant, Duration dwell) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                () -> new TrackSettings(overlap, gap, timeConstant, dwell));
        assertTrue(e.getMessage().contains(name), e.getMessage());
    }
}
