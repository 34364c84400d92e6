package io.hsaw.contracts;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import java.util.regex.Pattern;

/** Bytes that are not the record they should be; the message names the kind of record and the field. */
public final class InvalidRecordException extends Exception {

    private static final long serialVersionUID = 1L;
    /** Longest reason kept: a reason may quote what was read. */
    private static final int MAX_REASON = 300;
    /** Jackson's advice to programmers, at the end of its messages. */
    private static final Pattern ADVICE = Pattern.compile("(: | \\()(but|set|enable|disable)\\b.*");

    InvalidRecordException(String schema, String reason, Throwable cause) {
        super("not a record of kind " + schema + ": " + reason, cause);
    }

    /** What is wrong, after the place of it: {@code faces[0].box: width must be a finite number, found NaN}. */
    static String reason(Throwable failure) {
        String place = failure instanceof JsonMappingException mapping ? place(mapping) : "";
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String text = (place.isEmpty() ? "" : place + ": ")
                + (root instanceof JsonProcessingException json ? plain(json.getOriginalMessage()) : root.getMessage());
        return text.length() <= MAX_REASON ? text : text.substring(0, MAX_REASON) + "…";
    }

    private static String plain(String message) {
        return message.startsWith("Cannot map `null` into") ? "is missing"
                : ADVICE.matcher(message.lines().findFirst().orElse("")).replaceFirst("")
                        .replace(InvalidRecordException.class.getPackageName() + ".", "");
    }

    private static String place(JsonMappingException mapping) {
        StringBuilder place = new StringBuilder();
        for (JsonMappingException.Reference step : mapping.getPath()) {
            if (step.getFieldName() == null) {
                place.append('[').append(step.getIndex()).append(']');
            } else {
                place.append(place.isEmpty() ? "" : ".").append(step.getFieldName());
            }
        }
        return place.toString();
    }
}
