package io.hsaw.network;

/**
 * What logits are divided by before softmax, so that probabilities mean what they say; fitted on validation faces.
 *
 * @param fused  for P of equation (6)
 * @param whole  for P_all
 * @param halves for P_left and P_right of equation (4)
 */
public record Temperatures(double fused, double whole, double halves) {

    /** Logits as they are. */
    public static final Temperatures NONE = new Temperatures(1, 1, 1);

    /** @throws IllegalArgumentException if one is not a positive finite number */
    public Temperatures {
        for (double temperature : new double[] {fused, whole, halves}) {
            if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("a temperature must be a positive number, found " + temperature);
            }
        }
    }
}
