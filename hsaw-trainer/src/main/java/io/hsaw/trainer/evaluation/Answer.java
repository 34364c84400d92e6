package io.hsaw.trainer.evaluation;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.Probabilities;
import io.hsaw.network.Prediction;
import io.hsaw.network.Softmax;
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
        Probabilities fused = Softmax.of(outcome.prediction().fused(), temperature);
        return new Answer(fused.of(fused.mostProbable()),
                right(outcome.label(), outcome.prediction()) == 1);
    }

    static List<Answer> of(List<Outcome> outcomes, double temperature) {
        return outcomes.stream().map(outcome -> of(outcome, temperature)).toList();
    }

    /** 1 if the fused prediction is the label, else 0. */
    static int right(Expression label, Prediction prediction) {
        return Prediction.named(prediction.fused()) == label ? 1 : 0;
    }
}
