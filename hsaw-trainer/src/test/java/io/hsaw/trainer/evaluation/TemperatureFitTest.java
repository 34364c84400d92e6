package io.hsaw.trainer.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hsaw.contracts.Expression;
import io.hsaw.network.Prediction;
import io.hsaw.network.Temperatures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class TemperatureFitTest {

    private static final List<double[]> LOGITS = List.of(
            new double[] {2, 0, 0, 0, 0, 0, 0}, new double[] {0, 1, 0, 0, 0, 3, 0}, new double[] {1, 1, 4, 0, 0, 0, -2},
            new double[] {0, 0, 0, 5, 0, 0, 0}, new double[] {0, 0, 1, 2, 0, 0, 0}, new double[] {3, 0, 0, 0, 0, 2, 0});
    private static final List<Expression> LABELS = List.of(Expression.ANGER, Expression.SURPRISE, Expression.FEAR,
            Expression.HAPPINESS, Expression.FEAR, Expression.SURPRISE);

    private static List<double[]> times(double factor, List<double[]> logits) {
        return logits.stream().map(z -> Arrays.stream(z).map(v -> factor * v).toArray()).toList();
    }

    @Test
    void theOptimumAgreesWithASeparateProgram() {
        // ternary search over the negative log-likelihood, in Python
        assertEquals(0.7290198341637933, TemperatureFit.fit(LOGITS, LABELS), 1e-7);
    }

    @Test
    void logitsTimesAFactorNeedATemperatureTimesThatFactor() {
        assertEquals(3 * TemperatureFit.fit(LOGITS, LABELS), TemperatureFit.fit(times(3, LOGITS), LABELS), 1e-9);
    }

    @Test
    void theOptimumGivesTheConfidenceThatIsRight() {
        // logit z against six of 0, right three times in four: e^(z/T) / (e^(z/T) + 6) = 0.75, so z/T = ln 18
        List<double[]> logits = Collections.nCopies(4, new double[] {2, 0, 0, 0, 0, 0, 0});
        List<Expression> labels = List.of(Expression.ANGER, Expression.ANGER, Expression.ANGER, Expression.FEAR);
        assertEquals(2 / Math.log(18), TemperatureFit.fit(logits, labels), 1e-9);
    }

    @Test
    void whatIsAlwaysRightOrAlwaysWrongGetsAnEndOfTheRange() {
        List<double[]> logits = List.of(new double[] {5, 0, 0, 0, 0, 0, 0});
        assertEquals(TemperatureFit.LEAST, TemperatureFit.fit(logits, List.of(Expression.ANGER)), 1e-9);
        assertEquals(TemperatureFit.GREATEST, TemperatureFit.fit(logits, List.of(Expression.FEAR)), 1e-9);
    }

    @Test
    void eachOutputGetsItsOwnAndTheHalvesShareOne() {
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < LOGITS.size(); i++) {
            double[] all = LOGITS.get(i);
            double[] half = times(2, List.of(all)).get(0);
            // P = P_all + 0.25 × 2 P_all + 0.25 × 2 P_all = 2 P_all
            outcomes.add(new Outcome(LABELS.get(i), new Prediction(all, half, half, 0.25, 0.25), true));
        }
        Temperatures fitted = TemperatureFit.fit(outcomes);
        double one = TemperatureFit.fit(LOGITS, LABELS);
        assertEquals(2 * one, fitted.fused(), 1e-9);
        assertEquals(one, fitted.whole(), 1e-9);
        assertEquals(2 * one, fitted.halves(), 1e-9);
    }

    @Test
    void labelsMustBeAsManyAsLogits() {
        assertThrows(IllegalArgumentException.class, () -> TemperatureFit.fit(LOGITS, List.of(Expression.FEAR)));
        assertThrows(IllegalArgumentException.class, () -> TemperatureFit.fit(List.of(), List.of()));
    }
}
