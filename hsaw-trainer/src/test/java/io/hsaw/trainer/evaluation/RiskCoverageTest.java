package io.hsaw.trainer.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RiskCoverageTest {

    @Test
    void theSurestAnswersAreGivenFirst() {
        RiskCoverage curve = RiskCoverage.of(List.of(new Answer(0.3, false), new Answer(0.9, true),
                new Answer(0.6, true), new Answer(0.8, false), new Answer(0.4, false)));

        assertEquals(List.of(new RiskCoverage.Point(0.9, 0.2, 0), new RiskCoverage.Point(0.8, 0.4, 0.5),
                new RiskCoverage.Point(0.6, 0.6, 1 / 3.0), new RiskCoverage.Point(0.4, 0.8, 0.5),
                new RiskCoverage.Point(0.3, 1, 0.6)), curve.points());
        // (0 + 1/2 + 1/3 + 1/2 + 3/5) / 5
        assertEquals((0.5 + 1 / 3.0 + 0.5 + 0.6) / 5, curve.area(), 1e-12);
        // right less wrong: 1, 0, 1, 0, -1; of equal ones the greater coverage
        assertEquals(0.6, curve.uncertainBelow());
    }

    @Test
    void answersOfTheSameConfidenceAreGivenTogether() {
        RiskCoverage curve = RiskCoverage.of(
                List.of(new Answer(0.9, true), new Answer(0.5, false), new Answer(0.5, true), new Answer(0.5, true)));

        assertEquals(List.of(new RiskCoverage.Point(0.9, 0.25, 0), new RiskCoverage.Point(0.5, 1, 0.25)),
                curve.points());
        assertEquals(0.25 * 0 + 0.75 * 0.25, curve.area(), 1e-12);
        assertEquals(0.5, curve.uncertainBelow());
    }

    @Test
    void aModelThatIsNeverRightHasNothingToSay() {
        assertEquals(1, RiskCoverage.of(List.of(new Answer(0.9, false), new Answer(0.8, false))).uncertainBelow());
    }

    @Test
    void manyAnswersMakeAHundredPoints() {
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < 3589; i++) {
            answers.add(new Answer(1 - i / 4000.0, i % 10 != 0));
        }
        RiskCoverage curve = RiskCoverage.of(answers);
        assertEquals(100, curve.points().size());
        assertEquals(1, curve.points().get(99).coverage());
        assertEquals(359 / 3589.0, curve.points().get(99).risk());
    }

    @Test
    void outcomesAreAnswersAtATemperature() {
        RiskCoverage curve = RiskCoverage.of(List.of(Outcomes.of(0.8, true)), 1);
        assertEquals(0.8, curve.uncertainBelow(), 1e-12);
    }
}
