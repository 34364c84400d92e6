package io.hsaw.trainer.evaluation;

import io.hsaw.network.Interval;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether confidence means what it says: how many answers are right among those of about the same confidence.
 *
 * @param calibrationError expected calibration error: Σ over the bins of share of samples × |accuracy − mean confidence|
 * @param bins             {@value #BINS} of equal width, from the least confidence to the greatest
 */
public record Reliability(double calibrationError, List<Bin> bins) {

    /** How many bins there are. */
    public static final int BINS = 15;

    /**
     * The answers whose confidence lies in (low, high].
     *
     * @param samples    how many
     * @param confidence their mean confidence; null without samples, as what follows
     * @param accuracy   share of them that is right
     * @param interval   of the accuracy
     */
    public record Bin(double low, double high, int samples, Double confidence, Double accuracy, Interval interval) {
    }

    /**
     * Of some outcomes.
     *
     * @param outcomes    at least one
     * @param temperature of the fused logits
     */
    public static Reliability of(List<Outcome> outcomes, double temperature) {
        return of(Answer.of(outcomes, temperature));
    }

    static Reliability of(List<Answer> answers) {
        int[] samples = new int[BINS];
        int[] right = new int[BINS];
        double[] confidence = new double[BINS];
        for (Answer answer : answers) {
            int bin = Math.min(BINS - 1, (int) Math.ceil(answer.confidence() * BINS) - 1);
            samples[bin]++;
            right[bin] += answer.right() ? 1 : 0;
            confidence[bin] += answer.confidence();
        }
        double error = 0;
        List<Bin> bins = new ArrayList<>();
        for (int i = 0; i < BINS; i++) {
            error += Math.abs(right[i] - confidence[i]) / answers.size();
            boolean none = samples[i] == 0;
            bins.add(new Bin((double) i / BINS, (i + 1.0) / BINS, samples[i], none ? null : confidence[i] / samples[i],
                    none ? null : (double) right[i] / samples[i],
                    none ? null : Interval.wilson(right[i], samples[i])));
        }
        return new Reliability(error, List.copyOf(bins));
    }
}
