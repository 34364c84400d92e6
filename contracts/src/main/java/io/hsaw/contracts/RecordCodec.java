package io.hsaw.contracts;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.TSFBuilder;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;

/**
 * Turns one kind of record into bytes and back: JSON for what people and programs read, CBOR for what carries pixels
 * between stages (as byte strings). Unknown fields are ignored, so that a newer writer does not stop an older reader;
 * everything else is checked, and a record that is not what it claims is refused with its kind and the field's name.
 * What is read is bounded before it is built. Safe for use by several threads.
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
    /** Topic {@code camera-state}. */
    public static final RecordCodec<CameraState> CAMERA_STATE = json(CameraState.class, CameraState.SCHEMA);
    /** Topic {@code labels}. */
    public static final RecordCodec<Label> LABELS = json(Label.class, Label.SCHEMA);
    /** Topic {@code pseudo-labels}. */
    public static final RecordCodec<PseudoLabel> PSEUDO_LABELS = json(PseudoLabel.class, PseudoLabel.SCHEMA);
    /** Topic {@code training-commands}. */
    public static final RecordCodec<TrainingCommand> TRAINING_COMMANDS = json(TrainingCommand.class, TrainingCommand.SCHEMA);
    /** Topic {@code training-progress}. */
    public static final RecordCodec<TrainingProgress> TRAINING_PROGRESS =
            json(TrainingProgress.class, TrainingProgress.SCHEMA);
    /** Topic {@code model-releases}. */
    public static final RecordCodec<ModelRelease> MODEL_RELEASES = json(ModelRelease.class, ModelRelease.SCHEMA);
    /** Topic {@code camera-settings}. */
    public static final RecordCodec<CameraSettings> CAMERA_SETTINGS = json(CameraSettings.class, CameraSettings.SCHEMA);

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
        return new RecordCodec<>(mapper(CBORFactory.builder()), type, schema, "application/cbor");
    }

    private static <T> RecordCodec<T> json(Class<T> type, String schema) {
        return new RecordCodec<>(mapper(JsonFactory.builder()), type, schema, "application/json");
    }

    /** Nothing is converted that is not of the right type already, and no name may stand twice. */
    private static ObjectMapper mapper(TSFBuilder<?, ?> factory) {
        return JsonMapper.builder((JsonFactory) factory
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxDocumentLength(FrameLimits.MAX_RECORD_BYTES)
                        .maxTokenCount(100_000)
                        .maxNestingDepth(32)
                        .maxNameLength(1_000)
                        .maxStringLength(64 << 10)
                        .maxNumberLength(100)
                        .build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build())
                .addModule(new SimpleModule()
                        .addSerializer(Instant.class, ToStringSerializer.instance)
                        .addDeserializer(Instant.class, new TimeReader()))
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .withCoercionConfig(LogicalType.Textual, config -> config
                        .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
    }

    /** ISO-8601 with an offset; numbers are no times. */
    private static final class TimeReader extends StdScalarDeserializer<Instant> {

        private static final long serialVersionUID = 1L;

        TimeReader() {
            super(Instant.class);
        }

        @Override
        public Instant deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            if (!parser.hasToken(JsonToken.VALUE_STRING)) {
                return (Instant) context.handleUnexpectedToken(Instant.class, parser);
            }
            try {
                return OffsetDateTime.parse(parser.getText()).toInstant();
            } catch (DateTimeException e) {
                return (Instant) context.handleWeirdStringValue(Instant.class, parser.getText(),
                        "not an ISO-8601 time with an offset");
            }
        }
    }

    /** The kind of record, such as {@code hsaw.emotions.v1}: its schema's name and its CloudEvents type. */
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
     * The record in the bytes, if its header {@link CloudEvents#TYPE} says that it is of this kind and version or does
     * not say: another version's bytes may look like anything.
     *
     * @param type the header's value, or null
     * @throws InvalidRecordException as {@link #decode(byte[])}; a newer version is named with the remedy
     */
    public T decode(byte[] bytes, byte[] type) throws InvalidRecordException {
        if (type != null) {
            try {
                Checks.requireSchema(schema, new String(type, StandardCharsets.UTF_8));
            } catch (IllegalArgumentException e) {
                throw new InvalidRecordException(schema, InvalidRecordException.reason(e), e);
            }
        }
        return decode(bytes);
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
        T record;
        try {
            record = mapper.readValue(bytes, type);
        } catch (IOException | RuntimeException e) {
            throw new InvalidRecordException(schema, InvalidRecordException.reason(e), e);
        }
        if (record == null) {
            throw new InvalidRecordException(schema, "the value is null", null);
        }
        return record;
    }
}
