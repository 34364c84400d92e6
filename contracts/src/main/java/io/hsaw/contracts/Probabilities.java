package io.hsaw.contracts;

/** Softmax output over the seven expressions: each in [0, 1], together 1 to within rounding. */
public record Probabilities(double anger, double disgust, double fear, double happiness, double sadness,
        double surprise, double neutral) {

    /** How far the sum of the seven may be from 1 (values are rounded for events). */
    private static final double SUM_TOLERANCE = 1e-3;

    public Probabilities {
        Checks.requireShare("anger", anger);
        Checks.requireShare("disgust", disgust);
        Checks.requireShare("fear", fear);
        Checks.requireShare("happiness", happiness);
        Checks.requireShare("sadness", sadness);
        Checks.requireShare("surprise", surprise);
        Checks.requireShare("neutral", neutral);
        double sum = anger + disgust + fear + happiness + sadness + surprise + neutral;
        Checks.require(Math.abs(sum - 1) <= SUM_TOLERANCE, "probabilities must add up to 1, found %s", sum);
    }

    /** From seven values in the order of {@link Expression}. */
    public static Probabilities of(double[] p) {
        Checks.require(p.length == Expression.COUNT, "expected %d probabilities, found %d", Expression.COUNT, p.length);
        return new Probabilities(p[0], p[1], p[2], p[3], p[4], p[5], p[6]);
    }

    /** The seven values in the order of {@link Expression}. */
    public double[] toArray() {
        return new double[] {anger, disgust, fear, happiness, sadness, surprise, neutral};
    }

    /** The probability of one expression. */
    public double of(Expression expression) {
        return toArray()[expression.ordinal()];
    }

    /** The same to four decimals, as events show them: still within the tolerance of a sum of 1. */
    public Probabilities rounded() {
        return new Probabilities(rounded(anger), rounded(disgust), rounded(fear), rounded(happiness), rounded(sadness),
                rounded(surprise), rounded(neutral));
    }

    /** A probability or weight to four decimals. */
    public static double rounded(double p) {
        return Math.round(p * 10_000) / 10_000.0;
    }

    /** The most probable expression; the first in order where two are equal. */
    public Expression mostProbable() {
        double[] p = toArray();
        int best = 0;
        for (int i = 1; i < p.length; i++) {
            if (p[i] > p[best]) {
                best = i;
            }
        }
        return Expression.values()[best];
    }
}
