package io.hsaw.local;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.hsaw.network.InvalidModelException;
import io.hsaw.network.NetworkSettings;
import io.hsaw.network.training.TrainingException;
import io.hsaw.network.training.TrainingSettings;
import io.hsaw.network.trunk.TrunkPlan;
import io.hsaw.network.weights.InvalidWeightsException;
import io.hsaw.trainer.dataset.DataSet;
import io.hsaw.trainer.evaluation.EvaluationFigures;
import io.hsaw.trainer.training.TrainingRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hsaw train}: a training run without Kafka; called again after a stop it goes on where it was. */
@Command(name = "train", description = "Train a model on labelled pictures. Stopped and called again in the same way, it"
        + " goes on where it was.")
final class TrainCommand implements Callable<Integer> {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Mixin
    private JoinedDataSetOptions dataSets;

    @Option(names = "--output", paramLabel = "DIR", required = true,
            description = "The run's folder: framed pictures, checkpoints, history.csv, curve.png, and in the end model/.")
    private Path output;

    @Mixin
    private RecipeOptions recipe;

    @Option(names = "--start", paramLabel = "FILE", description = "Weights to start from (default: random ones).")
    private Path start;

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

    @Override
    public Integer call() throws InterruptedException, IOException {
        TrainingRun run = run();
        CountDownLatch done = new CountDownLatch(1);
        try (TrainingReport report = new TrainingReport(spec.commandLine().getErr(), ProgressLine.isTerminal())) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(report, done), "stop-training"));
            Map<String, EvaluationFigures> figures = dataSets.use(opened -> train(run, opened, report));
            PrintWriter out = spec.commandLine().getOut();
            out.println(JSON.writeValueAsString(figures));
            out.flush();
            report.say("the model is in " + run.model() + ", how the run went in " + run.curve());
            return Hsaw.DONE;
        } finally {
            done.countDown();
        }
    }

    private static Map<String, EvaluationFigures> train(TrainingRun run, List<DataSet> opened, TrainingReport report)
            throws IOException, InterruptedException {
        try {
            return run.run(opened, report);
        } catch (TrainingException | InvalidWeightsException | InvalidModelException e) {
            throw new Failure(e.getMessage(), e);
        }
    }

    /** On a signal: lets the update in hand and a checkpoint be done, since native code must not run on in an ending process. */
    static void stop(TrainingReport report, CountDownLatch done) {
        report.stop();
        try {
            done.await(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private TrainingRun run() {
        try {
            TrainingSettings settings = recipe.settings();
            TrunkPlan plan = TrunkPlan.choose(new NetworkSettings(NetworkSettings.Device.CPU, precision, 0), 0);
            String called = name == null ? output.toAbsolutePath().normalize().getFileName().toString() : name;
            return new TrainingRun(called, version, output, start, start == null ? null : start.getFileName().toString(),
                    settings, plan.precision() == NetworkSettings.Precision.BF16,
                    Runtime.getRuntime().availableProcessors());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
