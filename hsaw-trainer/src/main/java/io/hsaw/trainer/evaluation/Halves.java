package io.hsaw.trainer.evaluation;

import io.hsaw.contracts.Expression;
import io.hsaw.network.HalfFaceFigures;
import io.hsaw.network.HalfFaceFigures.Agreement;
import io.hsaw.network.HalfFaceFigures.Share;
import io.hsaw.network.HalfFaceFigures.Weights;
import io.hsaw.network.Prediction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Works out what the halves of faces say. */
public final class Halves {

    private static final Map<String, Function<Prediction, double[]>> PARTS = parts();

    private Halves() {
    }

    private static Map<String, Function<Prediction, double[]>> parts() {
        Map<String, Function<Prediction, double[]>> parts = new LinkedHashMap<>();
        parts.put("left", Prediction::left);
        parts.put("right", Prediction::right);
        parts.put("whole", Prediction::all);
        parts.put("auxiliary", Prediction::aux);
        parts.put("fused", Prediction::fused);
        return parts;
    }

    /**
     * The figures of some samples.
     *
     * @param data            which samples, in words
     * @param outcomes        at least one
     * @param spoiled         has read some faces
     * @param outcomesSpoiled the outcomes of those faces as they are
     */
    public static HalfFaceFigures of(String data, List<Outcome> outcomes, SpoiledHalves spoiled,
            List<Outcome> outcomesSpoiled) {
        Map<String, Share> accuracy = new LinkedHashMap<>();
        PARTS.forEach((name, part) -> accuracy.put(name, accuracy(outcomes, part)));
        Map<String, Weights> weights = new LinkedHashMap<>();
        for (Expression expression : Expression.values()) {
            List<Prediction> of = outcomes.stream().filter(outcome -> outcome.label() == expression)
                    .map(Outcome::prediction).toList();
            if (!of.isEmpty()) {
                weights.put(expression.label(), new Weights(of.size(), mean(of, Half.LEFT), mean(of, Half.RIGHT)));
            }
        }
        List<Outcome> agree = outcomes.stream().filter(Halves::agree).toList();
        List<Outcome> differ = outcomes.stream().filter(outcome -> !agree(outcome)).toList();
        return new HalfFaceFigures(data, accuracy, weights, new Agreement(Share.of(agree.size(), outcomes.size()),
                accuracy(agree, Prediction::fused), accuracy(differ, Prediction::fused)),
                spoiled.changes(outcomesSpoiled));
    }

    private static Share accuracy(List<Outcome> outcomes, Function<Prediction, double[]> part) {
        return Share.of(EvaluationFigures.right(outcomes, part), outcomes.size());
    }

    private static double mean(List<Prediction> predictions, Half half) {
        return predictions.stream().mapToDouble(half::weight).average().orElseThrow();
    }

    private static boolean agree(Outcome outcome) {
        Prediction prediction = outcome.prediction();
        return Prediction.named(prediction.left()) == Prediction.named(prediction.right());
    }
}
