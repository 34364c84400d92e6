package io.hsaw.inference;

import static io.hsaw.contracts.Expression.NEUTRAL;
import static io.hsaw.inference.TestFaces.START;
import static io.hsaw.inference.TestFaces.face;
import static io.hsaw.inference.TestFaces.frame;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hsaw.contracts.EmotionChange;
import io.hsaw.contracts.EmotionChange.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CamerasTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:05Z");

    private final Tracks tracks = new Tracks(TrackSettings.DEFAULT);
    private final Cameras cameras = new Cameras(tracks, Duration.ofSeconds(10), 2);

    /** What a camera with one face looks like after one frame. */
    private CameraTracks seen(String cameraId) {
        return tracks.next(CameraTracks.unknown(cameraId), frame(cameraId, "f1", 0), List.of(face(0, 0, NEUTRAL)))
                .tracks();
    }

    private List<Cameras.Ended> hear(Instant now, String... cameraIds) {
        Cameras.Draft draft = cameras.draft(now);
        for (String cameraId : cameraIds) {
            draft.put(0, seen(cameraId));
        }
        List<Cameras.Ended> ended = draft.giveUpSilent();
        draft.commit();
        return ended;
    }

    private static List<String> names(List<Cameras.Ended> ended) {
        return ended.stream().map(Cameras.Ended::cameraId).toList();
    }

    @Test
    void aCommittedDraftIsTheStateOfTheNext() {
        hear(NOW, "door");

        assertEquals(seen("door"), cameras.draft(NOW).of(0, "door"));
    }

    @Test
    void aDraftThatIsLetGoLeavesNoTrace() {
        Cameras.Draft draft = cameras.draft(NOW);
        draft.put(0, seen("door"));

        assertEquals(seen("door"), draft.of(0, "door"));
        assertEquals(CameraTracks.unknown("door"), cameras.draft(NOW).of(0, "door"));
        assertEquals(0, cameras.size());
    }

    @Test
    void oneCameraByTwoPartitionsIsTwoStreams() {
        hear(NOW, "door");

        assertEquals(CameraTracks.unknown("door"), cameras.draft(NOW).of(1, "door"));
    }

    @Test
    void aSilentCameraEndsItsTracksAndIsForgotten() {
        hear(NOW, "door");
        List<Cameras.Ended> within = hear(NOW.plusSeconds(10), "window");
        List<Cameras.Ended> after = hear(NOW.plusSeconds(11), "window");

        assertEquals(List.of(), within);
        assertEquals(List.of(new Cameras.Ended(0, "door",
                List.of(new EmotionChange(Kind.ENDED, "door", "f1", "door/f1/1", START, NEUTRAL, null)))), after);
        assertEquals(1, cameras.size());
    }

    @Test
    void silenceIsToldAgainIfItsTransactionFailed() {
        hear(NOW, "door");
        Cameras.Draft failed = cameras.draft(NOW.plusSeconds(11));

        assertEquals(List.of("door"), names(failed.giveUpSilent()));
        assertEquals(List.of("door"), names(hear(NOW.plusSeconds(12))));
    }

    @Test
    void beyondTheGreatestNumberTheCameraNotHeardOfForLongestIsGivenUp() {
        hear(NOW, "door", "window");
        hear(NOW.plusSeconds(1), "door");

        assertEquals(List.of("window"), names(hear(NOW.plusSeconds(2), "garden")));
        assertEquals(2, cameras.size());
    }

    @Test
    void aBatchWithMoreCamerasThanAreKeptGivesUpItsFirst() {
        assertEquals(List.of("a", "b"), names(hear(NOW, "a", "b", "c", "d")));
        assertEquals(2, cameras.size());
    }

    @Test
    void lostPartitionsAreForgottenWithoutAnEnd() {
        hear(NOW, "door");
        cameras.forget(Set.of(1));
        assertEquals(1, cameras.size());

        cameras.forget(Set.of(0));

        assertEquals(0, cameras.size());
        assertEquals(List.of(), hear(NOW.plusSeconds(60)));
    }

    @Test
    void limitsMustBePositive() {
        assertThrows(IllegalArgumentException.class, () -> new Cameras(tracks, Duration.ZERO, 2));
        assertThrows(IllegalArgumentException.class, () -> new Cameras(tracks, Duration.ofSeconds(1), 0));
    }
}
