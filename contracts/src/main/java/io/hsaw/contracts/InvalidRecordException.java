package io.hsaw.contracts;

import com.fasterxml.jackson.core.JsonProcessingException;

/** Bytes that are not the record they should be. */
public final class InvalidRecordException extends Exception {

    private static final long serialVersionUID = 1L;

    InvalidRecordException(String schema, String reason, Throwable cause) {
        super("not a record of kind " + schema + ": " + reason, cause);
    }

    static String reason(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String text = root instanceof JsonProcessingException j ? j.getOriginalMessage() : root.getMessage();
        return text == null ? root.getClass().getSimpleName() : text.lines().findFirst().orElse(text);
    }
}
