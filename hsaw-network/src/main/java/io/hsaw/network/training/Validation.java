package io.hsaw.network.training;

import io.hsaw.contracts.Expression;
import io.hsaw.network.Prediction;
import java.util.List;
import java.util.Locale;

/**
 * How well labelled faces are read, each prediction by itself; shares from 0 to 1.
 *
 * @param faces             how many
 * @param fused             accuracy of P
 * @param whole             accuracy of P_all
 * @param auxiliary         accuracy of P_aux
 * @param left              accuracy of P_left
 * @param right             accuracy of P_right
 * @param meanClassAccuracy mean of the recalls of P
 * @param weightLeft        mean of w_left
 * @param weightRight       mean of w_right
 */
public record Validation(int faces, double fused, double whole, double auxiliary, double left, double right,
        double meanClassAccuracy, double weightLeft, double weightRight) {

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "accuracy %.2f %% (mean class %.2f %%), whole %.2f %%, auxiliary %.2f %%, left %.2f %%, "
                        + "right %.2f %%, weights %.3f and %.3f, %d faces", 100 * fused, 100 * meanClassAccuracy, 100 * whole,
                100 * auxiliary, 100 * left, 100 * right, weightLeft, weightRight, faces);
    }

    /**
     * Of the predictions for some faces, in their order.
     *
     * @param plain whether there is one prediction alone, P_all
     */
    public static Validation of(TrainingData data, List<Prediction> predictions, boolean plain) {
        int[] correct = new int[5];
        int[] seen = new int[Expression.COUNT];
        int[] recalled = new int[Expression.COUNT];
        double weightLeft = 0;
        double weightRight = 0;
        for (int face = 0; face < predictions.size(); face++) {
            Prediction prediction = predictions.get(face);
            int label = data.label(face).ordinal();
            double[][] logits = plain ? new double[][] {prediction.all()}
                    : new double[][] {prediction.fused(), prediction.all(), prediction.aux(), prediction.left(),
                        prediction.right()};
            for (int i = 0; i < logits.length; i++) {
                correct[i] += Prediction.named(logits[i]).ordinal() == label ? 1 : 0;
            }
            seen[label]++;
            recalled[label] += Prediction.named(logits[0]).ordinal() == label ? 1 : 0;
            weightLeft += plain ? 0 : prediction.weightLeft();
            weightRight += plain ? 0 : prediction.weightRight();
        }
        double recall = 0;
        int classes = 0;
        for (int i = 0; i < seen.length; i++) {
            if (seen[i] > 0) {
                recall += recalled[i] / (double) seen[i];
                classes++;
            }
        }
        double n = Math.max(1, predictions.size());
        return new Validation(predictions.size(), correct[0] / n, correct[1] / n, correct[2] / n, correct[3] / n, correct[4] / n,
                recall / Math.max(1, classes), weightLeft / n, weightRight / n);
    }
}
