package io.hsaw.trainer.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.hsaw.network.Interval;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReliabilityTest {

    @Test
    void answersAreCountedInTheBinOfTheirConfidence() {
        // bins of 1/15: 0.42 and 0.45 lie in (6/15, 7/15], 0.95 in the last one
        Reliability reliability = Reliability.of(List.of(Outcomes.of(0.42, true), Outcomes.of(0.45, false),
                Outcomes.of(0.95, true), Outcomes.of(0.95, true), Outcomes.of(0.95, false)), 1);

        assertEquals(Reliability.BINS, reliability.bins().size());
        Reliability.Bin low = reliability.bins().get(6);
        assertEquals(2, low.samples());
        assertEquals(0.435, low.confidence(), 1e-12);
        assertEquals(0.5, low.accuracy());
        assertEquals(Interval.wilson(1, 2), low.interval());
        assertEquals(0.4, low.low(), 1e-12);
        Reliability.Bin high = reliability.bins().get(14);
        assertEquals(3, high.samples());
        assertEquals(2 / 3.0, high.accuracy(), 1e-12);
        assertEquals(1, high.high());
        // 2/5 × |0.5 − 0.435| + 3/5 × |2/3 − 0.95| = 0.026 + 0.17
        assertEquals(0.196, reliability.calibrationError(), 1e-12);
    }

    @Test
    void binsWithoutAnswersHaveNoFigures() {
        Reliability.Bin empty = Reliability.of(List.of(Outcomes.of(0.95, true)), 1).bins().get(3);
        assertEquals(0, empty.samples());
        assertNull(empty.confidence());
        assertNull(empty.accuracy());
        assertNull(empty.interval());
    }

    @Test
    void aHigherTemperatureLowersConfidence() {
        // √e^z: p = 0.9 is z = ln 54, halved ln 7.348: p = 7.348 / 13.348 = 0.5505
        Reliability reliability = Reliability.of(List.of(Outcomes.of(0.9, true)), 2);
        assertEquals(1 - 0.5505, reliability.calibrationError(), 1e-4);
    }
}
