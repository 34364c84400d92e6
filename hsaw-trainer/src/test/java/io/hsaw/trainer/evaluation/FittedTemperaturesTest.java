package io.hsaw.trainer.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class FittedTemperaturesTest {

    /** Sixteen answers with a confidence of 0.9, of which so many are right. */
    private static List<Outcome> sure(int right) {
        List<Outcome> outcomes = new ArrayList<>(Collections.nCopies(right, Outcomes.of(0.9, true)));
        outcomes.addAll(Collections.nCopies(16 - right, Outcomes.of(0.9, false)));
        return outcomes;
    }

    @Test
    void confidenceBecomesTheShareOfRightAnswers() {
        FittedTemperatures fitted = FittedTemperatures.of(sure(12));

        // p = 0.75 needs a logit of ln 18 instead of ln 54
        assertEquals(Math.log(54) / Math.log(18), fitted.temperatures().fused(), 1e-6);
        assertEquals(0, fitted.calibrationError(), 1e-6);
        assertEquals(0.75, fitted.uncertainBelow(), 1e-6);
    }

    @Test
    void whatIsFittedToOneHalfIsMeasuredOnTheOther() {
        // of the even ones all but one are right, of the odd ones five of eight
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            outcomes.add(Outcomes.of(0.9, i < 7));
            outcomes.add(Outcomes.of(0.9, i < 5));
        }
        FittedTemperatures fitted = FittedTemperatures.of(outcomes);

        assertEquals(0, fitted.calibrationError(), 1e-6);
        // even ones get 5/8 and are right in 7/8, odd ones the reverse: both off by 1/4
        assertEquals(0.25, fitted.crossFittedCalibrationError(), 1e-6);
    }

    @Test
    void aSingleSampleCannotBeMeasuredOnOthers() {
        FittedTemperatures fitted = FittedTemperatures.of(List.of(Outcomes.of(0.9, true)));
        assertNull(fitted.crossFittedCalibrationError());
        assertTrue(fitted.calibrationError() < 0.01);
    }
}
