package io.hsaw.trainer.robustness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.HalfFacePair;
import io.hsaw.halffacesplitter.CanonicalFrame;
import io.hsaw.network.ModelCard;
import io.hsaw.network.Prediction;
import io.hsaw.network.Temperatures;
import io.hsaw.trainer.dataset.FacePlace;
import io.hsaw.trainer.dataset.Progress;
import io.hsaw.trainer.dataset.SampleRef;
import io.hsaw.trainer.evaluation.Outcome;
import io.hsaw.trainer.picture.Pixels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RobustnessRunTest {

    /** Four bright pictures, three of them angry. */
    private static final List<SampleRef> SAMPLES = IntStream.range(0, 4).mapToObj(i -> new SampleRef("sample " + i,
            i == 0 ? Expression.FEAR : Expression.ANGER, "all", true, null, i + ".png",
            () -> Pixels.encoded(Pixels.filled(48, 48, 160 + i)))).toList();

    @TempDir
    private Path folder;
    private final List<String> done = new ArrayList<>();
    private int faces;

    /** Bright is anger, dark is fear. */
    private List<Prediction> readsBrightness(List<HalfFacePair> batch) {
        faces += batch.size();
        return batch.stream().map(face -> prediction((face.left().pixels()[0] & 255) > 100)).toList();
    }

    private static Prediction prediction(boolean bright) {
        double[] all = new double[Expression.COUNT];
        all[(bright ? Expression.ANGER : Expression.FEAR).ordinal()] = 1;
        return new Prediction(all, new double[Expression.COUNT], new double[Expression.COUNT], 0.5, 0.5);
    }

    private static ModelCard card(char weights) {
        return new ModelCard("bright", "1", "made by a test", "none", "none", Map.of(), null, Temperatures.NONE, null,
                String.valueOf(weights).repeat(64));
    }

    private RobustnessResults run(ModelCard card, Kind first, Kind... rest) throws Exception {
        return new RobustnessRun(this::readsBrightness, 1, folder).run(card, "four samples", SAMPLES,
                EnumSet.of(first, rest), (condition, number, of) -> {
                    done.add(condition);
                    return Progress.NONE;
                });
    }

    @Test
    void accuracyFallsWhereTheChangeHidesWhatTheNetworkReads() throws Exception {
        RobustnessResults results = run(card('a'), Kind.DARKNESS);

        Measured plain = results.plain().orElseThrow();
        assertEquals(0.75, plain.accuracy());
        assertEquals(4, plain.samples());
        assertEquals(0, plain.facesFound());
        List<Measured> dark = results.conditions().stream().filter(one -> one.kind() == Kind.DARKNESS).toList();
        // half of 160 is dark
        assertEquals(List.of("0.5", "0.25", "0.12", "0.06"), dark.stream().map(Measured::level).toList());
        assertEquals(List.of(0.25, 0.25, 0.25, 0.25), dark.stream().map(Measured::accuracy).toList());
        assertEquals(4, dark.get(0).changed());
        String table = results.toMarkdown();
        assertTrue(table.contains("| none |  | as it is | 4 | 0 | 0 | 75.0 % | 30.1–95.4 | 50.0 % |"), table);
        assertTrue(table.contains("| darkness |  | 0.5 | 4 | 4 | 0 | 25.0 % |"), table);
        assertTrue(Files.size(folder.resolve("darkness.png")) > 2000);
    }

    @Test
    void whatIsFinishedIsNotMeasuredAgain() throws Exception {
        run(card('a'), Kind.DARKNESS);
        assertEquals(5 * 4, faces);
        RobustnessResults more = run(card('a'), Kind.DARKNESS, Kind.GREY);
        assertEquals(6 * 4, faces);
        assertEquals(6, more.conditions().size());
        done.clear();
        assertEquals(more, run(card('a'), Kind.DARKNESS, Kind.GREY));
        assertEquals(List.of(), done);
    }

    @Test
    void aRunThatBreaksOffLeavesWhatItFinished() throws Exception {
        RobustnessRun broken = new RobustnessRun(this::readsBrightness, 1, folder);
        assertThrows(IllegalStateException.class, () -> broken.run(card('a'), "four samples", SAMPLES,
                EnumSet.of(Kind.DARKNESS), (condition, number, of) -> {
                    if (number == 5) {
                        throw new IllegalStateException("stopped");
                    }
                    return Progress.NONE;
                }));
        run(card('a'), Kind.DARKNESS);
        assertEquals(List.of("finding faces", "darkness 0.12", "darkness 0.06"), done);
    }

    @Test
    void resultsOfAnotherModelAndDamagedOnesAreNamedAndKept() throws Exception {
        run(card('a'), Kind.GREY);
        String message = assertThrows(IOException.class, () -> run(card('b'), Kind.GREY)).getMessage();
        assertTrue(message.contains("robustness.json") && message.contains("bbbb"), message);
        assertTrue(message.contains("choose another folder"), message);

        Files.writeString(folder.resolve(RobustnessResults.FILE), "{]");
        message = assertThrows(IOException.class, () -> run(card('a'), Kind.GREY)).getMessage();
        assertTrue(message.contains("robustness.json") && message.contains("delete it"), message);
        assertEquals("{]", Files.readString(folder.resolve(RobustnessResults.FILE)));
    }

    @Test
    void samplesAreGroupedByHowFarTheHeadIsTurned() {
        List<Double> yaws = new ArrayList<>(List.of(-5.0, 9.9, 10.0, -35.0, 60.0));
        yaws.add(null);
        List<Outcome> outcomes = IntStream.range(0, 6)
                .mapToObj(i -> new Outcome(Expression.ANGER, prediction(i % 2 == 0), true)).toList();
        List<Measured> groups = RobustnessRun.byYaw(outcomes, yaws.stream()
                .map(yaw -> new FacePlace(new CanonicalFrame(0, 0, 1, 1, 0), yaw)).toList());

        assertEquals(List.of("0 to 10", "10 to 20", "30 to 45", "from 45"),
                groups.stream().map(Measured::level).toList());
        assertEquals(List.of(2, 1, 1, 1), groups.stream().map(Measured::samples).toList());
        assertEquals(List.of(0.5, 1.0, 0.0, 1.0), groups.stream().map(Measured::accuracy).toList());
    }

    @Test
    void facesThatAreSmallAlreadyAreCountedAsUnchanged() throws Exception {
        // without a face the square is the whole picture, 48 wide
        assertEquals(List.of(0, 0, 0, 4, 4, 4), run(card('a'), Kind.SIZE).conditions().stream()
                .filter(one -> one.kind() == Kind.SIZE).map(Measured::changed).toList());
    }
}
