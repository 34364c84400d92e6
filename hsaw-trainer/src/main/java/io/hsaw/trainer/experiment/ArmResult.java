package io.hsaw.trainer.experiment;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.hsaw.network.training.Validation;

/**
 * What came of one way of training with one seed.
 *
 * @param subject    what was trained how on which faces, in words: results of others do not count
 * @param arm        the way's name
 * @param seed       of wrong labels, order and random changes
 * @param figures    on the validation part, with the labels as published
 * @param right      for each face of that part {@code 1} if P names its label, else {@code 0}
 * @param relabelled what became of labels, or null where none were changed
 */
record ArmResult(String subject, String arm, long seed, Validation figures, String right,
        @JsonInclude(JsonInclude.Include.NON_NULL) Relabelled relabelled) {

    /**
     * What became of labels.
     *
     * @param faces     of the training part
     * @param wrong     labels that were wrong at first
     * @param wrongLeft labels that are wrong in the end
     * @param proposals how many times a label was changed
     * @param restored  of these to the true label
     * @param harmed    of these from the true label
     */
    record Relabelled(int faces, int wrong, int wrongLeft, int proposals, int restored, int harmed) {
    }

    /** Whether the face was read as it is labelled, 0 or 1. */
    int right(int face) {
        return right.charAt(face) - '0';
    }
}
