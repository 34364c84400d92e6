package io.hsaw.local;

import io.hsaw.contracts.HalfFacePair;
import io.hsaw.network.HalfFaceFigures;
import io.hsaw.network.HsawModel;
import io.hsaw.network.ModelCard;
import io.hsaw.network.Prediction;
import io.hsaw.network.Temperatures;
import io.hsaw.trainer.dataset.DataSet;
import io.hsaw.trainer.dataset.DataSetException;
import io.hsaw.trainer.evaluation.EvaluationFigures;
import io.hsaw.trainer.evaluation.EvaluationReport;
import io.hsaw.trainer.evaluation.Evaluator;
import io.hsaw.trainer.evaluation.FittedTemperatures;
import io.hsaw.trainer.evaluation.Halves;
import io.hsaw.trainer.evaluation.MovedCrops;
import io.hsaw.trainer.evaluation.Outcome;
import io.hsaw.trainer.evaluation.SpoiledHalves;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hsaw evaluate}: how well a model reads labelled pictures, as one line of JSON. */
@Command(name = "evaluate", description = "Measure a model on labelled pictures.")
final class EvaluateCommand implements Callable<Integer> {

    @Mixin
    private DataSetOptions dataSet;

    @Option(names = "--split", paramLabel = "NAME",
            description = "Which part; 'all' for everything (default: the data set's own part for measuring).")
    private String split;

    @Option(names = "--limit", paramLabel = "N", description = "At most so many samples, taken at equal distances.")
    private Integer limit;

    @Option(names = "--fit-temperatures",
            description = "Also fit temperatures to these samples and say how well they calibrate.")
    private boolean fitTemperatures;

    @Option(names = "--moved-crops", paramLabel = "N", description = "Also read each face N times, the first as it is and"
            + " then slightly moved, and say what the mean brings and costs (2 to 9).")
    private Integer movedCrops;

    @Option(names = "--halves", description = "Also say what the halves of faces say, and what happens to a half's weight"
            + " when that half is spoiled.")
    private boolean halves;

    @Option(names = "--spoiled", paramLabel = "N", defaultValue = "300",
            description = "Faces whose halves --halves spoils, taken at equal distances (default: ${DEFAULT-VALUE}): each"
                    + " is read seven times.")
    private int spoiled;

    @Option(names = "--report", paramLabel = "DIR", description = "Write plots and all figures into this folder.")
    private Path report;

    @Mixin
    private ModelOptions model;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException, IOException {
        requireAtLeastOne("--limit", limit);
        requireAtLeastOne("--spoiled", spoiled);
        if (movedCrops != null && (movedCrops < 2 || movedCrops > MovedCrops.MOST)) {
            throw new ParameterException(spec.commandLine(), "--moved-crops must be from 2 to " + MovedCrops.MOST);
        }
        if (report != null) {
            makeFolder(report);
        }
        PrintWriter err = spec.commandLine().getErr();
        PrintWriter out = spec.commandLine().getOut();
        try (DataSet samples = dataSet.format.open(dataSet.path); HsawModel network = model.load()) {
            String part = split == null ? samples.evaluationSplit() : split;
            ModelCard card = network.card();
            err.printf("hsaw: %s of %s with model %s %s, %s%n", part, samples.name(), card.name(), card.version(),
                    network.runtime());
            err.flush();
            Temperatures temperatures = card.temperatures();
            MovedCrops moved = movedCrops == null ? null : new MovedCrops(network::predict, movedCrops);
            int most = limit == null ? Integer.MAX_VALUE : limit;
            List<Outcome> outcomes = outcomes("evaluate", moved == null ? network::predict : moved, samples, part, most);
            String data = (limit == null ? "" : outcomes.size() + " samples of ") + part + " of " + samples.name();
            EvaluationReport found = new EvaluationReport(EvaluationFigures.of(outcomes, temperatures), temperatures,
                    fitTemperatures ? FittedTemperatures.of(outcomes) : null,
                    moved == null ? null : moved.figures(outcomes, temperatures),
                    halves ? halves(data, outcomes, network, samples, part, most) : null);
            out.println(found.toJson());
            out.flush();
            if (report != null) {
                found.write(report, card, data, outcomes);
            }
            return Hsaw.DONE;
        } catch (DataSetException e) {
            throw new Failure(e.getMessage(), e);
        }
    }

    private HalfFaceFigures halves(String data, List<Outcome> outcomes, HsawModel network, DataSet samples, String part,
            int most) throws DataSetException, InterruptedException {
        SpoiledHalves halves = new SpoiledHalves(network::predict);
        return Halves.of(data, outcomes, halves,
                outcomes("spoil halves", halves, samples, part, Math.min(most, spoiled)));
    }

    private static List<Outcome> outcomes(String task, Function<List<HalfFacePair>, List<Prediction>> network,
            DataSet samples, String part, int most) throws DataSetException, InterruptedException {
        try (ProgressLine progress = new ProgressLine(task, -1)) {
            return new Evaluator(network, Runtime.getRuntime().availableProcessors())
                    .outcomes(samples, part, most, progress::at);
        }
    }

    private void requireAtLeastOne(String option, Integer value) {
        if (value != null && value < 1) {
            throw new ParameterException(spec.commandLine(), option + " must be at least 1");
        }
    }

    /** Before the long work, so that a folder that cannot be made is known at once. */
    static void makeFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new Failure(folder + " cannot be made a folder (" + e + "); choose another place", e);
        }
    }
}
