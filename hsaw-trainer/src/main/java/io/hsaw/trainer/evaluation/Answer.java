package io.hsaw.trainer.evaluation;

import io.hsaw.contracts.Expression;
import io.hsaw.network.Prediction;
import java.util.List;

/**
 * What the network answers about one sample, and whether it is the label.
 *
 * @param confidence greatest of the fused probabilities, from 1/7 to 1
 * @param right      whether the answer is the label
 */
record Answer(double confidence, boolean right) {

    /** @param temperature of the fused logits */
    static Answer of(Outcome outcome, double temperature) {
        return new Answer(confidence(outcome.prediction().fused(), temperature),
                right(outcome.label(), outcome.prediction()) == 1);
    }

    static List<Answer> of(List<Outcome> outcomes, double temperature) {
        return outcomes.stream().map(outcome -> of(outcome, temperature)).toList();
    }

    /** 1 if the fused prediction is the label, else 0. */
    static int right(Expression label, Prediction prediction) {
        return greatest(prediction.fused()) == label.ordinal() ? 1 : 0;
    }

    /** The place of the greatest value; the first where several are equally great, as in events. */
    static int greatest(double[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            if (logits[i] > logits[best]) {
                best = i;
            }
        }
        return best;
    }

    /** The greatest of the probabilities of equation (8). */
    private static double confidence(double[] logits, double temperature) {
        double max = logits[greatest(logits)];
        double sum = 0;
        for (double logit : logits) {
            sum += Math.exp((logit - max) / temperature);
        }
        return 1 / sum;
    }
}
