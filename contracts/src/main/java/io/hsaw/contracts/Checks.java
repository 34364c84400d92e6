package io.hsaw.contracts;

import java.util.Locale;

/** Argument checks of the records. */
final class Checks {

    private Checks() {
    }

    /** @throws IllegalArgumentException with the formatted message unless the condition holds */
    static void require(boolean condition, String message, Object... args) {
        if (!condition) {
            throw new IllegalArgumentException(String.format(Locale.ROOT, message, args));
        }
    }

    static void requireFinite(String name, double value) {
        require(Double.isFinite(value), "%s must be a finite number, found %s", name, value);
    }

    static <T> T requirePresent(String name, T value) {
        require(value != null, "%s is missing", name);
        return value;
    }

    static void requireText(String name, String value, int maxLength) {
        require(value != null && !value.isBlank(), "%s is missing", name);
        require(value.length() <= maxLength, "%s is longer than %d characters", name, maxLength);
    }
}
