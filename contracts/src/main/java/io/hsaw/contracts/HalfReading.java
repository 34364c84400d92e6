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
        Checks.require(weight >= 0 && weight <= 1, "a half's weight must lie in [0, 1], found %s", weight);
        Checks.requirePresent("expression", expression);
        Checks.requirePresent("probabilities", probabilities);
    }
}
