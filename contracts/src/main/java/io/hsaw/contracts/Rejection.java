package io.hsaw.contracts;

/** A named reason why a frame was not read, with a sentence for a person. */
public record Rejection(RejectionCode code, String detail) {

    /** Longest detail kept. */
    public static final int MAX_DETAIL = 500;

    public Rejection {
        Checks.requirePresent("code", code);
        Checks.requirePresent("detail", detail);
        if (detail.length() > MAX_DETAIL) {
            detail = detail.substring(0, MAX_DETAIL);
        }
    }
}
