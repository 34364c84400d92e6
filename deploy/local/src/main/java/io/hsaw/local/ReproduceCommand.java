package io.hsaw.local;

import io.hsaw.network.NetworkSettings;
import io.hsaw.network.training.RelabelRule;
import io.hsaw.network.training.TrainingException;
import io.hsaw.network.training.TrainingSettings;
import io.hsaw.network.trunk.TrunkPlan;
import io.hsaw.network.weights.InitialWeights;
import io.hsaw.network.weights.InvalidWeightsException;
import io.hsaw.network.weights.Tensor;
import io.hsaw.trainer.dataset.DataSet;
import io.hsaw.trainer.dataset.FramedDataSet;
import io.hsaw.trainer.dataset.TrainingSelection;
import io.hsaw.trainer.experiment.Arm;
import io.hsaw.trainer.experiment.Experiment;
import io.hsaw.trainer.experiment.ExperimentReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hsaw reproduce}: ways of training compared on the same faces, over several seeds, as a table in Markdown. */
@Command(name = "reproduce", description = "Compare ways of training on labelled pictures, each with several seeds. Stopped"
        + " and called again in the same way, it goes on where it was.")
final class ReproduceCommand implements Callable<Integer> {

    @Parameters(paramLabel = "TABLE", description = "One of ${COMPLETION-CANDIDATES}. relabelling: wrong labels made on"
            + " purpose, without relabelling, with the paper's rule, with margins of 0.2 and 0.5, and with no wrong labels; table-6: plain"
            + " ResNet18 and the whole method, each without and with relabelling.")
    private Table table;

    @Mixin
    private JoinedDataSetOptions dataSets;

    @Option(names = "--output", paramLabel = "DIR", required = true,
            description = "Folder for results and, while runs go on, their checkpoints.")
    private Path output;

    @Mixin
    private RecipeOptions recipe;

    @Option(names = "--start", paramLabel = "FILE", description = "Weights to start from, which must not have learned from"
            + " these labels (default: random ones by the seed).")
    private Path start;

    @Option(names = "--precision", defaultValue = "AUTO", description = "One of ${COMPLETION-CANDIDATES} (default:"
            + " ${DEFAULT-VALUE}: bf16 where the processor is fast at it).")
    private NetworkSettings.Precision precision;

    @Option(names = "--seeds", paramLabel = "N", defaultValue = "3",
            description = "Runs of each way (default: ${DEFAULT-VALUE}).")
    private int seeds;

    @Option(names = "--relabel-from", paramLabel = "EPOCH", defaultValue = "6",
            description = "The first epoch after which labels are judged (default: ${DEFAULT-VALUE}).")
    private int relabelFrom;

    @Option(names = "--ways", paramLabel = "NAME", split = ",", description = "Only these ways, such as resnet18,hsaw; the others"
            + " are set against the first (default: all of the table's).")
    private Set<String> ways = Set.of();

    @Option(names = "--wrong-labels", paramLabel = "SHARE", description = "Share of the training labels that are made wrong"
            + " (default: 0.1 for relabelling, 0 for table-6).")
    private Double wrong;

    @Option(names = "--limit", paramLabel = "N", description = "Train on at most so many faces, taken at equal distances"
            + " (default: all).")
    private Integer limit;

    @Spec
    private CommandSpec spec;

    /** What can be compared. */
    enum Table {
        RELABELLING("relabelling", 0.1), TABLE_6("table-6", 0);

        private final String label;
        private final double wrong;

        Table(String label, double wrong) {
            this.label = label;
            this.wrong = wrong;
        }

        @Override
        public String toString() {
            return label;
        }
    }

    @Override
    public Integer call() throws InterruptedException, IOException {
        Experiment experiment = experiment();
        CountDownLatch done = new CountDownLatch(1);
        try (TrainingReport report = new TrainingReport(spec.commandLine().getErr(), ProgressLine.isTerminal())) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> TrainCommand.stop(report, done), "stop-training"));
            ExperimentReport results = dataSets.use(opened -> compare(experiment, opened, report));
            spec.commandLine().getOut().print(results.toMarkdown());
            spec.commandLine().getOut().flush();
            return Hsaw.DONE;
        } finally {
            done.countDown();
        }
    }

    private ExperimentReport compare(Experiment experiment, List<DataSet> opened, TrainingReport report)
            throws IOException, InterruptedException {
        EvaluateCommand.makeFolder(output);
        for (DataSet dataSet : opened) {
            dataSet.examine((at, total) -> report.examining(dataSet.name(), at, total));
        }
        TrainingSelection selection = TrainingSelection.of(opened);
        TrainingSelection.Faces faces = selection.frame(output, experiment.threads(), report::framing);
        var training = limit == null ? faces.training() : faces.training().spread(limit);
        try {
            return experiment.run(training, FramedDataSet.joined(faces.validation().values()), training.size() + " faces of "
                    + selection.describe()
                    + (start == null ? "" : ", from " + start.getFileName()), (run, number) -> {
                        report.say("run " + number + " of " + experiment.runs() + ": " + run);
                        return report.restarted();
                    });
        } catch (TrainingException | InvalidWeightsException e) {
            throw new Failure(e.getMessage(), e);
        }
    }

    private Experiment experiment() throws IOException {
        try {
            TrainingSettings settings = recipe.settings();
            TrunkPlan plan = TrunkPlan.choose(new NetworkSettings(NetworkSettings.Device.CPU, precision, 0), 0);
            if (limit != null && limit < settings.batch()) {
                throw new IllegalArgumentException("--limit must be at least a batch, " + settings.batch());
            }
            return new Experiment(output, chosen(arms(settings)), seeds, wrong == null ? table.wrong : wrong, startWeights(),
                    plan.precision() == NetworkSettings.Precision.BF16, Runtime.getRuntime().availableProcessors());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private Map<String, Tensor> startWeights() throws IOException {
        try {
            return start == null ? null : InitialWeights.from(start, 1);
        } catch (InvalidWeightsException e) {
            throw new Failure(e.getMessage(), e);
        }
    }

    private List<Arm> chosen(List<Arm> arms) {
        List<String> names = arms.stream().map(Arm::name).toList();
        for (String way : ways) {
            if (!names.contains(way)) {
                throw new IllegalArgumentException("--ways: " + table + " has no way " + way + ", only " + String.join(", ", names));
            }
        }
        return ways.isEmpty() ? arms : arms.stream().filter(arm -> ways.contains(arm.name())).toList();
    }

    private List<Arm> arms(TrainingSettings settings) {
        List<Arm> arms = new ArrayList<>();
        if (table == Table.RELABELLING) {
            arms.add(new Arm("none", settings));
            arms.add(new Arm("paper", settings, RelabelRule.PAPER, relabelFrom, false));
            for (double margin : new double[] {0.2, 0.5}) {
                arms.add(new Arm(String.format(Locale.ROOT, "margin-%.1f", margin), settings, new RelabelRule(margin), relabelFrom,
                        false));
            }
            arms.add(new Arm("true-labels", settings, null, 0, true));
        } else {
            TrainingSettings plain = settings.but().stage(TrainingSettings.Stage.PLAIN, settings.frozenStages())
                    .pooledWeight(1).build();
            arms.add(new Arm("resnet18", plain));
            arms.add(new Arm("resnet18-relabelling", plain, RelabelRule.PAPER, relabelFrom, false));
            arms.add(new Arm("hsaw", settings));
            arms.add(new Arm("hsaw-relabelling", settings, RelabelRule.PAPER, relabelFrom, false));
        }
        return arms;
    }
}
