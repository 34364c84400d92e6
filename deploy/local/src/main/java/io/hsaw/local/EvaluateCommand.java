package io.hsaw.local;

import io.hsaw.network.HsawModel;
import io.hsaw.trainer.dataset.DataSet;
import io.hsaw.trainer.dataset.DataSetException;
import io.hsaw.trainer.evaluation.EvaluationFigures;
import io.hsaw.trainer.evaluation.Evaluator;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
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

    @Mixin
    private ModelOptions model;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException, IOException {
        if (limit != null && limit < 1) {
            throw new ParameterException(spec.commandLine(), "--limit must be at least 1");
        }
        PrintWriter err = spec.commandLine().getErr();
        PrintWriter out = spec.commandLine().getOut();
        try (DataSet samples = dataSet.format.open(dataSet.path);
                HsawModel network = model.load();
                ProgressLine progress = new ProgressLine("evaluate", -1)) {
            String part = split == null ? samples.evaluationSplit() : split;
            err.printf("hsaw: %s of %s with model %s %s, %s%n", part, samples.name(), network.card().name(),
                    network.card().version(), network.runtime());
            err.flush();
            Evaluator evaluator = new Evaluator(network::predict, network.card().temperatures(),
                    Runtime.getRuntime().availableProcessors());
            EvaluationFigures figures = evaluator.evaluate(samples, part, limit == null ? Integer.MAX_VALUE : limit,
                    progress::at);
            out.println(figures.toJson());
            out.flush();
            return Hsaw.DONE;
        } catch (DataSetException e) {
            throw new Failure(e.getMessage(), e);
        }
    }
}
