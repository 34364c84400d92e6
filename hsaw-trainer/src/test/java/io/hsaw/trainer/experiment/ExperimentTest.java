package io.hsaw.trainer.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.HalfFacePair;
import io.hsaw.contracts.RgbImage;
import io.hsaw.network.Prediction;
import io.hsaw.network.training.Augmentation;
import io.hsaw.network.training.RelabelRule;
import io.hsaw.network.training.TrainingData;
import io.hsaw.network.training.TrainingException;
import io.hsaw.network.training.TrainingListener;
import io.hsaw.network.training.TrainingSettings;
import io.hsaw.network.training.Validation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExperimentTest {

    private static final Validation FIGURES = new Validation(4, 0.5, 0, 0, 0, 0, 0.4, 0, 0);

    @TempDir
    private Path folder;

    /** Stopped within the second run and called again: the same table as without, and each finished run made once. */
    @Test
    void aStoppedComparisonGoesOnAndComesToTheSame() throws Exception {
        List<String> through = new ArrayList<>();
        String table = experiment(folder.resolve("through")).run(faces(8), faces(4), "faces", (run, number) -> {
            through.add(run);
            return new Listener(Integer.MAX_VALUE);
        }).toMarkdown();
        assertEquals(List.of("none-1", "paper-1"), through);

        List<String> made = new ArrayList<>();
        Path stopped = folder.resolve("stopped");
        assertThrows(TrainingException.class, () -> experiment(stopped).run(faces(8), faces(4), "faces", (run, number) -> {
            made.add(run);
            return new Listener(run.equals("paper-1") ? 6 : Integer.MAX_VALUE);
        }));
        assertEquals(table, experiment(stopped).run(faces(8), faces(4), "faces", (run, number) -> {
            made.add(run);
            return new Listener(Integer.MAX_VALUE);
        }).toMarkdown());
        assertEquals(List.of("none-1", "paper-1", "paper-1"), made);
        assertFalse(Files.exists(stopped.resolve("paper-1")), "what was only for going on");
        assertTrue(table.contains("| paper | 1 | 2 of 8 |"), table);
    }

    @Test
    void resultsOfOtherFacesAreRefused() throws Exception {
        experiment(folder).run(faces(8), faces(4), "faces", (run, number) -> new Listener(Integer.MAX_VALUE));

        IOException e = assertThrows(IOException.class, () -> experiment(folder).run(faces(8), faces(4), "other faces",
                (run, number) -> new Listener(Integer.MAX_VALUE)));

        assertTrue(e.getMessage().contains("holds the result of another run"), e.getMessage());
    }

    /** Right: first way 1100 and 1000, other way 1110 and 1010: differences of the faces 0, 0, 1, 0; mean 0.25. */
    @Test
    void waysAreComparedFaceByFaceAndSeedBySeed() {
        ExperimentReport report = new ExperimentReport(List.of("none", "paper"), List.of(
                result("none", 1, "1100", null), result("paper", 1, "1110", new ArmResult.Relabelled(10, 3, 2, 4, 2, 1)),
                result("none", 2, "1000", null), result("paper", 2, "1010", new ArmResult.Relabelled(10, 3, 1, 2, 2, 0))));

        assertEquals(0.25, report.difference("paper").mean(), 1e-12);
        assertEquals(0, report.difference("paper").interval().low());
        assertTrue(report.toMarkdown().contains("| paper | 1 | 3 of 10 | 4 | 2 (50.0 %) | 1 (25.0 %) | 2 |"), report.toMarkdown());
        assertTrue(report.toMarkdown().contains("| none | 2 | 50.00 % | 0.00 | 40.00 % |  |  |"), report.toMarkdown());
    }

    /** Labels a b c, truth a a a; first change b to a (restored), then c to b (neither), then a to b (harmed). */
    @Test
    void changesOfLabelsAreCountedAgainstTheTruth() throws Exception {
        List<Expression> first = List.of(Expression.ANGER, Expression.DISGUST, Expression.FEAR);
        ArmFaces faces = new ArmFaces(faces(3), first, folder);
        relabel(faces, 1, Expression.ANGER, Expression.ANGER, Expression.FEAR);
        relabel(faces, 2, Expression.DISGUST, Expression.ANGER, Expression.DISGUST);

        assertEquals(new ArmResult.Relabelled(3, 2, 2, 3, 1, 1),
                faces.relabelled(List.of(Expression.ANGER, Expression.ANGER, Expression.ANGER), 3));
    }

    @Test
    void anArmThatCannotJudgeIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Arm("a", settings(), RelabelRule.PAPER, 3, false));
        assertThrows(IllegalArgumentException.class, () -> new Arm("a", settings().but().stage(
                TrainingSettings.Stage.WHOLE, 0).build(), RelabelRule.PAPER, 1, false));
        assertThrows(IllegalArgumentException.class, () -> new Arm("a/b", settings()));
    }

    private static void relabel(ArmFaces faces, int epoch, Expression... read) throws IOException {
        faces.epochBegins(epoch);
        faces.relabel(epoch, Arrays.stream(read).map(ExperimentTest::reading).toList(), RelabelRule.PAPER);
    }

    private static Prediction reading(Expression expression) {
        double[] logits = new double[Expression.COUNT];
        logits[expression.ordinal()] = 1;
        return new Prediction(logits, logits, logits, 0.5, 0.5);
    }

    private static ArmResult result(String arm, int seed, String right, ArmResult.Relabelled relabelled) {
        return new ArmResult("", arm, seed, FIGURES, right, relabelled);
    }

    private static TrainingSettings settings() {
        return new TrainingSettings.Builder().stage(TrainingSettings.Stage.PARTS, 0).size(64).batch(2, 2).lasting(3, null)
                .augmentation(Augmentation.NONE).build();
    }

    private static Experiment experiment(Path folder) {
        return new Experiment(folder, List.of(new Arm("none", settings()),
                new Arm("paper", settings(), RelabelRule.PAPER, 1, false)), 1, 0.25, null, false, 1);
    }

    /** Grey faces, the lighter the higher their class. */
    private static TrainingData faces(int n) {
        return new TrainingData() {
            @Override
            public int size() {
                return n;
            }

            @Override
            public HalfFacePair halves(int index) {
                byte[] grey = new byte[3 * 4 * 8];
                Arrays.fill(grey, (byte) (30 * label(index).ordinal() + index));
                RgbImage half = new RgbImage(4, 8, grey);
                return new HalfFacePair(half, half);
            }

            @Override
            public Expression label(int index) {
                return Expression.values()[index % 3];
            }
        };
    }

    /** Stops after so many updates of its run. */
    private static final class Listener implements TrainingListener {
        private final int stopAt;
        private int steps;

        private Listener(int stopAt) {
            this.stopAt = stopAt;
        }

        @Override
        public void step(Step step) {
            steps++;
        }

        @Override
        public void validated(double epoch, Validation figures) {
            assertEquals(4, figures.faces());
        }

        @Override
        public boolean stopped() {
            return steps >= stopAt;
        }
    }
}
