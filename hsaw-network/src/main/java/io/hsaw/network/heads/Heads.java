package io.hsaw.network.heads;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Linear;

/**
 * The network behind the trunk (sections 4.3 and 4.4): weighs the halves by self-attention and fuses their predictions
 * with the whole face's. Plain DJL; the same code predicts and is differentiated in training.
 *
 * @param selfWeight W of equation (2), 1×121
 * @param halfFc     W_fc of equation (4), 7×121, shared by both halves
 * @param globalFc   the matrix of P_all, 7×121
 */
public record Heads(NDArray selfWeight, NDArray halfFc, NDArray globalFc) {

    /**
     * What the heads make of n faces; all are logits but the weights.
     *
     * @param all         P_all, n×7
     * @param left        P_left, n×7
     * @param right       P_right, n×7
     * @param weightLeft  w_left, n×1
     * @param weightRight w_right, n×1
     * @param auxiliary   P_aux, n×7
     * @param fused       P, n×7
     */
    public record Output(NDArray all, NDArray left, NDArray right, NDArray weightLeft, NDArray weightRight,
            NDArray auxiliary, NDArray fused) {
    }

    /** From the features of n faces: n wholes, n left halves, n right halves, 3n×121. */
    public Output apply(NDArray features) {
        long n = features.getShape().get(0) / 3;
        NDArray whole = features.get(new NDIndex("0:{}", n));
        NDArray left = features.get(new NDIndex("{}:{}", n, 2 * n));
        NDArray right = features.get(new NDIndex("{}:", 2 * n));
        NDArray all = globalPrediction(whole);
        NDArray predictionLeft = halfPrediction(left);
        NDArray predictionRight = halfPrediction(right);
        NDArray weightLeft = weight(left);
        NDArray weightRight = weight(right);
        NDArray auxiliary = auxiliary(predictionLeft, weightLeft, predictionRight, weightRight);
        return new Output(all, predictionLeft, predictionRight, weightLeft, weightRight, auxiliary,
                fuse(auxiliary, all));
    }

    /** Equation (2): w_i = σ(Wᵀ V_i). n×121 → n×1, in (0, 1). */
    NDArray weight(NDArray half) {
        return Activation.sigmoid(product(half, selfWeight));
    }

    /** Equation (4): P_i = W_fcᵀ V_i. n×121 → n×7. */
    public NDArray halfPrediction(NDArray half) {
        return product(half, halfFc);
    }

    /** P_all, as equation (4) with a matrix of its own. n×121 → n×7. */
    public NDArray globalPrediction(NDArray whole) {
        return product(whole, globalFc);
    }

    /** Equation (5): P_aux = P_left × w_left + P_right × w_right. */
    static NDArray auxiliary(NDArray left, NDArray weightLeft, NDArray right, NDArray weightRight) {
        return left.mul(weightLeft).add(right.mul(weightRight));
    }

    /** Equation (6): P = P_aux + P_all. */
    static NDArray fuse(NDArray auxiliary, NDArray all) {
        return auxiliary.add(all);
    }

    /** n×121 by the transpose of m×121. Unlike {@code matrix.transpose()}, it leaves nothing with the matrix's owner. */
    private static NDArray product(NDArray features, NDArray matrix) {
        return Linear.linear(features, matrix).singletonOrThrow();
    }
}
