package io.hsaw.local;

import io.hsaw.network.HsawModel;
import io.hsaw.network.NetworkSettings;
import io.hsaw.trainer.dataset.DataSet;
import io.hsaw.trainer.dataset.DataSetException;
import io.hsaw.trainer.dataset.Repeats;
import io.hsaw.trainer.evaluation.Evaluator;
import io.hsaw.trainer.evaluation.LeakReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hsaw leaks}: pictures that occur more than once in data sets, as one line of JSON and as a list. */
@Command(name = "leaks", description = "Find pictures that are repeated within and across the splits of data sets.")
final class LeaksCommand implements Callable<Integer> {

    @Mixin
    private JoinedDataSetOptions dataSets;

    @Option(names = "--distance", paramLabel = "BITS", defaultValue = "" + Repeats.DEFAULT_DISTANCE,
            description = "Of near repeats so many bits of the difference hash differ at most, 0 to "
                    + Repeats.GREATEST_DISTANCE + " (default: ${DEFAULT-VALUE}).")
    private int distance;

    @Option(names = "--output", paramLabel = "FILE", description = "Where to list the pairs, as CSV.")
    private Path output;

    @Option(names = "--model", paramLabel = "DIR", description = "A model to measure with and without the pictures of"
            + " which a repeat is in the training part.")
    private Path model;

    @Option(names = "--limit", paramLabel = "N",
            description = "Measure the model on at most so many pictures of each data set, taken at equal distances.")
    private int limit = Integer.MAX_VALUE;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (distance < 0 || distance > Repeats.GREATEST_DISTANCE) {
            throw new ParameterException(spec.commandLine(), "--distance must be 0 to " + Repeats.GREATEST_DISTANCE);
        }
        if (limit < 1) {
            throw new ParameterException(spec.commandLine(), "--limit must be at least 1");
        }
        LeakReport report = dataSets.use(opened -> {
            try (HsawModel network = model == null ? null
                    : ModelOptions.load(model, NetworkSettings.Device.AUTO, NetworkSettings.Precision.AUTO)) {
                for (DataSet dataSet : opened) {
                    try (ProgressLine progress = new ProgressLine("looking at " + dataSet.name(), -1)) {
                        dataSet.examine(progress::at);
                    }
                }
                Repeats repeats = find(opened);
                return new LeakReport(repeats, network == null ? null : measure(opened, repeats, network));
            }
        });
        PrintWriter out = spec.commandLine().getOut();
        out.println(report.toJson());
        out.flush();
        return Hsaw.DONE;
    }

    private Repeats find(List<DataSet> opened) throws DataSetException {
        if (output == null) {
            return Repeats.find(opened, distance, pair -> { });
        }
        try (PrintWriter list = new PrintWriter(Files.newBufferedWriter(output))) {
            list.println("kind,distance,split,label,id,other_split,other_label,other_id");
            Repeats repeats = Repeats.find(opened, distance, pair -> list.println(Csv.line(
                    pair.exact() ? "exact" : "near", String.valueOf(pair.distance()),
                    pair.first().part(), pair.first().sample().label().label(), pair.first().sample().id(),
                    pair.second().part(), pair.second().sample().label().label(), pair.second().sample().id())));
            if (list.checkError()) {
                throw new IOException("the disk may be full");
            }
            return repeats;
        } catch (DataSetException e) {
            throw e;
        } catch (IOException e) {
            throw new Failure("cannot write the list of pairs to " + output + ": " + e + "; choose another place or free"
                    + " the disk", e);
        }
    }

    private List<LeakReport.Accuracy> measure(List<DataSet> opened, Repeats repeats, HsawModel network)
            throws DataSetException, InterruptedException {
        Evaluator evaluator = new Evaluator(network::predict, Runtime.getRuntime().availableProcessors());
        List<LeakReport.Accuracy> measured = new ArrayList<>();
        for (DataSet dataSet : opened) {
            try (ProgressLine progress = new ProgressLine("measuring", -1)) {
                measured.add(LeakReport.measure(dataSet, repeats, evaluator, limit, progress::at));
            }
        }
        return measured;
    }
}
