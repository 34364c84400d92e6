package io.hsaw.trainer.evaluation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hsaw.contracts.Expression;
import io.hsaw.network.Interval;
import io.hsaw.network.ModelCard;
import io.hsaw.network.Prediction;
import io.hsaw.network.Temperatures;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * How well a model reads labelled samples. Shares lie in [0, 1].
 *
 * @param samples           all of them, whether a face was found or not
 * @param accuracy          share of samples whose fused prediction is the label. Multi-class: the paper's equation (1)
 *                          is one class against the rest, which comes out higher
 * @param meanClassAccuracy mean recall of the classes that occur
 * @param recall            by expression; null for one that does not occur
 * @param confusion         counts; rows true, columns predicted, in the order of {@link Expression}
 * @param calibrationError  expected calibration error of the fused probabilities, see {@link Reliability}
 * @param facesFound        number of samples in which a face was found
 * @param partAccuracy      accuracy of each prediction by itself
 * @param accuracyInterval  of the accuracy
 */
public record EvaluationFigures(int samples, double accuracy, double meanClassAccuracy, Map<String, Double> recall,
        List<List<Integer>> confusion, double calibrationError, int facesFound, PartAccuracy partAccuracy,
        Interval accuracyInterval) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Accuracy of the single predictions.
     *
     * @param whole     of P_all
     * @param auxiliary of P_aux, equation (5)
     * @param left      of P_left
     * @param right     of P_right
     */
    public record PartAccuracy(double whole, double auxiliary, double left, double right) {
    }

    /**
     * The figures of some outcomes.
     *
     * @param outcomes     at least one
     * @param temperatures of the model; only the calibration error depends on them
     */
    public static EvaluationFigures of(List<Outcome> outcomes, Temperatures temperatures) {
        if (outcomes.isEmpty()) {
            throw new IllegalArgumentException("figures need at least one sample");
        }
        int[][] confusion = new int[Expression.COUNT][Expression.COUNT];
        for (Outcome outcome : outcomes) {
            confusion[outcome.label().ordinal()][Prediction.named(outcome.prediction().fused()).ordinal()]++;
        }
        Map<String, Double> recall = recall(confusion);
        return new EvaluationFigures(outcomes.size(),
                accuracy(outcomes, Prediction::fused),
                recall.values().stream().filter(r -> r != null).mapToDouble(r -> r).average().orElseThrow(),
                recall,
                Arrays.stream(confusion).map(row -> Arrays.stream(row).boxed().toList()).toList(),
                Reliability.of(outcomes, temperatures.fused()).calibrationError(),
                (int) outcomes.stream().filter(Outcome::faceFound).count(),
                new PartAccuracy(accuracy(outcomes, Prediction::all), accuracy(outcomes, Prediction::aux),
                        accuracy(outcomes, Prediction::left), accuracy(outcomes, Prediction::right)),
                Interval.wilson(right(outcomes, Prediction::fused), outcomes.size()));
    }

    /** The figures as a model card has them. */
    public ModelCard.Figures forCard() {
        return new ModelCard.Figures(samples, accuracy, meanClassAccuracy, recall, confusion, calibrationError);
    }

    /** The figures as one line of JSON. */
    public String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write figures", e);
        }
    }

    private static Map<String, Double> recall(int[][] confusion) {
        Map<String, Double> recall = new LinkedHashMap<>();
        for (Expression expression : Expression.values()) {
            int[] row = confusion[expression.ordinal()];
            int all = 0;
            for (int count : row) {
                all += count;
            }
            recall.put(expression.label(), all == 0 ? null : (double) row[expression.ordinal()] / all);
        }
        return Collections.unmodifiableMap(recall);
    }

    private static double accuracy(List<Outcome> outcomes, Function<Prediction, double[]> part) {
        return (double) right(outcomes, part) / outcomes.size();
    }

    /** How many of the samples a part of the prediction reads as labelled. */
    static int right(List<Outcome> outcomes, Function<Prediction, double[]> part) {
        return (int) outcomes.stream()
                .filter(outcome -> Prediction.named(part.apply(outcome.prediction())) == outcome.label())
                .count();
    }
}
