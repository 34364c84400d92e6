package io.hsaw.trainer.evaluation;

import io.hsaw.contracts.Expression;
import io.hsaw.network.Prediction;

/**
 * What the network said of one sample.
 *
 * @param label      the data set's own label
 * @param prediction the network's logits
 * @param faceFound  whether a face was found; the sample counts in any case
 */
public record Outcome(Expression label, Prediction prediction, boolean faceFound) {
}
