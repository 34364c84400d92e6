package io.hsaw.feedback;

/** The ledger does not do what a person asks; the message says why. */
public final class RefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Code {
        /** No proposal has this id. */
        UNKNOWN_PROPOSAL,
        /** No sample has this id; it may have been erased. */
        UNKNOWN_SAMPLE,
        /** The run has made no proposal. */
        UNKNOWN_RUN,
        /** No run of the model has made a proposal. */
        UNKNOWN_MODEL,
        /** The proposal has been decided on. */
        NOT_PENDING
    }

    private final Code code;
    private final String remedy;

    RefusedException(Code code, String message, String remedy) {
        super(message);
        this.code = code;
        this.remedy = remedy;
    }

    /** Why. */
    public Code code() {
        return code;
    }

    /** What can be done, for a person. */
    public String remedy() {
        return remedy;
    }
}
