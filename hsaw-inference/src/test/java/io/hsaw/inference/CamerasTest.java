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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CamerasTest {

    private static final long SECOND = 1_000_000_000;
    /** Soon the count of nanoseconds begins at the other end. */
    private static final long NOW = Long.MAX_VALUE - 5 * SECOND;

    private final Tracks tracks = new Tracks(TrackSettings.DEFAULT);
    private final Cameras cameras = new Cameras(tracks, Duration.ofSeconds(10), 2);

    /** What a camera with one face looks like after one frame. */
    private CameraTracks seen(String cameraId) {
        return tracks.next(CameraTracks.unknown(cameraId), frame(cameraId, "f1", 0), List.of(face(0, 0, NEUTRAL)))
                .tracks();
    }

    private void hear(long nanoTime, String... cameraIds) {
        Cameras.Draft draft = cameras.draft(nanoTime);
        for (String cameraId : cameraIds) {
            draft.put(0, seen(cameraId));
        }
        draft.commit();
    }

    /** The names of those given up. */
    private List<String> giveUp(long nanoTime) {
        List<Cameras.GivenUp> givenUp = cameras.toGiveUp(nanoTime);
        cameras.forget(givenUp);
        return givenUp.stream().map(Cameras.GivenUp::cameraId).toList();
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
        hear(NOW + 10 * SECOND, "window");

        assertEquals(List.of(), cameras.toGiveUp(NOW + 10 * SECOND));
        assertEquals(List.of(new Cameras.GivenUp(0, "door",
                List.of(new EmotionChange(Kind.ENDED, "door", "f1", "door/f1/1", START, NEUTRAL, null)))),
                cameras.toGiveUp(NOW + 10 * SECOND + 1));
        assertEquals(List.of("door"), giveUp(NOW + 10 * SECOND + 1));
        assertEquals(List.of(), giveUp(NOW + 10 * SECOND + 1));
        assertEquals(1, cameras.size());
    }

    @Test
    void aCameraGivenUpIsToldUntilItIsForgotten() {
        hear(NOW, "door");

        assertEquals(1, cameras.toGiveUp(NOW + 11 * SECOND).size());
        assertEquals(List.of("door"), giveUp(NOW + 12 * SECOND));
    }

    @Test
    void aCameraOfNoFacesIsGivenUpToo() {
        cameras.restore(0, CameraTracks.unknown("door"), NOW);

        assertEquals(List.of(new Cameras.GivenUp(0, "door", List.of())), cameras.toGiveUp(NOW + 11 * SECOND));
    }

    @Test
    void beyondTheGreatestNumberTheCamerasNotHeardOfForLongestAreGivenUp() {
        hear(NOW, "door", "window");
        hear(NOW + SECOND, "door", "garden", "gate");

        assertEquals(List.of("window", "door"), giveUp(NOW + SECOND));
        assertEquals(2, cameras.size());
    }

    @Test
    void manyThatFallSilentAreGivenUpPieceByPiece() {
        int all = Cameras.MOST_GIVEN_UP + 1;
        Cameras many = new Cameras(tracks, Duration.ofSeconds(10), all);
        for (int i = 0; i < all; i++) {
            many.restore(0, seen("camera " + i), NOW);
        }
        List<Cameras.GivenUp> first = many.toGiveUp(NOW + 11 * SECOND);
        assertEquals(Cameras.MOST_GIVEN_UP, first.size());
        many.forget(first);

        assertEquals(List.of("camera " + (all - 1)),
                many.toGiveUp(NOW + 11 * SECOND).stream().map(Cameras.GivenUp::cameraId).toList());
    }

    @Test
    void aRestoredCameraGoesOnAndCountsAsHeardOfNow() {
        cameras.restore(3, seen("door"), NOW);

        assertEquals(seen("door"), cameras.draft(NOW).of(3, "door"));
        assertEquals(CameraTracks.unknown("door"), cameras.draft(NOW).of(0, "door"));
        assertEquals(List.of(), giveUp(NOW + 10 * SECOND));
        assertEquals(List.of("door"), giveUp(NOW + 11 * SECOND));
    }

    @Test
    void onlyCamerasWhoseTracksChangedAreToBeKept() {
        hear(NOW, "door");
        Cameras.Draft draft = cameras.draft(NOW + SECOND);
        draft.put(0, seen("door"));
        draft.put(1, seen("door"));
        draft.put(0, tracks.next(seen("window"), frame("window", "f2", 33), List.of()).tracks());
        draft.put(0, seen("window"));
        List<String> changed = new ArrayList<>();
        draft.forEachChanged((partition, state) -> changed.add(partition + " " + state.cameraId()));

        assertEquals(List.of("1 door", "0 window"), changed);
    }

    @Test
    void lostPartitionsAreForgottenWithoutAnEnd() {
        hear(NOW, "door");
        cameras.forget(Set.of(1));
        assertEquals(1, cameras.size());

        cameras.forget(Set.of(0));

        assertEquals(0, cameras.size());
        assertEquals(List.of(), giveUp(NOW + 60 * SECOND));
    }

    @Test
    void limitsOutOfRangeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Cameras(tracks, Duration.ZERO, 2));
        assertThrows(IllegalArgumentException.class, () -> new Cameras(tracks, Duration.ofDays(366), 2));
        assertThrows(IllegalArgumentException.class, () -> new Cameras(tracks, Duration.ofSeconds(1), 0));
    }
}
