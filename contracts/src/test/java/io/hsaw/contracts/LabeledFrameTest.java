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
    void aCaptureIsWrittenAndReadWithItsReasonItsEndAndItsConsent() throws InvalidRecordException {
        for (Instant consentedSince : new Instant[] {TIME.minusNanos(1), null}) {
            LabeledFrame sample = new LabeledFrame("capture/door/7/1", "captures", null, null, true, null,
                    new LabeledFrame.Capture("door", "poor light", TIME, consentedSince));

            assertEquals(sample, read("capture/door/7/1", sample.headers("capture", TIME, "image/jpeg")));
        }
    }

    @ParameterizedTest
    @CsvSource({"hsaw_expires, noon", "hsaw_consented_since, today"})
    void aTimeOfACaptureThatIsNoneIsNamed(String header, String value) {
        Map<String, String> headers = new LabeledFrame("a", "captures", null, null, true, null,
                new LabeledFrame.Capture("door", "poor light", TIME, TIME)).headers("capture", TIME, "image/jpeg");
        headers.put(header, value);
        InvalidRecordException e = assertThrows(InvalidRecordException.class, () -> read("a", headers));

        assertTrue(e.getMessage().contains(header + " must be an RFC 3339 time, found " + value), e.getMessage());
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

    @Test
    void aHeaderThatIsNoTextIsNamed() {
        InvalidRecordException e = assertThrows(InvalidRecordException.class, () -> LabeledFrame.read(new byte[] {'a'},
                header -> header.equals(LabeledFrame.DATA_SET) ? new byte[] {-1} : null));

        assertTrue(e.getMessage().contains("hsaw_dataset is no Unicode text"), e.getMessage());
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
