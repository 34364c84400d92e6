package io.hsaw.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hsaw.contracts.CloudEvents;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.Topics;
import io.hsaw.contracts.TrainingCommand;
import io.hsaw.contracts.TrainingProgress;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hsaw retrain}: has a trainer make a model from {@code labeled-frames}, and follows it. */
@Command(name = "retrain", description = {
    "Start a training run on the published samples and follow it to its end.",
    "Ctrl-C ends the following, not the run."})
final class RetrainCommand implements Callable<Integer> {

    private static final String SOURCE = "hsaw retrain";
    private static final DateTimeFormatter RUN_ID = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);
    private static final Duration UNTIL_NOBODY = Duration.ofSeconds(15);
    private static final int BAR_UNITS = 10_000;

    @ArgGroup
    private Which which = new Which();

    @Option(names = "--name", paramLabel = "NAME", description = "The model's name (default: "
            + TrainingCommand.DEFAULT_NAME + "); its version is the run's id.")
    private String name;

    @Option(names = "--preset", defaultValue = "modern", description = "One of ${COMPLETION-CANDIDATES} (default:"
            + " ${DEFAULT-VALUE}); paper: the settings of the paper's section 5.1.")
    private TrainingCommand.Preset preset;

    @Option(names = "--dataset", paramLabel = "NAME", description = "Only the samples of this data set; may be given"
            + " several times (default: all).")
    private List<String> dataSets;

    @Option(names = "--start", paramLabel = "MODEL", description = "Weights to start from: champion, random, or a model of"
            + " the store as NAME/VERSION (default: champion).")
    private String start;

    @Option(names = "--epochs", paramLabel = "N", description = "Passes over the data (default: the preset's).")
    private Integer epochs;

    @Option(names = "--time-limit", paramLabel = "TIME", converter = RecipeOptions.Time.class,
            description = "Such as 90m or 2h: by then training has come to its end, whatever --epochs says.")
    private Duration timeLimit;

    @Option(names = "--stage", description = "One of ${COMPLETION-CANDIDATES} (default: the preset's).")
    private TrainingCommand.Settings.Stage stage;

    @Option(names = "--size", paramLabel = "PIXELS", description = "Height and width of the crops, a multiple of 32 from"
            + " 64 to 224 (default: the preset's).")
    private Integer size;

    @Option(names = "--batch", paramLabel = "N", description = "Faces per update (default: the preset's).")
    private Integer batch;

    @Option(names = "--micro-batch", paramLabel = "N", description = "Faces whose gradients are computed at a time.")
    private Integer microBatch;

    @Option(names = "--trunk-rate", paramLabel = "RATE",
            description = "The trunk's highest learning rate (default: the preset's).")
    private Double trunkRate;

    @Option(names = "--heads-rate", paramLabel = "RATE",
            description = "The heads' highest learning rate (default: the preset's).")
    private Double headsRate;

    @Option(names = "--balance", paramLabel = "SHARE", description = "How much rare classes are shown more often, 0 to 1"
            + " (default: the preset's).")
    private Double balance;

    @Option(names = "--averaging", paramLabel = "SHARE", description = "What the moving average of the weights keeps of"
            + " itself at each update; 0 for none (default: the preset's).")
    private Double averaging;

    @Option(names = "--seed", paramLabel = "N", description = "Of the order and all random changes (default: the"
            + " preset's).")
    private Long seed;

    @Option(names = "--relabel-from", paramLabel = "EPOCH", description = "Judge labels from the end of this epoch on; 0 for"
            + " never (default: the preset's).")
    private Integer relabelFrom;

    @Option(names = "--margin", paramLabel = "P", description = "By how much the proposed expression's probability must"
            + " exceed the label's, 0 to 1 (default: 0, the paper's).")
    private Double margin;

    @Option(names = "--folds", paramLabel = "N", description = "Judge each sample by a network that was not trained on it:"
            + " once, at the end of --relabel-from, by so many networks (default: 0, the paper's way).")
    private Integer folds;

    @Option(names = "--threads", paramLabel = "N", description = "Of the trainer's processor; with 1 the same run gives the"
            + " same weights (default: all).")
    private Integer threads;

    @Option(names = "--detach", description = "End as soon as the run is ordered, and print its id.")
    private boolean detach;

    @Mixin
    private BrokerOptions broker;

    @Spec
    private CommandSpec spec;

    private String runId;
    private volatile TrainingProgress last;

    /** Which run; without any of these a new one. */
    private static final class Which {
        @Option(names = "--run", paramLabel = "ID", description = "The new run's id (default: made from the time).")
        private String id;
        @Option(names = "--follow", paramLabel = "RUN", description = "Follow a run that was started before.")
        private String follow;
        @Option(names = "--cancel", paramLabel = "RUN", description = "Cancel a run, and follow it to its end.")
        private String cancel;
    }

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        TrainingCommand command = command();
        broker.await(List.of(Topics.TRAINING_COMMANDS, Topics.TRAINING_PROGRESS), err);
        try (ProgressReport report = new ProgressReport(err, ProgressLine.isTerminal());
                TopicReader<TrainingProgress> progress = new TopicReader<>(broker.bootstrap, Topics.TRAINING_PROGRESS,
                        RecordCodec.TRAINING_PROGRESS, which.follow != null, report::say)) {
            if (command != null) {
                publish(command);
            }
            if (detach) {
                print(runId);
                return Hsaw.DONE;
            }
            Runtime.getRuntime().addShutdownHook(new Thread(this::leave, "leave-run"));
            return follow(progress, report);
        }
    }

    /** The command to give; null to follow only. */
    private TrainingCommand command() {
        if (which.follow != null) {
            runId = which.follow;
            return null;
        }
        try {
            if (which.cancel != null) {
                runId = which.cancel;
                return TrainingCommand.cancel(runId, Instant.now());
            }
            runId = which.id != null ? which.id : RUN_ID.format(Instant.now()) + "-"
                    + String.format("%04x", ThreadLocalRandom.current().nextInt(1 << 16));
            return TrainingCommand.start(runId, name, preset, dataSets, start, new TrainingCommand.Settings(stage, size,
                    batch, microBatch, epochs, timeLimit == null ? null : timeLimit.toMillis() / 60_000.0, trunkRate,
                    headsRate, balance, averaging, seed, relabelFrom, margin, folds, threads), Instant.now());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private void publish(TrainingCommand command) throws InterruptedException {
        RecordCodec<TrainingCommand> codec = RecordCodec.TRAINING_COMMANDS;
        try (RecordPublisher publisher = new RecordPublisher(broker.bootstrap)) {
            publisher.publish(Topics.TRAINING_COMMANDS, runId, codec.encode(command), Map.of(
                    CloudEvents.SPEC_VERSION, "1.0", CloudEvents.ID, runId + "/" + command.at(),
                    CloudEvents.TIME, command.at().toString(), CloudEvents.SOURCE, SOURCE,
                    CloudEvents.TYPE, codec.schema(), CloudEvents.CONTENT_TYPE, codec.contentType()));
            publisher.flush();
        }
    }

    private int follow(TopicReader<TrainingProgress> progress, ProgressReport report) {
        long began = System.nanoTime();
        boolean warned = false;
        while (true) {
            for (TrainingProgress now : progress.poll()) {
                if (now.runId().equals(runId)) {
                    show(now, report);
                    last = now;
                    if (now.phase().isEnd()) {
                        return end(now, report);
                    }
                }
            }
            if (last == null && !warned && System.nanoTime() - began > UNTIL_NOBODY.toNanos()) {
                warned = true;
                report.say("no trainer says anything about run " + runId + " yet: is one running (./hsaw up), or busy with"
                        + " another run?");
            }
        }
    }

    private void show(TrainingProgress now, ProgressReport report) {
        if (last == null) {
            report.say("run " + runId + " is done by trainer " + now.trainer());
        }
        if (now.accuracy() != null && (last == null || !now.accuracy().equals(last.accuracy()))) {
            report.say(String.format(Locale.ROOT, "after epoch %.2f: %.1f %% of the validation part right, mean over classes"
                    + " %.1f %%%s", now.epoch(), 100 * now.accuracy(),
                    100 * (now.meanClassAccuracy() == null ? 0 : now.meanClassAccuracy()), relabels(now)));
        }
        StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "epoch %.2f of %d", now.epoch(), now.epochs()));
        if (now.losses() != null) {
            line.append(String.format(Locale.ROOT, ", loss %.3f (weights %.4f, balance %.3f, cross-entropy %.3f)",
                    now.losses().total(), now.losses().weightSum(), now.losses().balance(), now.losses().crossEntropy()));
        }
        if (now.facesPerSecond() > 0) {
            line.append(String.format(Locale.ROOT, ", %.1f faces/s", now.facesPerSecond()));
        }
        line.append(relabels(now));
        if (now.secondsLeft() != null) {
            line.append(", ").append(TrainingReport.left(Math.round(now.secondsLeft())));
        }
        report.show(now.phase().name().toLowerCase(Locale.ROOT), Math.round(now.share() * BAR_UNITS), BAR_UNITS,
                line.toString());
    }

    private static String relabels(TrainingProgress now) {
        TrainingProgress.Relabels relabels = now.relabels();
        return relabels.proposed() == 0 ? "" : String.format(Locale.ROOT, "; labels: %d proposed, %d accepted, %d rejected,"
                + " %d wait for a person", relabels.proposed(), relabels.accepted(), relabels.rejected(), relabels.pending());
    }

    private int end(TrainingProgress now, ProgressReport report) {
        report.say("run " + runId + " " + switch (now.phase()) {
            case RELEASED -> "has released its model; ./hsaw models says what became of it";
            case CANCELLED -> "is cancelled";
            default -> "has failed";
        } + (now.problem() == null ? "" : ": " + now.problem().code() + ", " + now.problem().detail()));
        print(new String(RecordCodec.TRAINING_PROGRESS.encode(now), UTF_8));
        return now.phase() == TrainingProgress.Phase.RELEASED
                || now.phase() == TrainingProgress.Phase.CANCELLED && which.cancel != null ? Hsaw.DONE : Hsaw.FAILED;
    }

    private void print(String result) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(result);
        out.flush();
    }

    /** On a signal. */
    private void leave() {
        if (last == null || !last.phase().isEnd()) {
            PrintWriter err = spec.commandLine().getErr();
            String address = " --bootstrap " + broker.bootstrap + " ";
            err.printf("hsaw: run %1$s goes on; follow it by ./hsaw retrain%2$s--follow %1$s, cancel it by"
                    + " ./hsaw retrain%2$s--cancel %1$s%n", runId, address);
            err.flush();
        }
    }
}
