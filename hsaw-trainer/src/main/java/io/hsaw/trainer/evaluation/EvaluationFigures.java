package io.hsaw.trainer.evaluation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hsaw.contracts.Expression;
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
 * @param calibrationError  expected calibration error of the fused probabilities in {@value #BINS} bins of equal width
 * @param facesFound        number of samples in which a face was found
 * @param partAccuracy      accuracy of each prediction by itself
 */
public record EvaluationFigures(int samples, double accuracy, double meanClassAccuracy, Map<String, Double> recall,
        List<List<Integer>> confusion, double calibrationError, int facesFound, PartAccuracy partAccuracy) {

    /** Bins of the calibration error. */
    public static final int BINS = 15;

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
            confusion[outcome.label().ordinal()][greatest(outcome.prediction().fused())]++;
        }
        Map<String, Double> recall = recall(confusion);
        return new EvaluationFigures(outcomes.size(),
                accuracy(outcomes, Prediction::fused),
                recall.values().stream().filter(r -> r != null).mapToDouble(r -> r).average().orElseThrow(),
                recall,
                Arrays.stream(confusion).map(row -> Arrays.stream(row).boxed().toList()).toList(),
                calibrationError(outcomes, temperatures.fused()),
                (int) outcomes.stream().filter(Outcome::faceFound).count(),
                new PartAccuracy(accuracy(outcomes, Prediction::all), accuracy(outcomes, Prediction::aux),
                        accuracy(outcomes, Prediction::left), accuracy(outcomes, Prediction::right)));
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
        return outcomes.stream()
                .filter(outcome -> greatest(part.apply(outcome.prediction())) == outcome.label().ordinal())
                .count() / (double) outcomes.size();
    }

    /** Σ over the bins of confidence: share of samples × |accuracy − mean confidence|. Bins are (i/n, (i+1)/n]. */
    private static double calibrationError(List<Outcome> outcomes, double temperature) {
        int[] right = new int[BINS];
        double[] confidence = new double[BINS];
        for (Outcome outcome : outcomes) {
            double[] logits = outcome.prediction().fused();
            double p = confidence(logits, temperature);
            int bin = Math.min(BINS - 1, (int) Math.ceil(p * BINS) - 1);
            confidence[bin] += p;
            right[bin] += greatest(logits) == outcome.label().ordinal() ? 1 : 0;
        }
        double error = 0;
        for (int bin = 0; bin < BINS; bin++) {
            error += Math.abs(right[bin] - confidence[bin]) / outcomes.size();
        }
        return error;
    }

    /** The greatest of the probabilities of equation (8). */
    private static double confidence(double[] logits, double temperature) {
        double max = logits[greatest(logits)];
        double sum = 0;
        for (double logit : logits) {
            sum += Math.exp((logit - max) / temperature);
        }
        return 1 / sum;
    }

    /** The first where several are equally great, as in events. */
    private static int greatest(double[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            if (logits[i] > logits[best]) {
                best = i;
            }
        }
        return best;
    }
}
