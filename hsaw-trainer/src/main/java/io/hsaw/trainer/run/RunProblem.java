package io.hsaw.trainer.run;

import java.util.Locale;

/** Why a run cannot be done: a code for programs, and a message that names the problem and the remedy. */
final class RunProblem extends Exception {

    private static final long serialVersionUID = 1L;

    /** What can be wrong. */
    enum Code {
        INVALID_COMMAND, CONTRADICTORY_SETTINGS, UNKNOWN_RUN, RUN_FINISHED, NO_SAMPLES, ONE_CLASS, TOO_FEW_FACES,
        NO_VALIDATION, UNKNOWN_START, DAMAGED_START, STORE_FAILED, TRAINING_FAILED, INTERNAL_ERROR;

        /** As in a record. */
        String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final Code code;

    RunProblem(Code code, String message) {
        super(message);
        this.code = code;
    }

    RunProblem(Code code, Throwable cause) {
        super(cause.getMessage() == null ? cause.toString() : cause.getMessage(), cause);
        this.code = code;
    }

    Code code() {
        return code;
    }
}
