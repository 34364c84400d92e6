package io.hsaw.network.training;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.Probabilities;
import io.hsaw.network.Prediction;
import io.hsaw.network.Softmax;
import java.util.Optional;

/**
 * Adaptive re-labeling, section 4.5: a face gets another label if P names another one than it has, and P_all and P_aux
 * name the same; then that is the category with the highest probability of P.
 *
 * @param margin by which that category's probability must exceed the label's, from 0 to 1; 0 is the paper's rule, 0.2 that
 *               of Self-Cure Networks (Wang et al., 2020), on which the paper draws
 */
public record RelabelRule(double margin) {

    /** The paper's rule. */
    public static final RelabelRule PAPER = new RelabelRule(0);

    public RelabelRule {
        if (!(margin >= 0 && margin <= 1)) {
            throw new IllegalArgumentException("the margin must lie between 0 and 1, found " + margin);
        }
    }

    /** Another label for a face, or none. */
    public Optional<Expression> proposal(Prediction prediction, Expression label) {
        double[] fused = prediction.fused();
        Expression named = Prediction.named(fused);
        boolean agree = Prediction.named(prediction.all()) == Prediction.named(prediction.aux());
        if (named == label || !agree || margin > 0 && lead(fused, named, label) <= margin) {
            return Optional.empty();
        }
        return Optional.of(named);
    }

    /** Difference of two probabilities after softmax. */
    private static double lead(double[] logits, Expression one, Expression other) {
        Probabilities probabilities = Softmax.of(logits, 1);
        return probabilities.of(one) - probabilities.of(other);
    }
}
