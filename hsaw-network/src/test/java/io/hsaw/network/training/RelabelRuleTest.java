package io.hsaw.network.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hsaw.contracts.Expression;
import io.hsaw.network.Prediction;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Section 4.5, case by case; the halves' weights are 0.5 each. */
class RelabelRuleTest {

    @Test
    void aFaceThatAllReadOtherwiseThanItsLabelGetsWhatTheyRead() {
        assertEquals(Optional.of(Expression.FEAR), RelabelRule.PAPER.proposal(
                prediction(logits(Expression.FEAR, 2), logits(Expression.FEAR, 1), logits(Expression.FEAR, 1)), Expression.ANGER));
    }

    @Test
    void aFaceReadAsLabelledKeepsItsLabel() {
        assertEquals(Optional.empty(), RelabelRule.PAPER.proposal(
                prediction(logits(Expression.FEAR, 2), logits(Expression.FEAR, 1), logits(Expression.FEAR, 1)), Expression.FEAR));
    }

    @Test
    void aFaceWhoseHalvesSayOtherwiseThanTheWholeKeepsItsLabel() {
        assertEquals(Optional.empty(), RelabelRule.PAPER.proposal(
                prediction(logits(Expression.FEAR, 4), logits(Expression.SADNESS, 1), logits(Expression.SADNESS, 1)),
                Expression.ANGER));
    }

    /** One half disagrees, yet together they say what the whole says: P_aux counts, not each half. */
    @Test
    void itIsTheAuxiliaryPredictionThatMustAgreeNotEachHalf() {
        assertEquals(Optional.of(Expression.FEAR), RelabelRule.PAPER.proposal(
                prediction(logits(Expression.FEAR, 1), logits(Expression.FEAR, 3), logits(Expression.SADNESS, 1)),
                Expression.ANGER));
    }

    /** P = (ln 6, ln 2, 0, …): probabilities 6/13, 2/13 and five of 1/13, the first leads the second by 4/13 = 0.3077. */
    @Test
    void theLeadOverTheLabelMustExceedTheMargin() {
        double[] whole = new double[Expression.COUNT];
        whole[0] = Math.log(6) / 2;
        whole[1] = Math.log(2) / 2;
        Prediction prediction = prediction(whole, whole, whole);

        assertEquals(Optional.of(Expression.ANGER), new RelabelRule(0.307).proposal(prediction, Expression.DISGUST));
        assertEquals(Optional.empty(), new RelabelRule(0.308).proposal(prediction, Expression.DISGUST));
        assertEquals(Optional.of(Expression.ANGER), RelabelRule.PAPER.proposal(prediction, Expression.DISGUST));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
    void aMarginThatIsNoShareIsRefused(double margin) {
        assertThrows(IllegalArgumentException.class, () -> new RelabelRule(margin));
    }

    private static double[] logits(Expression expression, double value) {
        double[] logits = new double[Expression.COUNT];
        logits[expression.ordinal()] = value;
        return logits;
    }

    private static Prediction prediction(double[] all, double[] left, double[] right) {
        return new Prediction(all, left, right, 0.5, 0.5);
    }
}
