package io.hsaw.trainer.evaluation;

import io.hsaw.contracts.Expression;
import io.hsaw.network.Prediction;

/** Outcomes made for tests. */
final class Outcomes {

    private Outcomes() {
    }

    /** An answer given with this confidence (at temperature 1), right or wrong. */
    static Outcome of(double confidence, boolean right) {
        double[] all = new double[Expression.COUNT];
        // p = e^z / (e^z + 6)
        all[Expression.ANGER.ordinal()] = Math.log(6 * confidence / (1 - confidence));
        return new Outcome(right ? Expression.ANGER : Expression.FEAR,
                new Prediction(all, new double[Expression.COUNT], new double[Expression.COUNT], 0.5, 0.5), true);
    }

    /** Logits that answer with one expression. */
    static double[] logits(Expression answer, double logit) {
        double[] logits = new double[Expression.COUNT];
        logits[answer.ordinal()] = logit;
        return logits;
    }
}
