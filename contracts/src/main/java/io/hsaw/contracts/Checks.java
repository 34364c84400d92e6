package io.hsaw.contracts;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/** Argument checks of the records. All throw {@link IllegalArgumentException} with a message that names the field. */
final class Checks {

    /** ISO-8601 and RFC 3339 write years with four digits. */
    private static final Instant FIRST_TIME = Instant.parse("0000-01-01T00:00:00Z");
    static final Instant LAST_TIME = Instant.parse("9999-12-31T23:59:59.999999999Z");

    private Checks() {
    }

    static void require(boolean condition, String message, Object... args) {
        if (!condition) {
            throw new IllegalArgumentException(String.format(Locale.ROOT, message, args));
        }
    }

    static void requireSchema(String expected, String found) {
        require(expected.equals(found), "schema must be %s, found %s%s", expected, found,
                version(expected, found) > version(expected, expected)
                        ? ", which a newer version wrote: update this service" : "");
    }

    /** The number at the end of a schema's name, 0 if it is of another kind. */
    private static int version(String expected, String schema) {
        String kind = expected.substring(0, expected.lastIndexOf('v') + 1);
        return schema != null && schema.matches(Pattern.quote(kind) + "[0-9]{1,9}")
                ? Integer.parseInt(schema.substring(kind.length())) : 0;
    }

    static void requireFinite(String name, double value) {
        require(Double.isFinite(value), "%s must be a finite number, found %s", name, value);
    }

    /** From 0 to 1; not NaN. */
    static void requireShare(String name, double value) {
        require(value >= 0 && value <= 1, "%s must lie in [0, 1], found %s", name, value);
    }

    static <T> T requirePresent(String name, T value) {
        require(value != null, "%s is missing", name);
        return value;
    }

    static void requireText(String name, String value, int maxLength) {
        require(value != null && !value.isBlank(), "%s is missing", name);
        require(value.length() <= maxLength, "%s is longer than %d characters", name, maxLength);
        require(isWellFormed(value), "%s is no Unicode text", name);
    }

    /** Whether the text has no half of a surrogate pair: such a text cannot be written as UTF-8. */
    static boolean isWellFormed(String text) {
        return text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }

    static void requireTime(String name, Instant value) {
        requirePresent(name, value);
        require(isWritable(value), "%s must lie in the years 0 to 9999, found %s", name, value);
    }

    static boolean isWritable(Instant time) {
        return !time.isBefore(FIRST_TIME) && !time.isAfter(LAST_TIME);
    }

    static void requirePictureSize(int width, int height) {
        require(width >= 0 && height >= 0, "width and height must not be negative, found %d x %d", width, height);
    }

    /** A checked copy. */
    static <T> List<T> faces(Rejection rejection, List<T> faces) {
        requirePresent("faces", faces);
        require(faces.size() <= FrameLimits.MAX_FACES, "faces has more than %d entries: %d", FrameLimits.MAX_FACES,
                faces.size());
        require(faces.stream().allMatch(Objects::nonNull), "faces has an empty entry");
        require(rejection == null || faces.isEmpty(), "a refused frame must not have faces");
        return List.copyOf(faces);
    }

    /** A checked copy that keeps the order; nothing stands for an empty one. */
    static Map<String, Double> timings(Map<String, Double> timings) {
        if (timings == null) {
            return Map.of();
        }
        require(timings.size() <= FrameLimits.MAX_TIMINGS, "timings has more than %d stages", FrameLimits.MAX_TIMINGS);
        timings.forEach((stage, milliseconds) -> {
            requireText("a stage in timings", stage, FrameLimits.MAX_ID_LENGTH);
            require(milliseconds != null && Double.isFinite(milliseconds) && milliseconds >= 0,
                    "the timing of %s must be a finite number of milliseconds, not negative, found %s", stage,
                    milliseconds);
        });
        return Collections.unmodifiableMap(new LinkedHashMap<>(timings));
    }
}
