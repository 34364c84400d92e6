package io.hsaw.network.heads;

import ai.djl.ndarray.NDArray;
import io.hsaw.contracts.Expression;

/**
 * The losses of section 4, in plain DJL.
 *
 * @param alpha weight of the weight-sum loss, 3 in the paper
 * @param beta  weight of the feature balance loss, 1 in the paper
 * @param gamma weight of the cross-entropy, 2 in the paper
 * @param labelSmoothing share of the target spread evenly over all classes; 0 in the paper
 */
public record Losses(float alpha, float beta, float gamma, float labelSmoothing) {

    /**
     * The three parts and their sum, scalars.
     *
     * @param weightSum    equation (3)
     * @param balance      equation (7)
     * @param crossEntropy equation (8)
     * @param total        equation (9)
     */
    public record Values(NDArray weightSum, NDArray balance, NDArray crossEntropy, NDArray total) {
    }

    /** @param target what each face shows, n×7, as {@link #smoothed} makes it */
    public Values of(Heads.Output output, NDArray target) {
        NDArray weightSum = weightSum(output.weightLeft(), output.weightRight());
        NDArray balance = balance(output.all(), output.auxiliary());
        NDArray crossEntropy = crossEntropy(output.fused(), target);
        return new Values(weightSum, balance, crossEntropy, total(weightSum, balance, crossEntropy));
    }

    /** The cross-entropy of one prediction alone, weighted as in equation (9); the other parts are 0. */
    public Values ofOne(NDArray prediction, NDArray target) {
        NDArray crossEntropy = crossEntropy(prediction, target);
        NDArray none = crossEntropy.zerosLike();
        return new Values(none, none, crossEntropy, scaled(crossEntropy, gamma));
    }

    /** Equation (3): L_w = L1(w_left + w_right, 1). */
    static NDArray weightSum(NDArray left, NDArray right) {
        return smoothL1(left.add(right).sub(1));
    }

    /** Equation (7): L_F = L1(P_all, P_aux). */
    static NDArray balance(NDArray all, NDArray auxiliary) {
        return smoothL1(all.sub(auxiliary));
    }

    /** P_gt of equation (8) with label smoothing. @param target shares of the classes, n×7, of sum 1 */
    public NDArray smoothed(NDArray target) {
        return target.mul(1 - labelSmoothing).add(labelSmoothing / Expression.COUNT);
    }

    /** Equation (8) with the softmax that it needs: the mean over faces of -Σ target × log softmax(P). */
    public static NDArray crossEntropy(NDArray fused, NDArray target) {
        return target.mul(fused.logSoftmax(1)).sum(new int[] {1}).neg().mean();
    }

    /** Equation (9): L = α L_w + β L_F + γ L_C. */
    NDArray total(NDArray weightSum, NDArray balance, NDArray crossEntropy) {
        return scaled(weightSum, alpha).add(scaled(balance, beta)).add(scaled(crossEntropy, gamma));
    }

    /** Smooth L1 with δ = 1, the mean over all elements: d²/2 where |d| < 1, else |d| - 1/2. */
    static NDArray smoothL1(NDArray difference) {
        NDArray size = difference.abs();
        NDArray quadratic = size.minimum(constant(size, 1));
        return scaled(quadratic.square(), 0.5f).add(size.sub(quadratic)).mean();
    }

    /**
     * {@code array} times a number, to be differentiated. Not {@code array.mul(number)}: DJL frees that number's memory at
     * once, though the gradient is computed with it; where the memory has been used again by then, all gradients of the
     * step are multiplied by whatever lies there.
     */
    public static NDArray scaled(NDArray array, float factor) {
        return array.mul(constant(array, factor));
    }

    /** A number that lives as long as the results of an array. */
    private static NDArray constant(NDArray array, float value) {
        return array.getManager().create(value);
    }
}
