package io.hsaw.feedback;

import io.hsaw.contracts.Label.Decision;

/**
 * What became of a proposal.
 *
 * @param decision the decision
 * @param reason   one of the names here, or null
 */
record Ruling(Decision decision, String reason) {

    /** There is no such sample. */
    static final String UNKNOWN_SAMPLE = "unknown-sample";
    /** A person has said what the sample shows, or what it does not show. */
    static final String PERSON = "person";
    /** A person took back what this model said. */
    static final String UNDONE = "undone";
    /** The run's model is released: its labels hold for all already. */
    static final String RUN_OVER = "run-over";
    /** Samples that measure models keep their labels. */
    static final String VALIDATION = "validation";
    /** The proposed expression is not more probable by enough. */
    static final String MARGIN = "margin";

    static Ruling rejected(String reason) {
        return new Ruling(Decision.REJECTED, reason);
    }
}
