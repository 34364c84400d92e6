package io.hsaw.inference;

import static io.hsaw.contracts.Expression.ANGER;
import static io.hsaw.contracts.Expression.HAPPINESS;
import static io.hsaw.contracts.Expression.NEUTRAL;
import static io.hsaw.inference.TestFaces.START;
import static io.hsaw.inference.TestFaces.face;
import static io.hsaw.inference.TestFaces.frame;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.contracts.EmotionChange;
import io.hsaw.contracts.EmotionChange.Kind;
import io.hsaw.contracts.FrameLimits;
import io.hsaw.contracts.RejectionCode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TracksTest {

    private final Tracks tracks = new Tracks(TrackSettings.DEFAULT);
    private CameraTracks door = CameraTracks.unknown("door");

    /** Takes the step over. */
    private TrackStep step(String frameId, long milliseconds, SeenFace... faces) {
        TrackStep step = tracks.next(door, frame(frameId, milliseconds), List.of(faces));
        door = step.tracks();
        return step;
    }

    private static List<String> ids(TrackStep step) {
        return step.faces().stream().map(TrackedFace::trackId).toList();
    }

    @Test
    void newFacesBeginTracksNamedByCameraFrameAndNumber() {
        TrackStep step = step("f1", 0, face(0, 0, ANGER), face(300, 0, HAPPINESS));

        assertEquals(List.of("door/f1/1", "door/f1/2"), ids(step));
        assertEquals(List.of(
                new EmotionChange(Kind.BEGAN, "door", "f1", "door/f1/1", START, ANGER, null),
                new EmotionChange(Kind.BEGAN, "door", "f1", "door/f1/2", START, HAPPINESS, null)), step.changes());
    }

    @Test
    void aFaceThatMovesALittleKeepsItsTrack() {
        step("f1", 0, face(0, 0, NEUTRAL));
        TrackStep step = step("f2", 33, face(20, 10, NEUTRAL));

        assertEquals(List.of("door/f1/1"), ids(step));
        assertEquals(List.of(), step.changes());
    }

    @Test
    void twoFacesThatChangeTheirOrderKeepTheirTracks() {
        step("f1", 0, face(0, 0, ANGER), face(300, 0, HAPPINESS));
        TrackStep step = step("f2", 33, face(310, 0, HAPPINESS), face(10, 0, ANGER));

        assertEquals(List.of("door/f1/2", "door/f1/1"), ids(step));
    }

    @Test
    void thePairThatOverlapsMostComesFirst() {
        step("f1", 0, face(0, 0, NEUTRAL), face(60, 0, NEUTRAL));
        // Overlaps: the first face with track 1 60/140, with track 2 80/120; the second with 2 90/110. In the order
        // of the faces the first would take track 2.
        TrackStep step = step("f2", 33, face(40, 0, NEUTRAL), face(70, 0, NEUTRAL));

        assertEquals(List.of("door/f1/1", "door/f1/2"), ids(step));
    }

    @Test
    void theLeastOverlapIsEnough() {
        Tracks third = new Tracks(new TrackSettings(1 / 3.0, TrackSettings.DEFAULT.gap(),
                TrackSettings.DEFAULT.timeConstant(), TrackSettings.DEFAULT.dwell()));
        CameraTracks before = third.next(door, frame("f1", 0), List.of(face(0, 0, NEUTRAL))).tracks();

        assertEquals(List.of("door/f1/1"), ids(third.next(before, frame("f2", 33), List.of(face(50, 0, NEUTRAL)))));
        assertEquals(List.of("door/f2/1"), ids(third.next(before, frame("f2", 33), List.of(face(51, 0, NEUTRAL)))));
    }

    @Test
    void aFaceThatIsBackWithinTheGapKeepsItsTrack() {
        step("f1", 0, face(0, 0, NEUTRAL));
        TrackStep away = step("f2", 1000);
        TrackStep back = step("f3", 2000, face(0, 0, NEUTRAL));

        assertEquals(List.of(), away.changes());
        assertEquals(List.of("door/f1/1"), ids(back));
    }

    @Test
    void aFaceAwayForLongerThanTheGapEndsItsTrackAtItsLastSight() {
        step("f1", 0, face(0, 0, NEUTRAL));
        step("f2", 100, face(0, 0, NEUTRAL));
        step("f3", 1100);
        TrackStep gone = step("f4", 2101);
        TrackStep back = step("f5", 2200, face(0, 0, NEUTRAL));

        assertEquals(List.of(
                new EmotionChange(Kind.ENDED, "door", "f2", "door/f1/1", START.plusMillis(100), NEUTRAL, null)),
                gone.changes());
        assertEquals(List.of("door/f5/1"), ids(back));
    }

    @Test
    void aCameraThatWasSilentForLongerThanTheGapStartsAfresh() {
        step("f1", 0, face(0, 0, ANGER));
        TrackStep later = step("f2", 2001, face(0, 0, NEUTRAL));

        assertEquals(List.of("door/f2/1"), ids(later));
        assertEquals(List.of(Kind.ENDED, Kind.BEGAN), later.changes().stream().map(EmotionChange::kind).toList());
        assertEquals(NEUTRAL, later.faces().get(0).smoothed().probabilities().mostProbable());
    }

    @Test
    void aClockThatIsSetBackFarStartsAfreshAndCountsFromThere() {
        step("f1", 60_000, face(0, 0, NEUTRAL));
        TrackStep back = step("f2", 0, face(0, 0, NEUTRAL));
        TrackStep next = step("f3", 33, face(0, 0, NEUTRAL));

        assertEquals(List.of("door/f2/1"), ids(back));
        assertEquals(List.of("door/f2/1"), ids(next));
        assertEquals(START.plusMillis(33), door.clock());
    }

    @Test
    void aFrameOutOfOrderKeepsTracksAndClock() {
        step("f1", 100, face(0, 0, NEUTRAL));
        TrackStep late = step("f0", 67, face(0, 0, NEUTRAL));

        assertEquals(List.of("door/f1/1"), ids(late));
        assertEquals(START.plusMillis(100), door.clock());
    }

    @Test
    void withAClockThatStandsExpressionsStillChangeAndTracksStillEnd() {
        step("f", 0, face(0, 0, HAPPINESS));
        List<EmotionChange> changes = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            changes.addAll(step("f", 0, face(0, 0, ANGER)).changes());
        }
        for (int i = 0; i < 62; i++) {
            changes.addAll(step("f", 0).changes());
        }

        assertEquals(List.of(
                new EmotionChange(Kind.CHANGED, "door", "f", "door/f/1", START, ANGER, HAPPINESS),
                new EmotionChange(Kind.ENDED, "door", "f", "door/f/1", START, ANGER, null)), changes);
    }

    @Test
    void aLastingExpressionIsOneChangeWithWhatWasBefore() {
        step("f0", 0, face(0, 0, HAPPINESS));
        List<EmotionChange> changes = new ArrayList<>();
        // 100 ms apart: anger leads when exp(-t / 0.5 s) < 0.5, that is t > 347 ms, so from f4, and for 300 ms at f7.
        for (int i = 1; i <= 20; i++) {
            changes.addAll(step("f" + i, 100 * i, face(0, 0, ANGER)).changes());
        }

        assertEquals(List.of(new EmotionChange(Kind.CHANGED, "door", "f7", "door/f0/1", START.plusMillis(700), ANGER,
                HAPPINESS)), changes);
    }

    @Test
    void aRefusedFrameTouchesNothing() {
        step("f1", 0, face(0, 0, NEUTRAL));
        CameraTracks before = door;
        TrackStep refused = tracks.next(door, frame("f2", 90_000).rejected(RejectionCode.INVALID_IMAGE, "truncated"),
                List.of());

        assertSame(before, refused.tracks());
        assertEquals(List.of(), refused.changes());
    }

    @Test
    void theSameStepDoneAgainGivesTheSame() {
        step("f1", 0, face(0, 0, NEUTRAL));
        CameraTracks before = door;
        TrackStep once = step("f2", 50, face(5, 0, ANGER), face(400, 0, HAPPINESS));
        TrackStep again = tracks.next(before, frame("f2", 50), List.of(face(5, 0, ANGER), face(400, 0, HAPPINESS)));

        assertEquals(once, again);
    }

    @Test
    void aCameraThatGivesEveryFrameOneIdStillHasDistinctTracks() {
        step("picture", 0, face(0, 0, NEUTRAL));
        TrackStep step = step("picture", 33, face(300, 0, NEUTRAL), face(0, 0, NEUTRAL));

        assertEquals(List.of("door/picture/2", "door/picture/1"), ids(step));
    }

    @Test
    void tracksOfOneCameraAreBoundedAndThoseUnseenForLongestEndFirst() {
        List<EmotionChange> ended = new ArrayList<>();
        for (int i = 0; i <= FrameLimits.MAX_TRACKS; i++) {
            ended.addAll(step("f" + i, i, face(200 * i, 0, NEUTRAL)).changes());
        }
        ended.removeIf(change -> change.kind() != Kind.ENDED);

        assertEquals(FrameLimits.MAX_TRACKS, door.tracks().size());
        assertEquals(List.of("door/f0/1"), ended.stream().map(EmotionChange::trackId).toList());
    }

    @Test
    void aFrameOfAnotherCameraIsRefused() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class,
                () -> tracks.next(door, frame("window", "f1", 0), List.of()));

        assertTrue(e.getMessage().contains("window"));
    }
}
