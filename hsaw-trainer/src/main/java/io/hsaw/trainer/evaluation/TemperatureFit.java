package io.hsaw.trainer.evaluation;

import io.hsaw.contracts.Expression;
import io.hsaw.network.Prediction;
import io.hsaw.network.Temperatures;
import java.util.ArrayList;
import java.util.List;

/**
 * Fits a model's temperatures to validation outcomes: those with which softmax(logits / temperature) makes the labels
 * likeliest. With β = 1 / temperature the mean negative log-likelihood is convex, its slope being the mean over the
 * samples of (expected logit − logit of the label); the slope's zero is found by bisection.
 */
public final class TemperatureFit {

    /** The range searched; a model that is always right, or worse than chance, gets an end of it. */
    static final double LEAST = 0.05;
    /** See {@link #LEAST}. */
    static final double GREATEST = 20;

    private static final int STEPS = 50;

    private TemperatureFit() {
    }

    /** The three temperatures: of P, of P_all, and one of P_left and P_right together. */
    public static Temperatures fit(List<Outcome> outcomes) {
        List<Expression> labels = outcomes.stream().map(Outcome::label).toList();
        List<Prediction> predictions = outcomes.stream().map(Outcome::prediction).toList();
        List<double[]> halves = new ArrayList<>();
        predictions.forEach(prediction -> halves.add(prediction.left()));
        predictions.forEach(prediction -> halves.add(prediction.right()));
        List<Expression> labelsOfHalves = new ArrayList<>(labels);
        labelsOfHalves.addAll(labels);
        return new Temperatures(fit(predictions.stream().map(Prediction::fused).toList(), labels),
                fit(predictions.stream().map(Prediction::all).toList(), labels), fit(halves, labelsOfHalves));
    }

    /**
     * The likeliest temperature, from {@value #LEAST} to {@value #GREATEST}.
     *
     * @param logits one vector per sample, at least one
     * @param labels as many
     */
    public static double fit(List<double[]> logits, List<Expression> labels) {
        if (logits.isEmpty() || logits.size() != labels.size()) {
            throw new IllegalArgumentException("a temperature needs as many labels as logits and at least one, found "
                    + labels.size() + " and " + logits.size());
        }
        double low = LEAST;
        double high = GREATEST;
        for (int i = 0; i < STEPS; i++) {
            double middle = Math.sqrt(low * high);
            if (slope(logits, labels, 1 / middle) > 0) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return Math.sqrt(low * high);
    }

    /** Slope of the negative log-likelihood over β, times the number of samples. */
    private static double slope(List<double[]> logits, List<Expression> labels, double beta) {
        double slope = 0;
        for (int i = 0; i < logits.size(); i++) {
            double[] z = logits.get(i);
            double max = Double.NEGATIVE_INFINITY;
            for (double logit : z) {
                max = Math.max(max, logit);
            }
            double sum = 0;
            double weighted = 0;
            for (double logit : z) {
                double e = Math.exp(beta * (logit - max));
                sum += e;
                weighted += e * logit;
            }
            slope += weighted / sum - z[labels.get(i).ordinal()];
        }
        return slope;
    }
}
