package io.hsaw.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.network.training.TrainingListener.Step;
import io.hsaw.network.training.Validation;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingReportTest {

    private final StringWriter err = new StringWriter();

    private TrainingReport report() {
        return new TrainingReport(new PrintWriter(err), false);
    }

    private static Step step(double progress) {
        return new Step(40, 1.25, progress, 3.5, 0.125, 0.5, 1.5, 0.75, 22.5, Duration.ofSeconds(60));
    }

    @Test
    void aStepShowsTheLossByPartsTheAccuracyAndThePace() {
        try (TrainingReport report = report()) {
            report.step(step(0.125));
        }
        assertEquals("hsaw: training: step 40, epoch 1.25, 12.5 % of the run: loss 3.500 (weights 0.1250, balance 0.500,"
                + " cross-entropy 1.500), 75 % of the batch right, 22.5 faces/s, time left not known yet",
                err.toString().strip());
    }

    @Test
    void stepsWithinOneSecondAreOneLineAndValidationsAreNeverLeftOut() {
        try (TrainingReport report = report()) {
            for (int i = 0; i < 3; i++) {
                report.validated(i + 1, new Validation(10, 0.6, 0.5, 0.4, 0.3, 0.2, 0.55, 0.45, 0.65));
            }
        }
        List<String> lines = err.toString().lines().toList();
        assertEquals(3, lines.size());
        assertTrue(lines.get(2).startsWith("hsaw: after epoch 3.00 on 10 faces: 60.0 % right (whole 50.0"), lines::toString);
    }

    @Test
    void theTimeLeftIsThatOfTheRestAtThePaceSoFar() {
        long minute = Duration.ofMinutes(1).toNanos();
        assertEquals("30 s left", TrainingReport.left(minute, 0.5, 0.25));
        assertEquals("9 min left", TrainingReport.left(minute, 0.1, 0.9));
        assertEquals("1 h 39 min left", TrainingReport.left(minute, 0.01, 0.99));
        assertEquals("time left not known yet", TrainingReport.left(minute, 0, 1));
    }
}
