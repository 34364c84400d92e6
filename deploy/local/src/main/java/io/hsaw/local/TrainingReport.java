package io.hsaw.local;

import io.hsaw.network.training.Validation;
import io.hsaw.trainer.training.TrainingRun;
import java.io.PrintWriter;
import java.util.Locale;

/** Says on standard error how a training run goes, and one line for each validation. */
final class TrainingReport implements TrainingRun.Listener, AutoCloseable {

    /** Parts of the run that the bar tells apart. */
    private static final int BAR_UNITS = 10_000;

    private final ProgressReport report;
    private double progressAtFirst = -1;
    private long first;
    private volatile boolean stopped;

    /** @param terminal whether standard error is one */
    TrainingReport(PrintWriter err, boolean terminal) {
        report = new ProgressReport(err, terminal);
    }

    /** From now on the run is to end with a checkpoint. */
    void stop() {
        stopped = true;
    }

    @Override
    public void examining(String dataSet, int done, int total) {
        report.show("looking at " + dataSet, done, total, done + " of " + total);
    }

    @Override
    public void framing(String dataSet, int done, int total) {
        report.show("framing " + dataSet, done, total, done + " of " + total);
    }

    @Override
    public void step(Step step) {
        long now = System.nanoTime();
        if (progressAtFirst < 0) {
            progressAtFirst = step.progress();
            first = now;
        }
        String left = left(now - first, step.progress() - progressAtFirst, 1 - step.progress());
        String line = report.onTerminal()
                ? String.format(Locale.ROOT, "epoch %.2f loss %.3f (%.4f %.3f %.3f) %.0f %% right %.1f/s %s",
                        step.epoch(), step.total(), step.weightSum(), step.balance(), step.crossEntropy(), 100 * step.accuracy(),
                        step.facesPerSecond(), left)
                : String.format(Locale.ROOT, "step %d, epoch %.2f, %.1f %% of the run: loss %.3f (weights %.4f, balance"
                        + " %.3f, cross-entropy %.3f), %.0f %% of the batch right, %.1f faces/s, %s", step.step(),
                        step.epoch(), 100 * step.progress(), step.total(), step.weightSum(), step.balance(),
                        step.crossEntropy(), 100 * step.accuracy(), step.facesPerSecond(), left);
        report.show("training", Math.round(step.progress() * BAR_UNITS), BAR_UNITS, line);
    }

    /** Such as {@code 1 h 12 min left}: as long as the rest takes at the pace so far. */
    static String left(long nanos, double done, double rest) {
        if (done <= 0) {
            return "time left not known yet";
        }
        return left(Math.round(nanos / 1e9 * rest / done));
    }

    /** The same for so many seconds. */
    static String left(long seconds) {
        return seconds < 60 ? seconds + " s left"
                : seconds < 3600 ? seconds / 60 + " min left"
                : seconds / 3600 + " h " + seconds / 60 % 60 + " min left";
    }

    @Override
    public void validated(double epoch, Validation figures) {
        say(String.format(Locale.ROOT, "after epoch %.2f on %d faces: %.1f %% right (whole %.1f, auxiliary %.1f,"
                + " left %.1f, right %.1f), mean over classes %.1f %%", epoch, figures.faces(), 100 * figures.fused(),
                100 * figures.whole(), 100 * figures.auxiliary(), 100 * figures.left(), 100 * figures.right(),
                100 * figures.meanClassAccuracy()));
    }

    @Override
    public boolean stopped() {
        return stopped;
    }

    @Override
    public void measuring(int done, int total) {
        report.show("measuring the model", done, total, done + " of " + total);
    }

    /** The same for another run: the time left is that run's. */
    TrainingReport restarted() {
        progressAtFirst = -1;
        return this;
    }

    /** A line that stays. */
    void say(String line) {
        report.say(line);
    }

    /** Takes the bar away. */
    @Override
    public void close() {
        report.close();
    }
}
