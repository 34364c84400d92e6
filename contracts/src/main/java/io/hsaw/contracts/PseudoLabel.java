package io.hsaw.contracts;

import java.time.Instant;

/**
 * The record on topic {@code pseudo-labels}: a training run proposes another label for a sample, by the double test of
 * the paper's section 4.5.
 *
 * @param schema      {@link #SCHEMA}
 * @param proposalId  run, epoch and sample: {@link #id}
 * @param runId       the training run
 * @param epoch       after which it was judged, from 1
 * @param sampleId    the sample
 * @param model       that the run will release
 * @param label       the one it has in the run now
 * @param proposed    another one
 * @param fused       P, after softmax
 * @param whole       P_all, after softmax
 * @param auxiliary   P_aux, after softmax
 * @param weightLeft  w_left, 0 to 1
 * @param weightRight w_right, 0 to 1
 * @param at          when it was judged
 */
public record PseudoLabel(String schema, String proposalId, String runId, int epoch, String sampleId, ModelRef model,
        Expression label, Expression proposed, Probabilities fused, Probabilities whole, Probabilities auxiliary,
        double weightLeft, double weightRight, Instant at) {

    /** Name and version of this kind of record. */
    public static final String SCHEMA = "hsaw.pseudo-labels.v1";

    /** Longest proposal id, in characters: a run's, an epoch, a sample's, two slashes. */
    public static final int MAX_PROPOSAL_ID_LENGTH = 100 + 10 + FrameLimits.MAX_ID_LENGTH + 2;

    public PseudoLabel {
        Checks.requireSchema(SCHEMA, schema);
        LoopChecks.requireName("runId", runId);
        Checks.require(epoch >= 1, "epoch must be at least 1, found %d", epoch);
        Checks.requireText("sampleId", sampleId, FrameLimits.MAX_ID_LENGTH);
        Checks.require(id(runId, epoch, sampleId).equals(proposalId), "proposalId must be %s, found %s",
                id(runId, epoch, sampleId), proposalId);
        LoopChecks.requireModel(model);
        Checks.requirePresent("label", label);
        Checks.requirePresent("proposed", proposed);
        Checks.require(label != proposed, "proposed must be another expression than label");
        Checks.requirePresent("fused", fused);
        Checks.requirePresent("whole", whole);
        Checks.requirePresent("auxiliary", auxiliary);
        Checks.requireShare("weightLeft", weightLeft);
        Checks.requireShare("weightRight", weightRight);
        Checks.requireTime("at", at);
    }

    public PseudoLabel(String runId, int epoch, String sampleId, ModelRef model, Expression label, Expression proposed,
            Probabilities fused, Probabilities whole, Probabilities auxiliary, double weightLeft, double weightRight,
            Instant at) {
        this(SCHEMA, id(runId, epoch, sampleId), runId, epoch, sampleId, model, label, proposed, fused, whole, auxiliary,
                weightLeft, weightRight, at);
    }

    /** A proposal's id: the same one however often it is made. */
    public static String id(String runId, int epoch, String sampleId) {
        return runId + "/" + epoch + "/" + sampleId;
    }
}
