package io.hsaw.contracts;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CloudEventsTest {

    private static final long TIMESTAMP = Instant.parse("2026-03-01T12:00:00.5Z").toEpochMilli();

    private final Map<String, byte[]> headers = new HashMap<>();

    private CloudEventsTest with(String name, String value) {
        headers.put(name, value.getBytes(UTF_8));
        return this;
    }

    private FrameInfo frame(String key) {
        return frame(key == null ? null : key.getBytes(UTF_8), TIMESTAMP);
    }

    private FrameInfo frame(byte[] key, long timestamp) {
        return CloudEvents.frame("frames", 3, 42, timestamp, key, headers::get);
    }

    @Test
    void keyAndHeadersSayWhatTheFrameIs() {
        FrameInfo frame = with("ce_id", "door-000042").with("ce_time", "2026-03-01T12:00:00.040Z")
                .with("ce_source", "/cameras/door").frame("door");

        assertEquals(new FrameInfo("door", "door-000042", Instant.parse("2026-03-01T12:00:00.040Z"), 0, 0, null,
                Map.of()), frame);
    }

    @Test
    void aRecordWithoutKeyAndHeadersIsAFrameToo() {
        assertEquals(new FrameInfo("unknown-3", "frames-3-42", Instant.ofEpochMilli(TIMESTAMP), 0, 0, null, Map.of()),
                frame(null));
    }

    @Test
    void withoutAKeyTheSourceIsTheCamera() {
        assertEquals("/cameras/door", with("ce_source", "/cameras/door").frame(null).cameraId());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "\t\n"})
    void aBlankKeyCountsForNone(String key) {
        assertEquals("unknown-3", frame(key).cameraId());
        assertEquals("/cameras/door", with("ce_source", "/cameras/door").frame(key).cameraId());
    }

    @Test
    void aKeyThatIsNoTextCountsForNone() {
        assertEquals("unknown-3", frame(new byte[] {(byte) 0xC3, 0x28}, TIMESTAMP).cameraId());
        assertEquals("unknown-3", frame("Tür".getBytes(ISO_8859_1), TIMESTAMP).cameraId());
        assertEquals("unknown-3", frame(new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80}, TIMESTAMP).cameraId());
    }

    @Test
    void idsMayBeAnyUnicodeText() {
        FrameInfo frame = with("ce_id", "图像-7 😀").frame("Tür 1");

        assertEquals("Tür 1", frame.cameraId());
        assertEquals("图像-7 😀", frame.frameId());
    }

    @Test
    void anIdOfGreatestLengthIsKeptAndALongerOneIsNot() {
        String longest = "x".repeat(FrameLimits.MAX_ID_LENGTH);

        assertEquals(longest, with("ce_id", longest).frame(longest).frameId());
        assertEquals(longest, frame(longest).cameraId());
        assertEquals("frames-3-42", with("ce_id", longest + "x").frame(longest + "x").frameId());
        assertEquals("unknown-3", frame(longest + "x").cameraId());
    }

    @Test
    void headersThatAreNoTextCountForNone() {
        for (String name : List.of("ce_id", "ce_time", "ce_source", "ce_mirrored")) {
            headers.put(name, new byte[] {(byte) 0xFF, (byte) 0xFE});
        }

        assertEquals(new FrameInfo("unknown-3", "frames-3-42", Instant.ofEpochMilli(TIMESTAMP), 0, 0, null, Map.of()),
                frame(null));
        assertFalse(CloudEvents.mirrored(headers::get));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-01T12:00:00Z, 2026-03-01T12:00:00Z",
        "2026-03-01t12:00:00.123456789z, 2026-03-01T12:00:00.123456789Z",
        "2026-03-01T14:00:00.5+02:00, 2026-03-01T12:00:00.500Z",
        "2026-02-28T23:30:00-12:30, 2026-03-01T12:00:00Z",
        "9999-12-31T23:59:59Z, 9999-12-31T23:59:59Z",
        "0000-01-01T00:00:00Z, 0000-01-01T00:00:00Z"})
    void aTimeMayHaveAnyOffset(String time, Instant expected) {
        assertEquals(expected, with("ce_time", time).frame("door").capturedAt());
    }

    @ParameterizedTest
    @ValueSource(strings = {"yesterday", "1772366400", "2026-03-01", "2026-03-01T12:00:00", "2026-02-30T12:00:00Z",
        "2026-03-01 12:00:00Z", "2026-03-01T12:00:00+99:00", "+12026-03-01T12:00:00Z", "-0001-03-01T12:00:00Z",
        "9999-12-31T23:59:59-01:00", ""})
    void forATimeThatIsNoneTheRecordsTimeStands(String time) {
        assertEquals(Instant.ofEpochMilli(TIMESTAMP), with("ce_time", time).frame("door").capturedAt());
    }

    @Test
    void aRecordTimeThatIsNoneIsTheNearestThatCanBeWritten() {
        assertEquals(Instant.EPOCH, frame(null, -1).capturedAt());
        assertEquals(Instant.EPOCH, frame(null, Long.MIN_VALUE).capturedAt());
        assertEquals(Instant.parse("9999-12-31T23:59:59.999Z"), frame(null, Long.MAX_VALUE).capturedAt());
    }

    @ParameterizedTest
    @CsvSource({"true, true", "True, true", "TRUE, true", "false, false", "1, false", "yes, false", "'', false"})
    void onlyTrueMeansMirrored(String value, boolean mirrored) {
        headers.put("ce_mirrored", value.getBytes(UTF_8));

        assertEquals(mirrored, CloudEvents.mirrored(headers::get));
    }

    @Test
    void aFrameThatDoesNotSayIsNotMirrored() {
        assertFalse(CloudEvents.mirrored(headers::get));
    }

    @Test
    void recordsAboutAFrameCarryItsIdAndTime() {
        Map<String, String> written =
                CloudEvents.headers(Samples.frame(), RecordCodec.EMOTIONS, "/hsaw/hsaw-inference");

        assertEquals(Map.of("ce_specversion", "1.0", "ce_id", "door-000042", "ce_time", "2026-03-01T12:00:00.040Z",
                "ce_source", "/hsaw/hsaw-inference", "ce_type", "hsaw.emotions.v1", "content-type", "application/json"),
                written);
        written.forEach(this::with);
        FrameInfo read = frame("door");
        assertEquals(Samples.frame().frameId(), read.frameId());
        assertEquals(Samples.frame().capturedAt(), read.capturedAt());
    }

    @Test
    void recordsWithPixelsSayThatTheyAreCbor() {
        assertTrue(CloudEvents.headers(Samples.frame(), RecordCodec.FACES, "s").containsValue("application/cbor"));
        assertTrue(CloudEvents.headers(Samples.frame(), RecordCodec.HALF_FACES, "s").containsValue("application/cbor"));
    }
}
