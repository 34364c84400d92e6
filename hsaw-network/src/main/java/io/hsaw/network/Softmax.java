package io.hsaw.network;

import io.hsaw.contracts.Probabilities;
import java.util.Arrays;

/** Equation (8): probabilities of logits. */
public final class Softmax {

    private Softmax() {
    }

    /**
     * {@code softmax(logits / temperature)}, unrounded. The greatest logit is taken off first, so that no exponent
     * overflows.
     *
     * @param logits seven numbers in the order of the expressions
     * @throws IllegalArgumentException if a logit is not a number or two of them differ by an infinity
     */
    public static Probabilities of(double[] logits, double temperature) {
        double max = Arrays.stream(logits).max().orElse(0);
        double[] p = Arrays.stream(logits).map(z -> Math.exp((z - max) / temperature)).toArray();
        double sum = Arrays.stream(p).sum();
        return Probabilities.of(Arrays.stream(p).map(e -> e / sum).toArray());
    }
}
