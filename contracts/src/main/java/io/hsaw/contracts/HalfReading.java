package io.hsaw.contracts;

/**
 * What one half face shows by itself.
 *
 * @param weight        w_i of equation (2), 0 to 1
 * @param expression    the most probable by P_i of equation (4)
 * @param probabilities softmax of P_i
 */
public record HalfReading(double weight, Expression expression, Probabilities probabilities) {
    public HalfReading {
        Checks.requireShare("weight", weight);
        Checks.requirePresent("expression", expression);
        Checks.requirePresent("probabilities", probabilities);
    }
}
