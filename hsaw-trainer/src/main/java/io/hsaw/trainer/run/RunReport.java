package io.hsaw.trainer.run;

import io.hsaw.contracts.TrainingProgress;
import io.hsaw.contracts.TrainingProgress.Losses;
import io.hsaw.contracts.TrainingProgress.Phase;
import io.hsaw.contracts.TrainingProgress.Problem;
import io.hsaw.contracts.TrainingProgress.Relabels;
import io.hsaw.network.training.TrainingListener;
import io.hsaw.network.training.Validation;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Says once a second how far a run is, on a thread of its own: training must not wait for Kafka. */
final class RunReport implements AutoCloseable {

    /** How much of the mean of the losses each update makes up. */
    private static final double NEW = 0.05;

    private final String runId;
    private final String trainer;
    private final Consumer<TrainingProgress> publish;
    private final ScheduledExecutorService clock;
    private Phase phase = Phase.PREPARING;
    private double share;
    private int epochs;
    private double epoch;
    private long step;
    private Losses losses;
    private Double accuracy;
    private Double meanClassAccuracy;
    private double facesPerSecond;
    private Relabels relabels = Relabels.NONE;
    private Double secondsLeft;
    private Problem problem;

    RunReport(String runId, String trainer, Consumer<TrainingProgress> publish) {
        this.runId = runId;
        this.trainer = trainer;
        this.publish = publish;
        clock = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "progress-" + runId);
            thread.setDaemon(true);
            return thread;
        });
        clock.scheduleWithFixedDelay(() -> publish.accept(now()), 0, 1, TimeUnit.SECONDS);
    }

    synchronized void lasting(int epochs) {
        this.epochs = epochs;
    }

    /** @param share of the phase that is done, 0 to 1 */
    synchronized void phase(Phase phase, double share) {
        this.phase = phase;
        this.share = Math.max(0, Math.min(1, share));
    }

    synchronized void step(TrainingListener.Step of) {
        phase(Phase.TRAINING, of.progress());
        epoch = of.epoch();
        step = of.step();
        facesPerSecond = of.facesPerSecond();
        double seconds = of.elapsed().toMillis() / 1000.0;
        secondsLeft = of.progress() > 0 ? Math.min(1e9, seconds * (1 - of.progress()) / of.progress()) : null;
        if (Double.isFinite(of.total() + of.weightSum() + of.balance() + of.crossEntropy())) {
            losses = losses == null ? new Losses(of.total(), of.weightSum(), of.balance(), of.crossEntropy())
                    : new Losses(mean(losses.total(), of.total()), mean(losses.weightSum(), of.weightSum()),
                            mean(losses.balance(), of.balance()), mean(losses.crossEntropy(), of.crossEntropy()));
        }
    }

    private static double mean(double before, double now) {
        return before + NEW * (now - before);
    }

    synchronized void validated(Validation figures) {
        measured(figures.fused(), figures.meanClassAccuracy());
    }

    synchronized void measured(double accuracy, double meanClassAccuracy) {
        this.accuracy = accuracy;
        this.meanClassAccuracy = meanClassAccuracy;
    }

    synchronized void relabels(Relabels relabels) {
        this.relabels = relabels;
    }

    /** What to know, or null. */
    synchronized void note(Problem problem) {
        this.problem = problem;
    }

    synchronized TrainingProgress now() {
        return new TrainingProgress(TrainingProgress.SCHEMA, runId, phase, epoch, epochs, step, share, losses, accuracy,
                meanClassAccuracy, facesPerSecond, relabels, phase == Phase.TRAINING ? secondsLeft : null, trainer, problem,
                Instant.now());
    }

    /** The last word: nothing follows it. */
    TrainingProgress end(Phase phase, Problem problem) throws InterruptedException {
        close();
        clock.awaitTermination(1, TimeUnit.MINUTES);
        synchronized (this) {
            phase(phase, 1);
            this.problem = problem;
            return now();
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
