package io.hsaw.contracts;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What a record on topic {@code labeled-frames} says of its picture: key and headers; the value is the picture. A record
 * without a value erases the sample.
 *
 * @param sampleId the record's key
 * @param dataSet  name of the data set
 * @param label    what the face is said to show, or null if nobody has said so yet
 * @param split    the data set's own, or null: then a hash of the picture decides
 * @param crop     whether the picture is a face crop already, which counts as a face even where no detector finds one
 * @param face     the labelled face in a picture with several, in pixels, or null
 * @param capture  where it comes from if a camera's, else null
 */
public record LabeledFrame(String sampleId, String dataSet, Expression label, Split split, boolean crop, Box face,
        Capture capture) {

    /** CloudEvents type of such a record. */
    public static final String TYPE = "hsaw.labeled-frame.v1";
    /** An expression's label. */
    public static final String LABEL = "hsaw_label";
    /** Name of the data set. */
    public static final String DATA_SET = "hsaw_dataset";
    /** {@code training} or {@code validation}. */
    public static final String SPLIT = "hsaw_split";
    /** {@code true} if the picture is a face crop already. */
    public static final String CROP = "hsaw_crop";
    /** {@code x,y,width,height} in pixels. */
    public static final String FACE = "hsaw_face";
    /** Of a capture: the camera. */
    public static final String CAPTURED_FROM = "hsaw_captured_from";
    /** Of a capture: why it is kept. */
    public static final String REASON = "hsaw_reason";
    /** Of a capture: until when it is kept, RFC 3339. */
    public static final String EXPIRES = "hsaw_expires";
    /** Of a capture: {@link CameraSettings#consentedSince} of the settings that allow it, RFC 3339. */
    public static final String CONSENTED_SINCE = "hsaw_consented_since";

    private static final String WITHOUT_DATA_SET = "unnamed";

    /** The part of a data set that a sample belongs to. */
    public enum Split {
        TRAINING, VALIDATION;

        /** As in the header. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * A sample that a camera saw.
     *
     * @param cameraId       the camera
     * @param reason         why it is kept
     * @param expires        until when it is kept
     * @param consentedSince {@link CameraSettings#consentedSince} of the settings that allow it, or null: then none do
     */
    public record Capture(String cameraId, String reason, Instant expires, Instant consentedSince) {
        public Capture {
            Checks.requireText(CAPTURED_FROM, cameraId, FrameLimits.MAX_ID_LENGTH);
            Checks.requireText(REASON, reason, Rejection.MAX_DETAIL);
            Checks.requireTime(EXPIRES, expires);
        }
    }

    public LabeledFrame {
        Checks.requireText("the key", sampleId, FrameLimits.MAX_ID_LENGTH);
        Checks.require(!sampleId.startsWith("run:"), "the key must not begin with run:, found %s", sampleId);
        Checks.requireText(DATA_SET, dataSet, FrameLimits.MAX_ID_LENGTH);
        Checks.require(face == null || face.area() > 0, FACE + " must have an area, found %s", face);
    }

    /**
     * From a record's key and headers.
     *
     * @param key     of the record
     * @param headers the value of the last header of a name, or null
     * @throws InvalidRecordException naming the header that cannot be read
     */
    public static LabeledFrame read(byte[] key, Function<String, byte[]> headers) throws InvalidRecordException {
        try {
            String type = text(CloudEvents.TYPE, headers.apply(CloudEvents.TYPE));
            Checks.require(type == null || type.equals(TYPE), CloudEvents.TYPE + " must be %s, found %s", TYPE, type);
            String dataSet = text(DATA_SET, headers.apply(DATA_SET));
            String camera = text(CAPTURED_FROM, headers.apply(CAPTURED_FROM));
            return new LabeledFrame(text("the key", key), dataSet == null ? WITHOUT_DATA_SET : dataSet,
                    expression(text(LABEL, headers.apply(LABEL))), split(text(SPLIT, headers.apply(SPLIT))),
                    "true".equalsIgnoreCase(text(CROP, headers.apply(CROP))), box(text(FACE, headers.apply(FACE))),
                    camera == null ? null : new Capture(camera, text(REASON, headers.apply(REASON)),
                            time(EXPIRES, headers), time(CONSENTED_SINCE, headers)));
        } catch (IllegalArgumentException e) {
            throw new InvalidRecordException(TYPE, InvalidRecordException.reason(e), e);
        }
    }

    /** The headers of the record, with those of CloudEvents. */
    public Map<String, String> headers(String source, Instant time, String contentType) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(CloudEvents.SPEC_VERSION, "1.0");
        headers.put(CloudEvents.ID, sampleId);
        headers.put(CloudEvents.TIME, time.toString());
        headers.put(CloudEvents.SOURCE, source);
        headers.put(CloudEvents.TYPE, TYPE);
        headers.put(CloudEvents.CONTENT_TYPE, contentType);
        headers.put(DATA_SET, dataSet);
        if (label != null) {
            headers.put(LABEL, label.label());
        }
        if (split != null) {
            headers.put(SPLIT, split.label());
        }
        if (crop) {
            headers.put(CROP, "true");
        }
        if (face != null) {
            headers.put(FACE, face.x() + "," + face.y() + "," + face.width() + "," + face.height());
        }
        if (capture != null) {
            headers.put(CAPTURED_FROM, capture.cameraId());
            headers.put(REASON, capture.reason());
            headers.put(EXPIRES, capture.expires().toString());
            if (capture.consentedSince() != null) {
                headers.put(CONSENTED_SINCE, capture.consentedSince().toString());
            }
        }
        return headers;
    }

    private static String text(String name, byte[] utf8) {
        if (utf8 == null) {
            return null;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(name + " is no Unicode text");
        }
    }

    private static Expression expression(String label) {
        return label == null ? null : Arrays.stream(Expression.values()).filter(e -> e.label().equalsIgnoreCase(label))
                .findFirst().orElseThrow(() -> new IllegalArgumentException(LABEL + " must be one of "
                        + Stream.of(Expression.values()).map(Expression::label).toList() + ", found " + label));
    }

    private static Split split(String label) {
        return label == null ? null : Arrays.stream(Split.values()).filter(s -> s.label().equalsIgnoreCase(label))
                .findFirst().orElseThrow(() -> new IllegalArgumentException(SPLIT + " must be training or validation, found "
                        + label));
    }

    private static Box box(String text) {
        if (text == null) {
            return null;
        }
        String[] numbers = text.split(",", -1);
        try {
            if (numbers.length == 4) {
                return new Box(Double.parseDouble(numbers[0]), Double.parseDouble(numbers[1]),
                        Double.parseDouble(numbers[2]), Double.parseDouble(numbers[3]));
            }
        } catch (NumberFormatException e) {
            // as with another count of numbers
        }
        throw new IllegalArgumentException(FACE + " must be four numbers x,y,width,height, found " + text);
    }

    private static Instant time(String name, Function<String, byte[]> headers) {
        String text = text(name, headers.apply(name));
        try {
            return text == null ? null : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(name + " must be an RFC 3339 time, found " + text);
        }
    }
}
