package io.hsaw.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class IntervalTest {

    @Test
    void aShareHasWilsonsInterval() {
        // (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n) with p = 0.7, n = 10, z² = 3.841459:
        // (0.7 + 0.192073 ± 1.959964 × √(0.021 + 0.009604)) / 1.384146 = (0.892073 ± 0.342876) / 1.384146
        Interval interval = Interval.wilson(7, 10);
        assertEquals(0.396781, interval.low(), 1e-5);
        assertEquals(0.892208, interval.high(), 1e-5);
    }

    @Test
    void nothingAndEverythingKeepAnIntervalOfSomeWidthWithinZeroAndOne() {
        // 0 of 10: from 0 to z² / (n + z²) = 3.841459 / 13.841459
        assertEquals(0, Interval.wilson(0, 10).low());
        assertEquals(3.841458820694124 / 13.841458820694124, Interval.wilson(0, 10).high(), 1e-12);
        assertEquals(10 / 13.841458820694124, Interval.wilson(10, 10).low(), 1e-12);
        assertEquals(1, Interval.wilson(10, 10).high());
        assertEquals(new Interval(0, 1), Interval.wilson(0, 0));
    }

    @Test
    void aMeansIntervalIsTheSameEachTimeAndAsWideAsItsStandardErrorSays() {
        double[] values = new double[400];
        Arrays.fill(values, 0, 100, 1);
        Interval interval = Interval.ofMean(values);
        assertEquals(interval, Interval.ofMean(values));
        // standard error √(0.25 × 0.75 / 400) = 0.02165; 1.96 of them either side
        assertEquals(0.25 - 0.0424, interval.low(), 0.005);
        assertEquals(0.25 + 0.0424, interval.high(), 0.005);
    }

    @Test
    void equalValuesLeaveNoDoubt() {
        assertEquals(new Interval(0.5, 0.5), Interval.ofMean(0.5, 0.5, 0.5));
    }

    @Test
    void impossibleCountsAndEndsAreNamed() {
        assertThrows(IllegalArgumentException.class, () -> Interval.wilson(3, 2));
        assertThrows(IllegalArgumentException.class, () -> Interval.wilson(-1, 2));
        assertThrows(IllegalArgumentException.class, Interval::ofMean);
        assertTrue(assertThrows(IllegalArgumentException.class, () -> new Interval(0.2, 0.1)).getMessage()
                .contains("0.2"));
        assertThrows(IllegalArgumentException.class, () -> new Interval(Double.NaN, 0.1));
    }
}
