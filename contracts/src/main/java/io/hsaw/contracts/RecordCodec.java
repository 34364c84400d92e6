package io.hsaw.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;

/**
 * Turns one kind of record into bytes and back: JSON for what people and programs read, CBOR for what carries pixels
 * between stages. Unknown fields are ignored, so that a newer writer does not stop an older reader; everything else is
 * checked, and a record that is not what it claims is refused with its kind and the field's name.
 */
public final class RecordCodec<T> {

    /** Topic {@code faces}. */
    public static final RecordCodec<Faces> FACES = cbor(Faces.class, Faces.SCHEMA);
    /** Topic {@code half-faces}. */
    public static final RecordCodec<HalfFaces> HALF_FACES = cbor(HalfFaces.class, HalfFaces.SCHEMA);
    /** Topic {@code emotions}. */
    public static final RecordCodec<FrameReply> EMOTIONS = json(FrameReply.class, FrameReply.SCHEMA);
    /** Topic {@code emotion-changes}. */
    public static final RecordCodec<EmotionChange> EMOTION_CHANGES = json(EmotionChange.class, EmotionChange.SCHEMA);

    private final ObjectMapper mapper;
    private final Class<T> type;
    private final String schema;
    private final String contentType;

    private RecordCodec(ObjectMapper mapper, Class<T> type, String schema, String contentType) {
        this.mapper = mapper;
        this.type = type;
        this.schema = schema;
        this.contentType = contentType;
    }

    private static <T> RecordCodec<T> cbor(Class<T> type, String schema) {
        return new RecordCodec<>(mapper(new CBORFactory()), type, schema, "application/cbor");
    }

    private static <T> RecordCodec<T> json(Class<T> type, String schema) {
        return new RecordCodec<>(mapper(new JsonFactory()), type, schema, "application/json");
    }

    private static ObjectMapper mapper(JsonFactory factory) {
        return JsonMapper.builder(factory)
                .addModule(new JavaTimeModule())
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .defaultPropertyInclusion(JsonInclude.Value.construct(JsonInclude.Include.NON_NULL,
                        JsonInclude.Include.ALWAYS))
                .build();
    }

    /** The kind of record, such as {@code hsaw.emotions.v1}; the CloudEvents type of its records. */
    public String schema() {
        return schema;
    }

    /** The media type of the bytes. */
    public String contentType() {
        return contentType;
    }

    /** The record as bytes. */
    public byte[] encode(T record) {
        try {
            return mapper.writeValueAsBytes(record);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + schema, e);
        }
    }

    /**
     * The record in the bytes.
     *
     * @throws InvalidRecordException if the bytes are no record of this kind; the message names kind and field
     */
    public T decode(byte[] bytes) throws InvalidRecordException {
        if (bytes == null || bytes.length == 0) {
            throw new InvalidRecordException(schema, "the value is empty", null);
        }
        if (bytes.length > FrameLimits.MAX_RECORD_BYTES) {
            throw new InvalidRecordException(schema, "the value has " + bytes.length + " bytes, more than "
                    + FrameLimits.MAX_RECORD_BYTES, null);
        }
        try {
            T record = mapper.readValue(bytes, type);
            if (record == null) {
                throw new InvalidRecordException(schema, "the value is null", null);
            }
            return record;
        } catch (IOException | RuntimeException e) {
            throw new InvalidRecordException(schema, InvalidRecordException.reason(e), e);
        }
    }
}
