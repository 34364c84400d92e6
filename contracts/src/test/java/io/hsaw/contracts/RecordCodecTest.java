package io.hsaw.contracts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordCodecTest {

    private static final String REPLY = new String(RecordCodec.EMOTIONS.encode(Samples.reply()), UTF_8);

    private static JsonNode tree(byte[] json) throws IOException {
        return new JsonMapper().readTree(json);
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void aReplyHasTheNamesThatScriptsRelyOn() throws Exception {
        JsonNode reply = tree(RecordCodec.EMOTIONS.encode(Samples.reply()));
        JsonNode face = reply.at("/faces/0");

        assertEquals(List.of("schema", "cameraId", "frameId", "capturedAt", "width", "height", "model", "timings",
                "faces"), names(reply));
        assertEquals(List.of("name", "version"), names(reply.get("model")));
        assertEquals(List.of("trackId", "box", "keyPoints", "confidence", "roll", "yaw", "expression", "uncertain",
                "probabilities", "halves", "smoothed"), names(face));
        assertEquals(List.of("x", "y", "width", "height"), names(face.get("box")));
        assertEquals(List.of("leftEye", "rightEye", "noseTip", "mouthLeft", "mouthRight"),
                names(face.get("keyPoints")));
        assertEquals(List.of("x", "y"), names(face.at("/keyPoints/noseTip")));
        assertEquals(List.of("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral"),
                names(face.get("probabilities")));
        assertEquals(List.of("left", "right", "whole", "agree"), names(face.get("halves")));
        assertEquals(List.of("weight", "expression", "probabilities"), names(face.at("/halves/left")));
        assertEquals(List.of("weight", "expression", "probabilities"), names(face.at("/halves/right")));
        assertEquals(List.of("expression", "probabilities"), names(face.at("/halves/whole")));
        assertEquals(List.of("expression", "uncertain", "probabilities"), names(face.get("smoothed")));
    }

    @Test
    void aReplyIsWrittenInPlainJsonTypes() throws Exception {
        JsonNode reply = tree(RecordCodec.EMOTIONS.encode(Samples.reply()));

        assertEquals("hsaw.emotions.v1", reply.get("schema").textValue());
        assertEquals("2026-03-01T12:00:00.040Z", reply.get("capturedAt").textValue());
        assertEquals(12.5, reply.at("/timings/hsaw-inference").doubleValue());
        assertEquals("happiness", reply.at("/faces/0/expression").textValue());
        assertEquals(0.9012, reply.at("/faces/0/probabilities/happiness").doubleValue());
        assertTrue(reply.at("/faces/0/halves/agree").isBoolean());
    }

    @Test
    void aReplyThatSaysNothingOfCertaintyIsReadAndWrittenAsItIs() throws Exception {
        String silent = REPLY.replace("\"uncertain\":false,", "");
        FrameReply reply = RecordCodec.EMOTIONS.decode(silent.getBytes(UTF_8));

        assertNull(reply.faces().get(0).uncertain());
        assertNull(reply.faces().get(0).smoothed().uncertain());
        assertEquals(silent, new String(RecordCodec.EMOTIONS.encode(reply), UTF_8));
    }

    @Test
    void aRefusalNamesItsReasonAndHasNoFaces() throws Exception {
        JsonNode refusal = tree(RecordCodec.EMOTIONS.encode(Samples.refusal()));

        assertEquals("invalid-image", refusal.at("/rejection/code").textValue());
        assertEquals("the JPEG ends after 1,024 bytes", refusal.at("/rejection/detail").textValue());
        assertTrue(refusal.get("faces").isArray() && refusal.get("faces").isEmpty());
    }

    @Test
    void aBeginningHasNoPreviousExpression() throws Exception {
        assertEquals(List.of("schema", "kind", "cameraId", "frameId", "trackId", "at", "expression"),
                names(tree(RecordCodec.EMOTION_CHANGES.encode(Samples.beginning()))));
        assertEquals("neutral", tree(RecordCodec.EMOTION_CHANGES.encode(Samples.change())).get("previous").textValue());
    }

    @Test
    void pixelsAreByteStrings() throws Exception {
        JsonNode faces = new CBORMapper().readTree(RecordCodec.FACES.encode(Samples.faces()));

        assertTrue(faces.at("/faces/0/crop/pixels").isBinary());
    }

    @Test
    void theGreatestRecordOfPixelsStaysBelowTheLimitAndComesBack() throws Exception {
        RgbImage greatest = Samples.image(FrameLimits.MAX_CROP_SIDE, FrameLimits.MAX_CROP_SIDE);
        FaceCrop face = new FaceCrop(Samples.face(), greatest, Samples.face().keyPoints());
        Faces faces = new Faces(Samples.frame(), Collections.nCopies(FrameLimits.MAX_FACES, face));
        byte[] bytes = RecordCodec.FACES.encode(faces);

        int pixels = FrameLimits.MAX_FACES * face.crop().pixels().length;
        assertTrue(bytes.length < pixels + 16_384, "all but the pixels takes " + (bytes.length - pixels));
        assertTrue(bytes.length < FrameLimits.MAX_RECORD_BYTES);
        assertEquals(faces, RecordCodec.FACES.decode(bytes));
    }

    @Test
    void theGreatestStateOfACameraFitsItsTopic() {
        String id = "\u0001".repeat(FrameLimits.MAX_ID_LENGTH); // six bytes each in JSON
        double number = -1.2345678901234567e-300;
        Probabilities long7 = Probabilities.of(new double[] {0.14285714285714285, 0.14285714285714285,
            0.14285714285714285, 0.14285714285714285, 0.14285714285714285, 0.14285714285714285, 0.14285714285714285});
        List<CameraState.TrackState> tracks = new ArrayList<>();
        for (int i = 0; i < FrameLimits.MAX_TRACKS; i++) {
            tracks.add(new CameraState.TrackState("\u0001".repeat(FrameLimits.MAX_TRACK_ID_LENGTH - 2) + (10 + i),
                    new Box(number, number, -number, -number), id, Checks.LAST_TIME, Long.MAX_VALUE, long7,
                    Expression.HAPPINESS, Expression.SURPRISE, Long.MAX_VALUE));
        }
        byte[] bytes = RecordCodec.CAMERA_STATE.encode(new CameraState(id, Checks.LAST_TIME, tracks));

        String limit = Topics.all().stream().filter(topic -> topic.name().equals(Topics.CAMERA_STATE)).findFirst()
                .orElseThrow().settings().get("max.message.bytes");
        assertTrue(bytes.length < Integer.parseInt(limit) / 2, "it has " + bytes.length + " bytes");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
            hsaw.emotions.v2                 | , which a newer version wrote: update this service
            hsaw.emotions.v123               | , which a newer version wrote: update this service
            hsaw.emotions.v0                 | ``
            hsaw.faces.v2                    | ``
            hsaw.emotions.v                  | ``
            """)
    void aRecordThatSaysItIsOfANewerVersionIsRefusedUnreadWithTheRemedy(String type, String remedy) {
        InvalidRecordException e = assertThrows(InvalidRecordException.class,
                () -> RecordCodec.EMOTIONS.decode("no JSON".getBytes(UTF_8), type.getBytes(UTF_8)));

        assertEquals("not a record of kind hsaw.emotions.v1: schema must be hsaw.emotions.v1, found " + type + remedy,
                e.getMessage());
    }

    @Test
    void aRecordThatSaysItsKindOrNoneIsRead() throws Exception {
        byte[] reply = REPLY.getBytes(UTF_8);

        assertEquals(Samples.reply(), RecordCodec.EMOTIONS.decode(reply, FrameReply.SCHEMA.getBytes(UTF_8)));
        assertEquals(Samples.reply(), RecordCodec.EMOTIONS.decode(reply, null));
    }

    @Test
    void aNewerWritersFieldsAreIgnored() throws Exception {
        String newer = REPLY.replace("\"faces\":[{", "\"weather\":{\"wind\":[1,2]},\"faces\":[{\"age\":null,");

        assertEquals(Samples.reply(), RecordCodec.EMOTIONS.decode(newer.getBytes(UTF_8)));
    }

    @Test
    void aTimeWithAnOffsetIsReadAsUtc() throws Exception {
        String offset = REPLY.replace("2026-03-01T12:00:00.040Z", "2026-03-01T14:00:00.040+02:00");

        assertEquals(Samples.reply(), RecordCodec.EMOTIONS.decode(offset.getBytes(UTF_8)));
    }

    @Test
    void stagesNamedByNobodyMayBeMissing() throws Exception {
        String without = REPLY.replaceFirst("\"timings\":\\{[^}]*},", "");

        assertEquals(0, RecordCodec.EMOTIONS.decode(without.getBytes(UTF_8)).timings().size());
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
            212.5                            | "212.5"            | faces[0].box.x: Cannot coerce String value
            212.5                            | NaN                | faces[0].box: Non-standard token 'NaN'
            212.5                            | "NaN"              | faces[0].box: x must be a finite number
            212.5                            | 1e999              | faces[0].box: x must be a finite number
            212.5                            | null               | faces[0].box.x: is missing
            "x":212.5,                       | ``                 | faces[0].box.x: is missing
            "width":180.0                    | "width":-1         | faces[0].box: width and height must not be negative
            0.9731                           | 1.01               | faces[0]: confidence must lie in [0, 1]
            0.9012                           | 0.8                | faces[0].probabilities: probabilities must add up
            0.9012                           | -0.1               | faces[0].probabilities: happiness must lie in [0, 1]
            0.5218                           | 2                  | faces[0].halves.left: weight must lie in [0, 1]
            640                              | 640.5              | width: Cannot coerce Floating-point value
            640                              | 99999999999        | width: Numeric value (99999999999) out of range
            640                              | -1                 | width and height must not be negative
            "width":640                      | "width":1,"width":1| Duplicate field 'width'
            "cameraId":"door"                | "cameraId":7       | cameraId: Cannot coerce Integer value
            "cameraId":"door"                | "cameraId":" "     | cameraId is missing
            "cameraId":"door"                | "cameraId":"\\ud800"| cameraId is no Unicode text
            "expression":"happiness"         | "expression":"joy" | faces[0].expression: Cannot deserialize value
            "expression":"happiness"         | "expression":3     | faces[0].expression: Cannot deserialize value
            "2026-03-01T12:00:00.040Z"       | 1772366400         | capturedAt: Cannot deserialize
            2026-03-01T12:00:00.040Z         | yesterday          | capturedAt: Cannot deserialize
            2026-03-01T12:00:00.040Z         | 2026-03-01T12:00:00| capturedAt: Cannot deserialize
            2026-03-01T12                    | +12026-03-01T12    | capturedAt must lie in the years 0 to 9999
            6.125                            | "NaN"              | the timing of face-detector must be
            6.125                            | -1                 | the timing of face-detector must be
            "agree":false                    | "agree":0          | faces[0].halves.agree: Cannot coerce Integer value
            "faces":[                        | "faces":null,"f":[ | faces is missing
            "faces":[                        | "faces":[null,     | faces has an empty entry
            "model"                          | "rejection":{"code":"stale","detail":""},"model" | a refused frame must
            hsaw.emotions.v1                 | hsaw.emotions.v2   | schema must be hsaw.emotions.v1, found
            """)
    void aWrongFieldIsRefusedByName(String found, String wrong, String reason) {
        String reply = REPLY.replaceFirst(Pattern.quote(found),
                Matcher.quoteReplacement(wrong));

        InvalidRecordException e = assertThrows(InvalidRecordException.class,
                () -> RecordCodec.EMOTIONS.decode(reply.getBytes(UTF_8)));

        assertTrue(e.getMessage().startsWith("not a record of kind hsaw.emotions.v1: " + reason), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "\"\"", "7", "{}", "{", "\u0000", "not JSON"})
    void whatIsNoReplyIsRefused(String value) {
        assertThrows(InvalidRecordException.class, () -> RecordCodec.EMOTIONS.decode(value.getBytes(UTF_8)));
    }

    @Test
    void everyTruncationIsRefused() {
        for (int length = 0; length < REPLY.length(); length++) {
            byte[] truncated = Arrays.copyOf(REPLY.getBytes(UTF_8), length);
            assertThrows(InvalidRecordException.class, () -> RecordCodec.EMOTIONS.decode(truncated));
        }
        byte[] faces = RecordCodec.FACES.encode(Samples.faces());
        for (int length = 0; length < faces.length; length++) {
            byte[] truncated = Arrays.copyOf(faces, length);
            assertThrows(InvalidRecordException.class, () -> RecordCodec.FACES.decode(truncated));
        }
    }

    @Test
    void aRecordOfAnotherKindIsRefused() {
        byte[] faces = RecordCodec.FACES.encode(Samples.faces());
        byte[] change = RecordCodec.EMOTION_CHANGES.encode(Samples.change());

        assertThrows(InvalidRecordException.class, () -> RecordCodec.HALF_FACES.decode(faces));
        assertThrows(InvalidRecordException.class, () -> RecordCodec.EMOTIONS.decode(faces));
        assertThrows(InvalidRecordException.class, () -> RecordCodec.EMOTIONS.decode(change));
    }

    @Test
    void moreThanTheGreatestRecordIsRefusedUnread() {
        InvalidRecordException e = assertThrows(InvalidRecordException.class,
                () -> RecordCodec.EMOTIONS.decode(new byte[FrameLimits.MAX_RECORD_BYTES + 1]));

        assertTrue(e.getMessage().contains("16777217 bytes"), e.getMessage());
    }
}
