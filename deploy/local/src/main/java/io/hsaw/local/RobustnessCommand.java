package io.hsaw.local;

import io.hsaw.network.HsawModel;
import io.hsaw.network.ModelCard;
import io.hsaw.trainer.dataset.DataSet;
import io.hsaw.trainer.dataset.Progress;
import io.hsaw.trainer.dataset.SampleRef;
import io.hsaw.trainer.evaluation.Evaluator;
import io.hsaw.trainer.robustness.Kind;
import io.hsaw.trainer.robustness.RobustnessResults;
import io.hsaw.trainer.robustness.RobustnessRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hsaw robustness}: accuracy under blur, darkness and much else, as a table in Markdown. */
@Command(name = "robustness", description = "Measure a model on pictures that are blurred, dark, covered and more."
        + " Stopped and called again in the same way, it goes on where it was.")
final class RobustnessCommand implements Callable<Integer> {

    @Mixin
    private DataSetOptions dataSet;

    @Option(names = "--output", paramLabel = "DIR", required = true,
            description = "Folder for robustness.json and a plot of each kind.")
    private Path output;

    @Option(names = "--split", paramLabel = "NAME",
            description = "Which part; 'all' for everything (default: the data set's own part for measuring).")
    private String split;

    @Option(names = "--limit", paramLabel = "N", defaultValue = "500", description = "At most so many samples, taken at"
            + " equal distances (default: ${DEFAULT-VALUE}); each is read about 40 times.")
    private int limit;

    @Option(names = "--kinds", paramLabel = "KIND", split = ",",
            description = "Only these of ${COMPLETION-CANDIDATES} (default: all).")
    private Set<Kind> kinds = EnumSet.allOf(Kind.class);

    @Mixin
    private ModelOptions model;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        if (limit < 1) {
            throw new ParameterException(spec.commandLine(), "--limit must be at least 1");
        }
        EvaluateCommand.makeFolder(output);
        PrintWriter out = spec.commandLine().getOut();
        try (DataSet samples = dataSet.format.open(dataSet.path); HsawModel network = model.load()) {
            String part = split == null ? samples.evaluationSplit() : split;
            ModelCard card = network.card();
            List<SampleRef> some = Evaluator.spread(samples.samples(part), limit);
            say("%d samples of %s of %s with model %s %s, %s", some.size(), part, samples.name(), card.name(),
                    card.version(), network.runtime());
            RobustnessResults results = new RobustnessRun(network::predict, Runtime.getRuntime().availableProcessors(),
                    output).run(card, some.size() + " samples of " + part + " of " + samples.name(), some, kinds,
                    this::progress);
            out.print(results.toMarkdown());
            out.flush();
            return Hsaw.DONE;
        } catch (IOException e) {
            throw new Failure(e.getMessage(), e);
        }
    }

    private Progress progress(String condition, int number, int of) {
        say("%d of %d: %s", number, of, condition);
        return Progress.NONE;
    }

    private void say(String line, Object... values) {
        PrintWriter err = spec.commandLine().getErr();
        err.printf("hsaw: " + line + "%n", values);
        err.flush();
    }
}
