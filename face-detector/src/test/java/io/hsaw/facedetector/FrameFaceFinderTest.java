package io.hsaw.facedetector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.contracts.Faces;
import io.hsaw.contracts.FrameInfo;
import io.hsaw.contracts.RejectionCode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrameFaceFinderTest {

    private static final FrameInfo FRAME = new FrameInfo("door", "frame-1", Instant.EPOCH, 0, 0, null, Map.of());

    private final FrameFaceFinder finder = new FrameFaceFinder();

    @AfterEach
    void close() {
        finder.close();
    }

    @Test
    void aPictureIsAnsweredWithItsSizeAndFaces() {
        Faces faces = finder.find(FRAME, TestPictures.astronaut(), false);
        assertEquals("frame-1", faces.frame().frameId());
        assertEquals(512, faces.frame().width());
        assertEquals(512, faces.frame().height());
        assertNull(faces.frame().rejection());
        assertEquals(1, faces.faces().size());
        assertTrue(faces.frame().timings().containsKey("face-detector"));
    }

    @Test
    void whatIsNoPictureIsAnsweredWithTheReason() {
        Faces faces = finder.find(FRAME, TestPictures.ascii("hello"), false);
        assertEquals(RejectionCode.UNSUPPORTED_FORMAT, faces.frame().rejection().code());
        assertEquals(0, faces.frame().width());
        assertEquals(List.of(), faces.faces());
        assertTrue(faces.frame().timings().containsKey("face-detector"));
    }

    @Test
    void aRecordWithoutValueIsAnInvalidImage() {
        assertEquals(RejectionCode.INVALID_IMAGE, finder.find(FRAME, null, false).frame().rejection().code());
    }
}
