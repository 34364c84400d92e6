package io.hsaw.contracts;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * CloudEvents 1.0 in Kafka's binary mode: the attributes are record headers. For a frame all of them are optional, and
 * none that cannot be read stops it: what stands for a missing one is used instead.
 */
public final class CloudEvents {

    /** Version of CloudEvents: {@code 1.0}. */
    public static final String SPEC_VERSION = "ce_specversion";
    /** The frame id. */
    public static final String ID = "ce_id";
    /** When the picture was taken: RFC 3339, any offset. */
    public static final String TIME = "ce_time";
    /** Who wrote the record; of a frame without a key, its camera. */
    public static final String SOURCE = "ce_source";
    /** The kind of record: {@link #FRAME_TYPE} or {@link RecordCodec#schema()}. */
    public static final String TYPE = "ce_type";
    /** Extension: {@code true} if the picture is mirrored, as a selfie camera's preview is. */
    public static final String MIRRORED = "ce_mirrored";
    /** The value's media type. A frame is read by its content, whatever this says. */
    public static final String CONTENT_TYPE = "content-type";
    /** On records between the stages and on events: when the frame arrived on {@code frames}, in ms since 1970. */
    public static final String RECEIVED = "hsaw_received";
    /** On dead letters: the rejection code. */
    public static final String REJECTION_CODE = "hsaw_rejection_code";
    /** On dead letters: the rejection's detail. */
    public static final String REJECTION_DETAIL = "hsaw_rejection_detail";

    /** CloudEvents type of a published picture. */
    public static final String FRAME_TYPE = "hsaw.frame.v1";

    private CloudEvents() {
    }

    /**
     * What a frame record says of itself.
     *
     * @param topic     where it was read, at most 170 characters, so that it fits into a frame id
     * @param partition of the topic
     * @param offset    in the partition
     * @param timestamp the record's time, in milliseconds since 1970
     * @param key       the record's key, or null; one that is no text counts for none
     * @param headers   the value of the last header of a name, or null
     */
    public static FrameInfo frame(String topic, int partition, long offset, long timestamp, byte[] key,
            Function<String, byte[]> headers) {
        String camera = text(key);
        if (camera == null) {
            camera = text(headers.apply(SOURCE));
        }
        if (camera == null) {
            camera = "unknown-" + partition;
        }
        String id = text(headers.apply(ID));
        if (id == null) {
            id = topic + "-" + partition + "-" + offset;
        }
        return new FrameInfo(camera, id, time(headers, timestamp), 0, 0, null, Map.of());
    }

    /** Whether the frame says that it is mirrored. */
    public static boolean mirrored(Function<String, byte[]> headers) {
        return "true".equalsIgnoreCase(text(headers.apply(MIRRORED)));
    }

    /** The headers of a record about a frame. */
    public static Map<String, String> headers(FrameInfo frame, RecordCodec<?> codec, String source) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(SPEC_VERSION, "1.0");
        headers.put(ID, frame.frameId());
        headers.put(TIME, frame.capturedAt().toString());
        headers.put(SOURCE, source);
        headers.put(TYPE, codec.schema());
        headers.put(CONTENT_TYPE, codec.contentType());
        return headers;
    }

    private static Instant time(Function<String, byte[]> headers, long timestamp) {
        String text = text(headers.apply(TIME));
        if (text != null) {
            try {
                Instant time = OffsetDateTime.parse(text).toInstant();
                if (Checks.isWritable(time)) {
                    return time;
                }
            } catch (DateTimeParseException e) {
                // not RFC 3339: the record's time stands for it
            }
        }
        return Instant.ofEpochMilli(Math.max(0, Math.min(timestamp, Checks.LAST_TIME.toEpochMilli())));
    }

    /** The text in the bytes, or null if there is none of use as an id. */
    private static String text(byte[] utf8) {
        if (utf8 == null) {
            return null;
        }
        try {
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
            return text.isBlank() || text.length() > FrameLimits.MAX_ID_LENGTH ? null : text;
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
