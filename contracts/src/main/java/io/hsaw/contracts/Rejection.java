package io.hsaw.contracts;

import java.nio.charset.StandardCharsets;

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
        String cut = detail.length() > MAX_DETAIL ? detail.substring(0, MAX_DETAIL) : detail;
        // It may quote anything, and half a surrogate pair could not be written: it becomes a question mark.
        detail = new String(cut.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
