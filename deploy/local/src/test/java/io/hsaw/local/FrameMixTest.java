package io.hsaw.local;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.contracts.FrameInfo;
import io.hsaw.contracts.Faces;
import io.hsaw.contracts.RejectionCode;
import io.hsaw.facedetector.FrameFaceFinder;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FrameMixTest {

    @Test
    void theDetectorFindsInEachPictureWhatItsKindPromises() {
        FrameInfo frame = new FrameInfo("camera", "frame", Instant.EPOCH, 0, 0, null, Map.of());
        try (FrameFaceFinder finder = new FrameFaceFinder()) {
            for (FrameMix.Picture picture : new FrameMix(1, 0.2, 0.1, 0.15).all()) {
                Faces found = finder.find(frame, picture.bytes(), false);
                // the hop answers poison, not the detector, which sees the face in it
                FrameKind kind = picture.kind() == FrameKind.POISON ? FrameKind.ONE_FACE : picture.kind();
                RejectionCode code = found.frame().rejection() == null ? null : found.frame().rejection().code();
                assertTrue(kind.answeredBy(code, found.faces().size()), () -> kind + ": " + found.frame() + ", "
                        + found.faces().size() + " faces");
            }
        }
    }

    @Test
    void theSeedAloneDecidesTheOrder() {
        List<byte[]> one = first(new FrameMix(5, 0.2, 0.1, 0.15), 200).map(FrameMix.Picture::bytes).toList();
        List<byte[]> again = first(new FrameMix(5, 0.2, 0.1, 0.15), 200).map(FrameMix.Picture::bytes).toList();
        for (int i = 0; i < one.size(); i++) {
            assertArrayEquals(one.get(i), again.get(i));
        }
    }

    @Test
    void sharesAreKeptAndPoisonIsNeverAmongThem() {
        int count = 10_000;
        Map<FrameKind, Integer> counts = new EnumMap<>(FrameKind.class);
        first(new FrameMix(1, 0.2, 0.1, 0.15), count).forEach(picture -> counts.merge(picture.kind(), 1, Integer::sum));

        assertShare(0.2, counts.get(FrameKind.ONE_FACE), count);
        assertShare(0.1, counts.get(FrameKind.SEVERAL_FACES), count);
        assertShare(0.55, counts.get(FrameKind.NO_FACE), count);
        assertShare(0.05, counts.get(FrameKind.TRUNCATED), count);
        assertShare(0.05, counts.get(FrameKind.NO_PICTURE), count);
        assertShare(0.05, counts.get(FrameKind.OTHER_FORMAT), count);
        assertEquals(null, counts.get(FrameKind.POISON));
    }

    @Test
    void moreThanAllIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new FrameMix(1, 0.5, 0.4, 0.2));
    }

    private static Stream<FrameMix.Picture> first(FrameMix mix, int count) {
        return Stream.generate(mix::next).limit(count);
    }

    private static void assertShare(double expected, int found, int count) {
        assertEquals(expected, (double) found / count, 0.02);
    }
}
