package io.hsaw.network;

import io.hsaw.contracts.Expression;
import io.hsaw.network.heads.Heads;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What the network says of one face: logits in the order of {@link Expression}, and the halves' weights. Softmax and
 * temperatures belong to those who make events or figures of it.
 *
 * @param all         P_all, of the whole face
 * @param left        P_left of equation (4), of the person's left half
 * @param right       P_right of equation (4)
 * @param weightLeft  w_left of equation (2), in [0, 1]
 * @param weightRight w_right of equation (2), in [0, 1]
 */
public record Prediction(double[] all, double[] left, double[] right, double weightLeft, double weightRight) {

    public Prediction {
        if (all.length != Expression.COUNT || left.length != Expression.COUNT || right.length != Expression.COUNT) {
            throw new IllegalArgumentException("a prediction has " + Expression.COUNT + " logits each, found " + all.length
                    + ", " + left.length + " and " + right.length);
        }
    }

    /** Of n faces, from what the heads say. */
    public static List<Prediction> of(Heads.Output output) {
        float[] all = output.all().toFloatArray();
        float[] left = output.left().toFloatArray();
        float[] right = output.right().toFloatArray();
        float[] weightLeft = output.weightLeft().toFloatArray();
        float[] weightRight = output.weightRight().toFloatArray();
        return IntStream.range(0, weightLeft.length)
                .mapToObj(i -> new Prediction(logits(all, i), logits(left, i), logits(right, i), weightLeft[i], weightRight[i]))
                .toList();
    }

    /** Those of one face in the logits of n, n×7. */
    public static double[] logits(float[] values, int face) {
        return IntStream.range(0, Expression.COUNT).mapToDouble(k -> values[face * Expression.COUNT + k]).toArray();
    }

    /** The expression with the greatest of seven logits; the first in order where two are equal. */
    public static Expression named(double[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            if (logits[i] > logits[best]) {
                best = i;
            }
        }
        return Expression.values()[best];
    }

    /** P_aux by equation (5): P_left × w_left + P_right × w_right. */
    public double[] aux() {
        double[] aux = new double[Expression.COUNT];
        for (int i = 0; i < aux.length; i++) {
            aux[i] = left[i] * weightLeft + right[i] * weightRight;
        }
        return aux;
    }

    /** P by equation (6): P_aux + P_all. */
    public double[] fused() {
        double[] fused = aux();
        for (int i = 0; i < fused.length; i++) {
            fused[i] += all[i];
        }
        return fused;
    }
}
