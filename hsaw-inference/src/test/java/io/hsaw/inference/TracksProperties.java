package io.hsaw.inference;

import static io.hsaw.inference.TestFaces.frame;

import io.hsaw.contracts.Box;
import io.hsaw.contracts.EmotionChange.Kind;
import io.hsaw.contracts.EmotionChange;
import io.hsaw.contracts.Expression;
import io.hsaw.contracts.FrameLimits;
import io.hsaw.contracts.InvalidRecordException;
import io.hsaw.contracts.Probabilities;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.network.Softmax;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Assertions;

/** What holds for every sequence of frames, whatever their times, ids and faces. */
class TracksProperties {

    /** One frame of a sequence; its time is relative to the one before. */
    record Shot(String cameraId, int frameId, int step, List<SeenFace> faces) {
    }

    private final Tracks tracks = new Tracks(TrackSettings.DEFAULT);

    @Provide
    Arbitrary<List<Shot>> shots() {
        Arbitrary<Box> boxes = Combinators.combine(Arbitraries.doubles().between(-50, 400),
                Arbitraries.doubles().between(-50, 100), Arbitraries.doubles().between(0, 200)).as(
                        (x, y, size) -> new Box(x, y, size, size));
        Arbitrary<Probabilities> probabilities = Arbitraries.doubles().between(-20, 20).array(double[].class)
                .ofSize(Expression.COUNT).map(logits -> Softmax.of(logits, 1));
        return Combinators.combine(Arbitraries.of("door", "window"), Arbitraries.integers().between(0, 5),
                Arbitraries.frequencyOf(Tuple.of(8, Arbitraries.integers().between(0, 200)),
                        Tuple.of(1, Arbitraries.integers().between(-10_000, 10_000))),
                Combinators.combine(boxes, probabilities).as(SeenFace::new).list().ofMaxSize(16))
                .as(Shot::new).list().ofMaxSize(40);
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void everyFaceHasATrackOfItsOwnInTheOrderOfTheFaces(@ForAll("shots") List<Shot> shots) {
        play(shots, (shot, before, step) -> {
            Assertions.assertEquals(shot.faces().size(), step.faces().size());
            Map<String, Box> boxes = new HashMap<>();
            step.tracks().tracks().forEach(track -> boxes.put(track.id(), track.box()));
            Set<String> ids = new HashSet<>();
            for (int i = 0; i < step.faces().size(); i++) {
                String id = step.faces().get(i).trackId();
                Assertions.assertTrue(ids.add(id), id);
                Assertions.assertEquals(shot.faces().get(i).box(), boxes.get(id));
            }
            Assertions.assertEquals(boxes.size(), step.tracks().tracks().size(), "ids are distinct");
            Assertions.assertTrue(boxes.size() <= FrameLimits.MAX_TRACKS);
        });
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void aTrackNeverMovesToAnotherCamera(@ForAll("shots") List<Shot> shots) {
        Map<String, String> cameraOfTrack = new HashMap<>();
        play(shots, (shot, before, step) -> step.faces().forEach(face -> Assertions.assertEquals(shot.cameraId(),
                cameraOfTrack.computeIfAbsent(face.trackId(), id -> shot.cameraId()))));
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void smoothedProbabilitiesAddUpToOne(@ForAll("shots") List<Shot> shots) {
        play(shots, (shot, before, step) -> step.faces().forEach(face -> Assertions.assertEquals(1,
                Arrays.stream(face.smoothed().probabilities().toArray()).sum(), 1e-9)));
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void theChangesTellEveryBeginningChangeAndEnd(@ForAll("shots") List<Shot> shots) {
        Map<String, Map<String, Expression>> told = new HashMap<>();
        play(shots, (shot, before, step) -> {
            Map<String, Expression> known = told.computeIfAbsent(shot.cameraId(), id -> new HashMap<>());
            for (EmotionChange change : step.changes()) {
                Expression previous = change.kind() == Kind.ENDED ? known.remove(change.trackId())
                        : known.put(change.trackId(), change.expression());
                switch (change.kind()) {
                    case BEGAN -> Assertions.assertNull(previous);
                    case CHANGED -> Assertions.assertEquals(change.previous(), previous);
                    case ENDED -> Assertions.assertEquals(change.expression(), previous);
                }
            }
            Map<String, Expression> shown = new HashMap<>();
            step.tracks().tracks().forEach(track -> shown.put(track.id(), track.smoothed().expression()));
            Assertions.assertEquals(shown, known);
        });
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    void tracksThatAreWrittenAndReadBackAreTheSame(@ForAll("shots") List<Shot> shots) {
        play(shots, (shot, before, step) -> Assertions.assertEquals(step.tracks(), writtenAndRead(step.tracks())));
    }

    private static CameraTracks writtenAndRead(CameraTracks tracks) {
        try {
            return CameraTracks.of(RecordCodec.CAMERA_STATE.decode(RecordCodec.CAMERA_STATE.encode(tracks.state())));
        } catch (InvalidRecordException e) {
            throw new AssertionError(e);
        }
    }

    private interface Check {
        void on(Shot shot, CameraTracks before, TrackStep step);
    }

    private void play(List<Shot> shots, Check check) {
        Map<String, CameraTracks> cameras = new HashMap<>();
        long time = 0;
        for (Shot shot : shots) {
            time += shot.step();
            CameraTracks before = cameras.getOrDefault(shot.cameraId(), CameraTracks.unknown(shot.cameraId()));
            TrackStep step = tracks.next(before, frame(shot.cameraId(), "f" + shot.frameId(), time), shot.faces());
            check.on(shot, before, step);
            cameras.put(shot.cameraId(), step.tracks());
        }
    }
}
