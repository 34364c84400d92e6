package io.hsaw.trainer.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hsaw.contracts.Expression;
import io.hsaw.network.Prediction;
import io.hsaw.network.Temperatures;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EvaluationFiguresTest {

    private static final Temperatures ONE = new Temperatures(1, 1, 1);
    private static final double[] NONE = new double[7];

    /** A prediction that is P_all alone, with one logit that stands out. */
    private static Outcome outcome(Expression label, Expression predicted, double logit, boolean found) {
        double[] all = new double[7];
        all[predicted.ordinal()] = logit;
        return new Outcome(label, new Prediction(all, NONE, NONE, 0.5, 0.5), found);
    }

    /**
     * Eight samples with logits from a formula. The figures come from a separate program in Python:
     * <pre>
     * def logits(i, j): return ((i * 7 + j * 3) % 11) / 3.0 - 1
     * all = [logits(i, j)], left = [logits(i + 1, 2 * j)], right = [logits(2 * i, j + 1)], all[label] += 4 for even i
     * w_left = 0.25 + i / 16, w_right = 0.75 - i / 16, temperature 1.7
     * </pre>
     */
    private static List<Outcome> eight() {
        int[] labels = {0, 1, 3, 3, 6, 0, 3, 5};
        List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < labels.length; i++) {
            double[] all = new double[7];
            double[] left = new double[7];
            double[] right = new double[7];
            for (int j = 0; j < 7; j++) {
                all[j] = logit(i, j);
                left[j] = logit(i + 1, 2 * j);
                right[j] = logit(2 * i, j + 1);
            }
            if (i % 2 == 0) {
                all[labels[i]] += 4;
            }
            outcomes.add(new Outcome(Expression.values()[labels[i]],
                    new Prediction(all, left, right, 0.25 + i / 16.0, 0.75 - i / 16.0), i < 6));
        }
        return outcomes;
    }

    private static double logit(int i, int j) {
        return (i * 7 + j * 3) % 11 / 3.0 - 1;
    }

    @Test
    void figuresAgreeWithASeparateProgram() {
        EvaluationFigures figures = EvaluationFigures.of(eight(), new Temperatures(1.7, 1, 1));
        assertEquals(8, figures.samples());
        assertEquals(0.625, figures.accuracy(), 1e-12);
        assertEquals(0.6, figures.meanClassAccuracy(), 1e-12);
        assertEquals(0.4707274312734105, figures.calibrationError(), 1e-12);
        assertEquals(new EvaluationFigures.PartAccuracy(0.75, 0.375, 0.125, 0.125), figures.partAccuracy());
        assertEquals(6, figures.facesFound());
        assertEquals(List.of(List.of(0, 0, 1, 0, 0, 0, 1), List.of(0, 1, 0, 0, 0, 0, 0), List.of(0, 0, 0, 0, 0, 0, 0),
                List.of(0, 0, 0, 3, 0, 0, 0), List.of(0, 0, 0, 0, 0, 0, 0), List.of(0, 0, 0, 0, 0, 1, 0),
                List.of(0, 0, 0, 0, 0, 1, 0)), figures.confusion());
        assertEquals(figures.confusion(), figures.forCard().confusion());
    }

    @Test
    void recallIsByTrueClassAndAbsentClassesHaveNone() {
        EvaluationFigures figures = EvaluationFigures.of(List.of(
                outcome(Expression.ANGER, Expression.ANGER, 5, true),
                outcome(Expression.ANGER, Expression.FEAR, 5, true),
                outcome(Expression.FEAR, Expression.FEAR, 5, false)), ONE);
        assertEquals(0.5, figures.recall().get("anger"));
        assertEquals(1.0, figures.recall().get("fear"));
        assertNull(figures.recall().get("neutral"));
        assertEquals(0.75, figures.meanClassAccuracy());
        assertEquals(2 / 3.0, figures.accuracy());
        assertEquals(1, figures.confusion().get(Expression.ANGER.ordinal()).get(Expression.FEAR.ordinal()));
        assertEquals(2, figures.facesFound());
    }

    @Test
    void calibrationErrorIsTheGapBetweenConfidenceAndAccuracy() {
        // p = e^z / (e^z + 6) = 0.75 for z = ln 18; three of four right: no gap
        double z = Math.log(18);
        Outcome right = outcome(Expression.ANGER, Expression.ANGER, z, true);
        Outcome wrong = outcome(Expression.ANGER, Expression.FEAR, z, true);
        List<Outcome> calibrated = List.of(right, right, right, wrong);
        assertEquals(0, EvaluationFigures.of(calibrated, ONE).calibrationError(), 1e-12);
        // at half the temperature p = 324 / 330, 0.2318 more than right
        assertEquals(324 / 330.0 - 0.75,
                EvaluationFigures.of(calibrated, new Temperatures(0.5, 1, 1)).calibrationError(), 1e-12);
    }

    @Test
    void certaintyAndEvenLogitsFallIntoABin() {
        EvaluationFigures certain = EvaluationFigures.of(List.of(
                outcome(Expression.FEAR, Expression.FEAR, 1000, true)), ONE);
        assertEquals(0, certain.calibrationError(), 1e-12);
        EvaluationFigures even = EvaluationFigures.of(List.of(outcome(Expression.FEAR, Expression.FEAR, 0, true)), ONE);
        assertEquals(1 / 7.0, even.calibrationError(), 1e-12);
    }

    @Test
    void theLineOfJsonHasTheNamesThatScriptsRelyOn() throws Exception {
        String json = EvaluationFigures.of(eight(), ONE).toJson();
        assertEquals(1, json.lines().count());
        JsonNode node = new ObjectMapper().readTree(json);
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        assertTrue(names.containsAll(Set.of("samples", "accuracy", "meanClassAccuracy", "recall", "confusion",
                "calibrationError", "facesFound")), json);
        List<String> classes = new ArrayList<>();
        node.get("recall").fieldNames().forEachRemaining(classes::add);
        assertEquals(List.of("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral"), classes);
        assertEquals(3, node.get("confusion").get(3).get(3).asInt());
        assertTrue(node.get("recall").get("fear").isNull());
    }

    @Test
    void noSamplesGiveNoFigures() {
        assertThrows(IllegalArgumentException.class, () -> EvaluationFigures.of(List.of(), ONE));
    }
}
