package io.hsaw.feedback;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.Label.Decision;
import io.hsaw.contracts.ModelRef;
import io.hsaw.contracts.Probabilities;
import java.time.Instant;

/**
 * A proposal and what became of it.
 *
 * @param seq         its place in the order in which proposals came
 * @param id          run, epoch and sample
 * @param runId       the training run
 * @param epoch       after which the run judged the sample
 * @param sampleId    the sample
 * @param dataSet     of the sample, or null if there is no such sample
 * @param model       that the run will release
 * @param label       the one that the sample had in the run
 * @param proposed    another one
 * @param fused       P, after softmax
 * @param whole       P_all, after softmax
 * @param auxiliary   P_aux, after softmax
 * @param weightLeft  w_left
 * @param weightRight w_right
 * @param proposedAt  when the run judged it
 * @param decision    what became of it
 * @param reason      of the decision: a name from docs/labels.md, what a person wrote, or null
 * @param decidedBy   a person, or {@code policy}
 * @param decidedAt   when
 */
public record Proposal(long seq, String id, String runId, int epoch, String sampleId, String dataSet, ModelRef model,
        Expression label, Expression proposed, Probabilities fused, Probabilities whole, Probabilities auxiliary,
        double weightLeft, double weightRight, Instant proposedAt, Decision decision, String reason, String decidedBy,
        Instant decidedAt) {
}
