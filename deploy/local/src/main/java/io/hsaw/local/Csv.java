package io.hsaw.local;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Lines of CSV files (RFC 4180). */
final class Csv {

    private Csv() {
    }

    /** A line of these fields, quoted where that is needed; without its end. */
    static String line(String... fields) {
        return Arrays.stream(fields).map(Csv::field).collect(Collectors.joining(","));
    }

    private static String field(String text) {
        return text.matches("[^,\"\r\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
