package io.hsaw.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;

/**
 * The record on topic {@code training-progress}: how far a training run is.
 *
 * @param schema            {@link #SCHEMA}
 * @param runId             the run
 * @param phase             what it does
 * @param epoch             passes over the data so far, with fraction
 * @param epochs            passes at most
 * @param step              updates so far
 * @param share             of the whole phase done, 0 to 1
 * @param losses            a moving mean, or null while there are none
 * @param accuracy          on the validation part, or null while it is not known
 * @param meanClassAccuracy on the validation part, or null while it is not known
 * @param facesPerSecond    training speed, 0 while there is none
 * @param relabels          what became of proposed labels so far
 * @param secondsLeft       of the run, or null while nobody knows
 * @param trainer           the replica that does it
 * @param problem           why it failed or what to know, or null
 * @param at                when this was so
 */
public record TrainingProgress(String schema, String runId, Phase phase, double epoch, int epochs, long step,
        double share, @JsonInclude(JsonInclude.Include.NON_NULL) Losses losses,
        @JsonInclude(JsonInclude.Include.NON_NULL) Double accuracy,
        @JsonInclude(JsonInclude.Include.NON_NULL) Double meanClassAccuracy, double facesPerSecond, Relabels relabels,
        @JsonInclude(JsonInclude.Include.NON_NULL) Double secondsLeft, String trainer,
        @JsonInclude(JsonInclude.Include.NON_NULL) Problem problem, Instant at) {

    /** Name and version of this kind of record. */
    public static final String SCHEMA = "hsaw.training-progress.v1";

    /** What a run does. */
    public enum Phase {
        /** Reads samples, makes its manifest, loads weights. */
        @JsonProperty("preparing") PREPARING,
        @JsonProperty("training") TRAINING,
        /** Judges labels and waits for decisions. */
        @JsonProperty("relabelling") RELABELLING,
        /** Measures the finished model and the champion. */
        @JsonProperty("measuring") MEASURING,
        /** Ended: its model is in the store. */
        @JsonProperty("released") RELEASED,
        /** Ended by a command. */
        @JsonProperty("cancelled") CANCELLED,
        /** Ended, or never begun, for a reason. */
        @JsonProperty("failed") FAILED;

        /** Whether the run is over. */
        public boolean isEnd() {
            return this == RELEASED || this == CANCELLED || this == FAILED;
        }
    }

    /**
     * The parts of equation (9).
     *
     * @param total        equation (9)
     * @param weightSum    equation (3)
     * @param balance      equation (7)
     * @param crossEntropy equation (8)
     */
    public record Losses(double total, double weightSum, double balance, double crossEntropy) {
        public Losses {
            Checks.requireFinite("losses.total", total);
            Checks.requireFinite("losses.weightSum", weightSum);
            Checks.requireFinite("losses.balance", balance);
            Checks.requireFinite("losses.crossEntropy", crossEntropy);
        }
    }

    /**
     * What became of proposed labels.
     *
     * @param proposed how many
     * @param accepted of them
     * @param rejected of them
     * @param pending  of them wait for a person
     */
    public record Relabels(int proposed, int accepted, int rejected, int pending) {

        /** None yet. */
        public static final Relabels NONE = new Relabels(0, 0, 0, 0);

        public Relabels {
            Checks.require(proposed >= 0 && accepted >= 0 && rejected >= 0 && pending >= 0,
                    "relabels must not be negative");
        }
    }

    /**
     * What is wrong.
     *
     * @param code   for programs, such as {@code no-samples}
     * @param detail for people, with the remedy
     */
    public record Problem(String code, String detail) {
        public Problem {
            Checks.requireText("problem.code", code, FrameLimits.MAX_ID_LENGTH);
            Checks.requirePresent("problem.detail", detail);
            detail = detail.length() <= Rejection.MAX_DETAIL ? detail : detail.substring(0, Rejection.MAX_DETAIL);
        }
    }

    public TrainingProgress {
        Checks.requireSchema(SCHEMA, schema);
        LoopChecks.requireName("runId", runId);
        Checks.requirePresent("phase", phase);
        Checks.requireFinite("epoch", epoch);
        Checks.require(epoch >= 0 && epochs >= 0 && step >= 0, "epoch, epochs and step must not be negative");
        Checks.requireShare("share", share);
        LoopChecks.requireShareIfPresent("accuracy", accuracy);
        LoopChecks.requireShareIfPresent("meanClassAccuracy", meanClassAccuracy);
        Checks.requireFinite("facesPerSecond", facesPerSecond);
        Checks.requirePresent("relabels", relabels);
        LoopChecks.requireBetween("secondsLeft", secondsLeft, 0, 1e9);
        Checks.requireText("trainer", trainer, FrameLimits.MAX_ID_LENGTH);
        Checks.require(phase != Phase.FAILED || problem != null, "a failed run has a problem");
        Checks.requireTime("at", at);
    }
}
