package io.hsaw.network;

import java.util.Arrays;
import java.util.Random;

/**
 * The range in which a measured figure lies with 95 % confidence, as far as the choice of samples makes it uncertain.
 *
 * @param low  its lower end
 * @param high its upper end
 */
public record Interval(double low, double high) {

    /** The normal distribution's quantile of 97.5 %. */
    private static final double Z = 1.959963984540054;
    private static final int RESAMPLES = 2000;
    private static final long SEED = 1;

    /** @throws IllegalArgumentException if the ends are not finite or out of order */
    public Interval {
        if (!(low <= high && low > Double.NEGATIVE_INFINITY && high < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("an interval needs a low and a high end, found " + low + " and " + high);
        }
    }

    /** Wilson's score interval of the share {@code hits / samples}; all of [0, 1] where there are no samples. */
    public static Interval wilson(long hits, long samples) {
        if (hits < 0 || hits > samples) {
            throw new IllegalArgumentException("expected from 0 to " + samples + " hits, found " + hits);
        }
        if (samples == 0) {
            return new Interval(0, 1);
        }
        double n = samples;
        double centre = hits + Z * Z / 2;
        double half = Z * Math.sqrt(hits * (n - hits) / n + Z * Z / 4);
        // rounding must not push the ends of nothing and of everything out of [0, 1]
        return new Interval(Math.max(0, (centre - half) / (n + Z * Z)), Math.min(1, (centre + half) / (n + Z * Z)));
    }

    /**
     * The interval of a mean by bootstrap percentiles; the same values always give the same interval. For the difference
     * of two accuracies on the same samples: of each sample's difference, −1, 0 or 1.
     *
     * @param values at least one
     */
    public static Interval ofMean(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("the interval of a mean needs at least one value");
        }
        Random random = new Random(SEED);
        double[] means = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            double sum = 0;
            for (int j = 0; j < values.length; j++) {
                sum += values[random.nextInt(values.length)];
            }
            means[i] = sum / values.length;
        }
        Arrays.sort(means);
        return new Interval(means[(int) (0.025 * RESAMPLES)], means[(int) (0.975 * RESAMPLES) - 1]);
    }
}
