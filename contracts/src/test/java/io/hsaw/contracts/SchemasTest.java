package io.hsaw.contracts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The schemas in {@code src/main/resources/schemas} are those of the records. After an intended change of a record:
 * {@code mvn test -Dtest=SchemasTest -Dhsaw.schemas.update} writes them anew.
 */
class SchemasTest {

    private static final Path COMMITTED = Path.of("src/main/resources/schemas");
    private static final Path RELEASED = Path.of("src/test/resources/schemas-released");
    private static final JsonMapper JSON = new JsonMapper();

    static Stream<String> names() {
        return RecordSchemas.all().keySet().stream();
    }

    static Stream<Path> released() throws IOException {
        try (Stream<Path> files = Files.list(RELEASED)) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void theCommittedSchemaIsThatOfTheRecord(String name) throws IOException {
        Path file = COMMITTED.resolve(name + ".json");
        String generated = JSON.writer(new DefaultPrettyPrinter()
                        .withObjectIndenter(new DefaultIndenter("  ", "\n")))
                .writeValueAsString(RecordSchemas.all().get(name)) + "\n";
        if (System.getProperty("hsaw.schemas.update") != null) {
            Files.writeString(file, generated);
        }

        assertEquals(Files.readString(file), generated,
                "if the record was meant to change: mvn test -Dtest=SchemasTest -Dhsaw.schemas.update");
    }

    @ParameterizedTest
    @MethodSource("released")
    void recordsOfAReleasedSchemaAreStillUnderstood(Path released) throws IOException {
        JsonNode now = JSON.readTree(Files.readString(COMMITTED.resolve(released.getFileName())));

        assertEquals(List.of(), SchemaCompatibility.breaks(JSON.readTree(Files.readString(released)), now));
    }

    @Test
    void everySchemaHasBeenReleased() throws IOException {
        assertEquals(names().sorted().toList(),
                released().map(file -> file.getFileName().toString().replace(".json", "")).toList());
    }

    @Test
    void whatTheCodecsWriteFitsTheSchemas() throws IOException {
        assertFits(RecordCodec.EMOTIONS, Samples.reply());
        assertFits(RecordCodec.EMOTIONS, Samples.refusal());
        assertFits(RecordCodec.EMOTION_CHANGES, Samples.change());
        assertFits(RecordCodec.EMOTION_CHANGES, Samples.beginning());
        assertFits(RecordCodec.CAMERA_STATE, Samples.state());
        assertFits(RecordCodec.CAMERA_STATE, Samples.emptyState());
        assertFits(RecordCodec.LABELS, Samples.label());
        assertFits(RecordCodec.LABELS, Samples.answer());
        assertFits(RecordCodec.PSEUDO_LABELS, Samples.pseudoLabel());
        assertFits(RecordCodec.TRAINING_COMMANDS, Samples.start());
        assertFits(RecordCodec.TRAINING_COMMANDS, Samples.cancel());
        assertFits(RecordCodec.TRAINING_PROGRESS, Samples.progress());
        assertFits(RecordCodec.MODEL_RELEASES, Samples.release());
        assertFits(RecordCodec.CAMERA_SETTINGS, Samples.cameraSettings());
        assertFits(RecordCodec.FACES, Samples.faces());
        assertFits(RecordCodec.FACES, Samples.refusedFaces());
        assertFits(RecordCodec.HALF_FACES, Samples.halfFaces());
        assertFits(RecordCodec.HALF_FACES, Samples.refusedHalfFaces());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/faces/0/box/x", "/faces/0/halves/left/weight", "/faces/0/smoothed", "/faces",
        "/model/name", "/capturedAt", "/schema"})
    void aReplyWithoutARequiredFieldFitsNot(String pointer) throws IOException {
        JsonNode reply = JSON.readTree(RecordCodec.EMOTIONS.encode(Samples.reply()));
        int last = pointer.lastIndexOf('/');
        ((ObjectNode) reply.at(pointer.substring(0, last))).remove(pointer.substring(last + 1));

        assertFalse(schema(FrameReply.SCHEMA).validate(reply).isEmpty());
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', textBlock = """
            0.9731, 1.5
            640, -1
            "happiness", "joy"
            12:00:00.040Z, noon
            emotions.v1, emotions.v2
            212.5, "212.5"
            6.125, -6
            """)
    void aReplyWithAValueOutOfRangeFitsNot(String value, String wrong) throws IOException {
        String reply = new String(RecordCodec.EMOTIONS.encode(Samples.reply()), UTF_8).replace(value, wrong);

        assertFalse(schema(FrameReply.SCHEMA).validate(JSON.readTree(reply)).isEmpty());
    }

    @Test
    void theHeadersOfAFrameAreThoseThatAreRead() throws IOException {
        JsonNode headers = committed(CloudEvents.FRAME_TYPE).at("/properties/headers/properties");

        assertEquals(List.of(CloudEvents.SPEC_VERSION, CloudEvents.ID, CloudEvents.TIME, CloudEvents.SOURCE,
                CloudEvents.TYPE, CloudEvents.MIRRORED, CloudEvents.CONTENT_TYPE).stream().sorted().toList(),
                headers.properties().stream().map(Map.Entry::getKey).sorted().toList());
        assertEquals(FrameLimits.MAX_ID_LENGTH, headers.at("/ce_id/maxLength").intValue());
        assertEquals(CloudEvents.FRAME_TYPE, headers.at("/ce_type/const").textValue());
        String value = committed(CloudEvents.FRAME_TYPE).at("/properties/value/description").textValue();
        assertTrue(value.contains(String.format(Locale.ROOT, "at most %,d bytes and %,d pixels",
                FrameLimits.MAX_FRAME_BYTES, FrameLimits.MAX_FRAME_PIXELS)), value);
    }

    @Test
    void aFrameFitsItsSchemaWithAndWithoutHeaders() throws IOException {
        JsonSchema schema = schema(CloudEvents.FRAME_TYPE);

        assertEquals("[]", schema.validate(JSON.readTree("{\"value\": \"a JPEG\"}")).toString());
        assertEquals("[]", schema.validate(JSON.readTree("""
                {"key": "door", "value": "a JPEG", "headers": {"ce_specversion": "1.0", "ce_id": "door-000042",
                 "ce_time": "2026-03-01T13:00:00.040+01:00", "ce_source": "/cameras/door", "ce_type": "hsaw.frame.v1",
                 "ce_mirrored": "true", "content-type": "image/jpeg", "traceparent": "00-1-2-3"}}""")).toString());
        assertFalse(schema.validate(JSON.readTree("{\"value\": \"a JPEG\", \"headers\": {\"ce_time\": \"noon\"}}"))
                .isEmpty());
    }

    private static <T> void assertFits(RecordCodec<T> codec, T record) throws IOException {
        JsonNode tree = codec.contentType().endsWith("cbor")
                ? JSON.readTree(JSON.writeValueAsString(new CBORMapper().readTree(codec.encode(record))))
                : JSON.readTree(codec.encode(record));
        assertEquals("[]", schema(codec.schema()).validate(tree).toString());
        ((ObjectNode) tree).put("newField", 1);
        assertTrue(schema(codec.schema()).validate(tree).isEmpty(), "fields of later writers are ignored");
    }

    private static JsonNode committed(String name) throws IOException {
        try (InputStream in = RecordCodec.class.getResourceAsStream("/schemas/" + name + ".json")) {
            return JSON.readTree(in);
        }
    }

    private static JsonSchema schema(String name) throws IOException {
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(committed(name),
                SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build());
    }
}
