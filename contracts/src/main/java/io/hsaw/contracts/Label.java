package io.hsaw.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;

/**
 * The record on topic {@code labels}: what a sample is said to show. Without a run, the label that counts for all
 * (key: the sample's id); with one, the answer to that run's proposal (key: {@link #forkKey}), which holds for that run
 * alone until its model is promoted.
 *
 * @param schema     {@link #SCHEMA}
 * @param sampleId   the sample
 * @param runId      the run whose proposal it answers, or null
 * @param proposalId the proposal it answers, or null; with a run only
 * @param decision   on that proposal; with a run only
 * @param label      the one that counts now
 * @param original   the one the sample was published with, or null if with none
 * @param origin     where {@code label} comes from
 * @param model      the model that proposed it, or null
 * @param reason     of the decision, or null
 * @param at         when it was decided
 */
public record Label(String schema, String sampleId, @JsonInclude(JsonInclude.Include.NON_NULL) String runId,
        @JsonInclude(JsonInclude.Include.NON_NULL) String proposalId,
        @JsonInclude(JsonInclude.Include.NON_NULL) Decision decision, Expression label,
        @JsonInclude(JsonInclude.Include.NON_NULL) Expression original, Origin origin,
        @JsonInclude(JsonInclude.Include.NON_NULL) ModelRef model,
        @JsonInclude(JsonInclude.Include.NON_NULL) String reason, Instant at) {

    /** Name and version of this kind of record. */
    public static final String SCHEMA = "hsaw.labels.v1";

    /** What became of a proposal. */
    public enum Decision {
        /** The proposed label is taken. */
        @JsonProperty("accepted") ACCEPTED,
        /** The label stays as it was. */
        @JsonProperty("rejected") REJECTED,
        /** A person is to decide; until then the label stays as it was. */
        @JsonProperty("pending") PENDING
    }

    /** Where a label comes from. */
    public enum Origin {
        /** The sample was published with it. */
        @JsonProperty("published") PUBLISHED,
        /** A model proposed it. */
        @JsonProperty("pseudo") PSEUDO,
        /** A person set it. */
        @JsonProperty("person") PERSON
    }

    public Label {
        Checks.requireSchema(SCHEMA, schema);
        Checks.requireText("sampleId", sampleId, FrameLimits.MAX_ID_LENGTH);
        Checks.require((runId == null) == (proposalId == null) && (runId == null) == (decision == null),
                "runId, proposalId and decision belong together");
        if (runId != null) {
            LoopChecks.requireName("runId", runId);
            LoopChecks.requireProposalId(proposalId);
        }
        Checks.requirePresent("label", label);
        Checks.requirePresent("origin", origin);
        LoopChecks.requireReason(reason);
        Checks.requireTime("at", at);
    }

    /** The label of a sample for all. */
    public static Label common(String sampleId, Expression label, Expression original, Origin origin, ModelRef model,
            String reason, Instant at) {
        return new Label(SCHEMA, sampleId, null, null, null, label, original, origin, model, reason, at);
    }

    /** The answer to a proposal. */
    public static Label answer(PseudoLabel proposal, Decision decision, Expression label, Expression original,
            Origin origin, String reason, Instant at) {
        return new Label(SCHEMA, proposal.sampleId(), proposal.runId(), proposal.proposalId(), decision, label, original,
                origin, proposal.model(), reason, at);
    }

    /** The key of an answer: a run's id has no slash, so that no sample's id can be taken for one. */
    public static String forkKey(String runId, String sampleId) {
        return "run:" + runId + "/" + sampleId;
    }

    /** The key under which this record is published. */
    public String key() {
        return runId == null ? sampleId : forkKey(runId, sampleId);
    }
}
