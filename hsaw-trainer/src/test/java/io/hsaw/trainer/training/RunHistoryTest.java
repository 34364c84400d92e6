package io.hsaw.trainer.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.network.training.TrainingListener;
import io.hsaw.network.training.Validation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunHistoryTest {

    private static final String HEADER = "epoch,seconds,loss,weight_sum,balance,cross_entropy,training_accuracy,accuracy,"
            + "mean_class_accuracy,whole,auxiliary,left,right,weight_left,weight_right";

    @TempDir
    Path folder;

    /** Hears nothing and goes on for ever. */
    private static final TrainingListener NOBODY = new TrainingListener() {
        @Override
        public void step(Step step) {
            // nobody hears it
        }

        @Override
        public void validated(double epoch, Validation figures) {
            // nobody hears it
        }
    };

    private RunHistory history() {
        return new RunHistory(folder, NOBODY);
    }

    private static void step(RunHistory history, double loss) {
        history.step(new TrainingListener.Step(1, 0.5, 0.1, loss, 0.25, 0.5, 1.5, 0.75, 30, Duration.ofMillis(1500)));
    }

    private static void validated(RunHistory history, double epoch) {
        history.validated(epoch, new Validation(10, 0.6, 0.5, 0.4, 0.3, 0.2, 0.55, 0.45, 0.65));
    }

    private List<String> rows() throws IOException {
        List<String> lines = Files.readAllLines(folder.resolve("history.csv"));
        assertEquals(HEADER, lines.get(0));
        return lines.subList(1, lines.size());
    }

    private List<Double> epochs() throws IOException {
        return rows().stream().map(row -> Double.valueOf(row.split(",")[0])).toList();
    }

    @Test
    void anEpochIsALineOfMeansAndFigures() throws Exception {
        RunHistory history = history();
        step(history, 3);
        step(history, 4);
        validated(history, 1);
        assertEquals(List.of("1.00000,1.50000,3.50000,0.250000,0.500000,1.50000,0.750000,0.600000,0.550000,0.500000,"
                + "0.400000,0.300000,0.200000,0.450000,0.650000"), rows());
    }

    @Test
    void aRunThatGoesOnAddsToItsHistory() throws Exception {
        RunHistory before = history();
        step(before, 3);
        validated(before, 1);
        RunHistory after = history();
        step(after, 2);
        validated(after, 2);
        assertEquals(List.of(1.0, 2.0), epochs());
    }

    @Test
    void aRunBegunAnewReplacesWhatIsThereOfLaterEpochs() throws Exception {
        RunHistory before = history();
        for (int epoch = 1; epoch <= 3; epoch++) {
            step(before, 3);
            validated(before, epoch);
        }
        RunHistory anew = history();
        step(anew, 9);
        validated(anew, 1);
        assertEquals(List.of(1.0), epochs());
        assertTrue(rows().get(0).contains(",9.00000,"), rows()::toString);
    }

    @Test
    void validatingAFinishedRunAgainChangesNothing() throws Exception {
        RunHistory before = history();
        step(before, 3);
        validated(before, 1);
        List<String> rows = rows();
        validated(history(), 1);
        assertEquals(rows, rows());
    }

    @Test
    void theCurveIsDrawnAfterEachEpoch() throws Exception {
        RunHistory history = history();
        step(history, 3);
        validated(history, 1);
        byte[] first = Files.readAllBytes(folder.resolve("curve.png"));
        assertTrue(ImageIO.read(folder.resolve("curve.png").toFile()).getWidth() > 100);
        step(history, 2);
        validated(history, 2);
        assertFalse(Arrays.equals(first, Files.readAllBytes(folder.resolve("curve.png"))));
    }

    /** {@code /dev/full} takes no byte, as a full disk does. */
    @Test
    void aFullDiskLeavesTheHistoryAsItWasAndTheRunGoesOn() throws Exception {
        RunHistory history = history();
        step(history, 3);
        validated(history, 1);
        Files.createSymbolicLink(folder.resolve("history.csv.part"), Path.of("/dev/full"));
        step(history, 2);
        validated(history, 2);
        assertEquals(List.of(1.0), epochs());
        step(history, 1);
        validated(history, 3);
        assertEquals(List.of(1.0, 2.0, 3.0), epochs());
    }

    @Test
    void aDamagedHistoryBeginsAnew() throws Exception {
        Files.writeString(folder.resolve("history.csv"), HEADER + "\n1.0,2.0\n");
        RunHistory history = history();
        step(history, 3);
        validated(history, 2);
        assertEquals(List.of(2.0), epochs());
    }
}
