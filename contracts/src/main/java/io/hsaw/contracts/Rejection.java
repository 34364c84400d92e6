package io.hsaw.contracts;

/**
 * A named reason why a frame was not read.
 *
 * @param code   the reason
 * @param detail a sentence for a person; cut after {@link #MAX_DETAIL} characters
 */
public record Rejection(RejectionCode code, String detail) {

    /** Longest detail kept, in characters. */
    public static final int MAX_DETAIL = 500;

    public Rejection {
        Checks.requirePresent("code", code);
        Checks.requirePresent("detail", detail);
        Checks.require(Checks.isWellFormed(detail), "detail is no Unicode text");
        if (detail.length() > MAX_DETAIL) {
            boolean insidePair = Character.isHighSurrogate(detail.charAt(MAX_DETAIL - 1));
            detail = detail.substring(0, insidePair ? MAX_DETAIL - 1 : MAX_DETAIL);
        }
    }
}
