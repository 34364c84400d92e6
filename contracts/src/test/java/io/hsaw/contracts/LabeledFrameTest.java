package io.hsaw.contracts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabeledFrameTest {

    private static final Instant TIME = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    void whatIsWrittenIsRead() throws InvalidRecordException {
        LabeledFrame sample = new LabeledFrame("expw/42", "expw", Expression.FEAR, LabeledFrame.Split.VALIDATION, true,
                new Box(1.5, 2, 30, 40), null);

        assertEquals(sample, read("expw/42", sample.headers("import", TIME, "image/jpeg")));
    }

    @Test
    void aCaptureIsWrittenAndReadWithItsReasonAndEnd() throws InvalidRecordException {
        LabeledFrame sample = new LabeledFrame("capture/door/7/1", "captures", null, null, true, null,
                new LabeledFrame.Capture("door", "poor light", TIME));

        assertEquals(sample, read("capture/door/7/1", sample.headers("capture", TIME, "image/jpeg")));
    }

    @Test
    void theKeyAloneIsEnough() throws InvalidRecordException {
        LabeledFrame sample = read("a", Map.of());

        assertEquals("unnamed", sample.dataSet());
        assertNull(sample.label());
        assertNull(sample.split());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            hsaw_label | joy | hsaw_label must be one of [anger, disgust, fear, happiness, sadness, surprise, neutral], found joy
            hsaw_split | test | hsaw_split must be training or validation, found test
            hsaw_face | 1,2,3 | hsaw_face must be four numbers x,y,width,height, found 1,2,3
            hsaw_face | 1,2,3,x | hsaw_face must be four numbers x,y,width,height, found 1,2,3,x
            hsaw_face | 1,2,3,NaN | height must be a finite number
            hsaw_face | 1,2,0,4 | hsaw_face must have an area
            hsaw_captured_from | door | hsaw_reason is missing
            ce_type | hsaw.frame.v1 | ce_type must be hsaw.labeled-frame.v1, found hsaw.frame.v1
            """)
    void aHeaderThatCannotBeReadIsNamed(String header, String value, String message) {
        InvalidRecordException e = assertThrows(InvalidRecordException.class, () -> read("a", Map.of(header, value)));

        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            run:1/a, the key must not begin with run:
            '', the key is missing
            """)
    void aKeyThatIsNoSamplesIsRefused(String key, String message) {
        InvalidRecordException e = assertThrows(InvalidRecordException.class, () -> read(key, Map.of()));

        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    private static LabeledFrame read(String key, Map<String, String> headers) throws InvalidRecordException {
        Map<String, byte[]> bytes = new HashMap<>();
        headers.forEach((name, value) -> bytes.put(name, value.getBytes(StandardCharsets.UTF_8)));
        return LabeledFrame.read(key.getBytes(StandardCharsets.UTF_8), bytes::get);
    }
}
