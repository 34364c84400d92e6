package io.hsaw.local;

import io.hsaw.network.InvalidModelException;
import io.hsaw.network.NetworkSettings;
import io.hsaw.network.training.TrainingException;
import io.hsaw.network.training.TrainingSettings;
import io.hsaw.network.training.Validation;
import io.hsaw.network.trunk.TrunkPlan;
import io.hsaw.network.weights.InvalidWeightsException;
import io.hsaw.trainer.dataset.DataSet;
import io.hsaw.trainer.dataset.DataSetException;
import io.hsaw.trainer.evaluation.EvaluationFigures;
import io.hsaw.trainer.training.TrainingRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code hsaw train}: a training run without Kafka; called again after a stop it goes on where it was. */
@Command(name = "train", description = "Train a model on labelled pictures. Stopped and called again in the same way, it"
        + " goes on where it was.")
final class TrainCommand implements Callable<Integer> {

    @Mixin
    private DataSetOptions dataSet;

    @Option(names = "--output", paramLabel = "DIR", required = true,
            description = "The run's folder: framed pictures, checkpoints, and in the end model/.")
    private Path output;

    @Option(names = "--preset", defaultValue = "modern", description = "One of ${COMPLETION-CANDIDATES} (default:"
            + " ${DEFAULT-VALUE}); paper: the settings of the paper's section 5.1.")
    private Preset preset;

    @Option(names = "--epochs", paramLabel = "N", description = "Passes over the data (default: the preset's).")
    private Integer epochs;

    @Option(names = "--time-limit", paramLabel = "TIME", converter = Time.class,
            description = "Such as 90m or 2h: by then the run has come to its end, whatever --epochs says.")
    private Duration timeLimit;

    @Option(names = "--start", paramLabel = "FILE", description = "Weights to start from (default: random ones).")
    private Path start;

    @Option(names = "--stage", defaultValue = "FULL", description = "One of ${COMPLETION-CANDIDATES} (default:"
            + " ${DEFAULT-VALUE}); whole: trunk and P_all on whole faces alone, to prepare a run of the full network.")
    private TrainingSettings.Stage stage;

    @Option(names = "--frozen-stages", paramLabel = "N", defaultValue = "0",
            description = "So many stages of the trunk keep their weights, 0 to 4 (default: ${DEFAULT-VALUE}).")
    private int frozenStages;

    @Option(names = "--trunk-rate", paramLabel = "RATE",
            description = "The trunk's highest learning rate (default: the preset's).")
    private Double trunkRate;

    @Option(names = "--heads-rate", paramLabel = "RATE",
            description = "The heads' highest learning rate (default: the preset's).")
    private Double headsRate;

    @Option(names = "--precision", defaultValue = "AUTO", description = "One of ${COMPLETION-CANDIDATES} (default:"
            + " ${DEFAULT-VALUE}: bf16 where the processor is fast at it).")
    private NetworkSettings.Precision precision;

    @Option(names = "--name", paramLabel = "NAME", description = "The model's name (default: the output folder's).")
    private String name;

    @Option(names = "--model-version", paramLabel = "VERSION", defaultValue = "1",
            description = "The model's version (default: ${DEFAULT-VALUE}).")
    private String version;

    @Spec
    private CommandSpec spec;

    private enum Preset {
        MODERN {
            @Override
            TrainingSettings settings() {
                return TrainingSettings.modern();
            }
        },
        PAPER {
            @Override
            TrainingSettings settings() {
                return TrainingSettings.paper();
            }
        };

        abstract TrainingSettings settings();

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public Integer call() throws InterruptedException, IOException {
        TrainingRun run = run();
        Report report = new Report(spec.commandLine().getErr());
        CountDownLatch done = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(report, done), "stop-training"));
        try (DataSet samples = dataSet.format.open(dataSet.path)) {
            EvaluationFigures figures = run.run(samples, report);
            PrintWriter out = spec.commandLine().getOut();
            out.println(figures.toJson());
            out.flush();
            report.say("the model is in " + run.model());
            return Hsaw.DONE;
        } catch (DataSetException | TrainingException | InvalidWeightsException | InvalidModelException e) {
            throw new Failure(e.getMessage(), e);
        } finally {
            done.countDown();
        }
    }

    /** On a signal: lets the update in hand and a checkpoint be done, since native code must not run on in an ending process. */
    private static void stop(Report report, CountDownLatch done) {
        report.stopped = true;
        try {
            done.await(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private TrainingRun run() {
        try {
            TrainingSettings base = preset.settings();
            TrainingSettings settings = base.but().lasting(epochs == null ? base.epochs() : epochs, timeLimit)
                    .rates(trunkRate == null ? base.trunkLearningRate() : trunkRate,
                            headsRate == null ? base.headsLearningRate() : headsRate)
                    .stage(stage, frozenStages).build();
            TrunkPlan plan = TrunkPlan.choose(new NetworkSettings(NetworkSettings.Device.CPU, precision, 0), 0);
            String called = name == null ? output.toAbsolutePath().normalize().getFileName().toString() : name;
            return new TrainingRun(called, version, output, start, start == null ? null : start.getFileName().toString(),
                    settings, plan.precision() == NetworkSettings.Precision.BF16,
                    Runtime.getRuntime().availableProcessors());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /** Times such as 90m or 2h. */
    static final class Time implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String time) {
            try {
                return Duration.parse("PT" + time.toUpperCase(Locale.ROOT));
            } catch (DateTimeParseException e) {
                throw new TypeConversionException("'" + time + "' is no time such as 90m, 2h or 1h30m");
            }
        }
    }

    /** Says on standard error how the run goes: a line a second at most, and one per validation. */
    private static final class Report implements TrainingRun.Listener {

        private static final Duration BETWEEN_LINES = Duration.ofSeconds(1);

        private final PrintWriter err;
        private long said = System.nanoTime() - BETWEEN_LINES.toNanos();
        private volatile boolean stopped;

        private Report(PrintWriter err) {
            this.err = err;
        }

        @Override
        public void framing(String split, int done, int total) {
            sayNowAndThen("framing %s: %d of %d", split, done, total);
        }

        @Override
        public void step(Step step) {
            sayNowAndThen("step %d, epoch %.2f, %.1f %% of the run: loss %.3f (weights %.4f, balance %.3f, cross-entropy"
                    + " %.3f), %.0f %% of the batch right, %.1f faces/s", step.step(), step.epoch(),
                    100 * step.progress(), step.total(), step.weightSum(), step.balance(), step.crossEntropy(),
                    100 * step.accuracy(), step.facesPerSecond());
        }

        @Override
        public void validated(double epoch, Validation figures) {
            say(String.format(Locale.ROOT, "after epoch %.2f on %d faces: %.1f %% right (whole %.1f, auxiliary %.1f,"
                    + " left %.1f, right %.1f), mean over classes %.1f %%", epoch, figures.faces(),
                    100 * figures.fused(), 100 * figures.whole(), 100 * figures.auxiliary(), 100 * figures.left(),
                    100 * figures.right(), 100 * figures.meanClassAccuracy()));
        }

        @Override
        public boolean stopped() {
            return stopped;
        }

        @Override
        public void measuring(int done, int total) {
            sayNowAndThen("measuring the model: %d of %d", done, total);
        }

        private void sayNowAndThen(String line, Object... values) {
            long now = System.nanoTime();
            if (now - said >= BETWEEN_LINES.toNanos()) {
                said = now;
                say(String.format(Locale.ROOT, line, values));
            }
        }

        private void say(String line) {
            err.println("hsaw: " + line);
            err.flush();
        }
    }
}
