package io.hsaw.trainer.run;

import io.hsaw.contracts.InvalidRecordException;
import io.hsaw.contracts.ModelRef;
import io.hsaw.contracts.ModelRelease;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.TrainingCommand;
import io.hsaw.contracts.TrainingProgress.Phase;
import io.hsaw.contracts.TrainingProgress.Problem;
import io.hsaw.messaging.ModelReleases;
import io.hsaw.network.HsawModel;
import io.hsaw.network.InvalidModelException;
import io.hsaw.network.ModelCard;
import io.hsaw.network.ModelFiles;
import io.hsaw.network.NetworkSettings;
import io.hsaw.network.Temperatures;
import io.hsaw.network.store.ModelStore;
import io.hsaw.network.store.ModelStoreException;
import io.hsaw.network.store.StoredModel;
import io.hsaw.network.training.Judge;
import io.hsaw.network.training.TrainingEngine;
import io.hsaw.network.training.TrainingException;
import io.hsaw.network.training.TrainingListener;
import io.hsaw.network.training.Validation;
import io.hsaw.network.trunk.TrunkPlan;
import io.hsaw.network.weights.InitialWeights;
import io.hsaw.network.weights.InvalidWeightsException;
import io.hsaw.network.weights.Tensor;
import io.hsaw.trainer.dataset.FramedDataSet;
import io.hsaw.trainer.evaluation.EvaluationFigures;
import io.hsaw.trainer.evaluation.Evaluator;
import io.hsaw.trainer.evaluation.Outcome;
import io.hsaw.trainer.samples.LogClients;
import io.hsaw.trainer.samples.SampleCopy;
import io.hsaw.trainer.training.FinishedModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/**
 * One training run, from its command to its model's release. Whatever it did is in its folder; begun again, here or by
 * another trainer with the same store, it goes on from there. Done by one thread; others may stop it.
 */
final class Run {

    private static final Logger LOG = Logger.getLogger(Run.class);
    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);

    /** A run that takes the process down more often within one epoch is given up. */
    private static final int MOST_BEGINNINGS = 10;

    /** What a trainer has for its runs. */
    record Tools(TrainerSettings settings, LogClients clients, SampleCopy samples, ModelStore store, Announcer announcer) {
    }

    /** The run is to stop here. */
    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Stopped() {
            super("the run is to stop", null, false, false);
        }
    }

    private final TrainingCommand command;
    private final Tools tools;
    private final RunReport report;
    private volatile boolean cancelled;
    private volatile boolean left;
    private volatile boolean released;

    Run(TrainingCommand command, Tools tools) {
        this.command = command;
        this.tools = tools;
        report = new RunReport(command.runId(), tools.settings().replica(), tools.announcer()::progress);
    }

    /** Ends the run for good, soon; what it did is removed. */
    void cancel() {
        cancelled = true;
    }

    /** Ends the run here, soon, with a checkpoint: it will be gone on with. */
    void leave() {
        left = true;
    }

    /** The model that a command asks for. */
    static ModelRef model(TrainingCommand command) {
        return new ModelRef(command.name() == null ? TrainingCommand.DEFAULT_NAME : command.name(), command.runId());
    }

    String id() {
        return command.runId();
    }

    /** What it does, for a person. */
    String describe() {
        return report.now().phase().name().toLowerCase(Locale.ROOT) + " " + command.runId();
    }

    private void check() {
        if (cancelled || left) {
            throw new Stopped();
        }
    }

    /**
     * Does the run to its end.
     *
     * @return whether that is the end of its command; if not, it was {@linkplain #leave left}
     */
    boolean call() throws InterruptedException {
        try (report) {
            try {
                RunFolder folder = new RunFolder(tools.store().run(command.runId()));
                try (RunFolder.Lock lock = lock(folder)) {
                    perform(folder);
                }
                end(Phase.RELEASED, null);
                released = true;
            } catch (Stopped e) {
                return stopped();
            } catch (RunProblem e) {
                failed(e.code(), e);
            } catch (TrainingException e) {
                if (cancelled || left) {
                    return stopped();
                }
                failed(e.getCause() instanceof IOException ? RunProblem.Code.STORE_FAILED : RunProblem.Code.TRAINING_FAILED, e);
            } catch (ModelStoreException e) {
                failed(RunProblem.Code.STORE_FAILED, e);
            } catch (IOException e) {
                failed(RunProblem.Code.STORE_FAILED, unusable(e));
            } catch (UncheckedIOException e) {
                failed(RunProblem.Code.STORE_FAILED, unusable(e.getCause()));
            } catch (RuntimeException | InvalidModelException | InvalidWeightsException e) {
                LOG.errorf(e, "run %s failed", command.runId());
                failed(RunProblem.Code.INTERNAL_ERROR, e);
            }
            return true;
        } catch (Stopped e) {
            return !left; // while its end could not be told
        }
    }

    private RunFolder.Lock lock(RunFolder folder) throws IOException, InterruptedException {
        while (true) {
            Optional<RunFolder.Lock> lock = folder.lock();
            if (lock.isPresent()) {
                return lock.get();
            }
            check();
            TimeUnit.MILLISECONDS.sleep(BETWEEN_TRIES.toMillis());
        }
    }

    private boolean stopped() throws InterruptedException {
        if (!cancelled) {
            new RunFolder(runFolder()).gotOn();
            return false;
        }
        removeFolder();
        LOG.infof("run %s was cancelled", command.runId());
        end(Phase.CANCELLED, null);
        return true;
    }

    private IOException unusable(IOException why) {
        return new IOException("the run's folder " + runFolder() + " cannot be read or written (" + why + "): free the disk, or"
                + " see that the model store's volume is mounted, and start the run again, it goes on from its last checkpoint",
                why);
    }

    private void failed(RunProblem.Code code, Exception why) throws InterruptedException {
        String detail = why.getMessage() == null ? why.toString() : why.getMessage();
        LOG.warnf("run %s failed: %s: %s", command.runId(), code.label(), detail);
        if (Files.notExists(new RunFolder(runFolder()).checkpoint())) {
            removeFolder();
        }
        end(Phase.FAILED, new Problem(code.label(), detail));
    }

    private void end(Phase phase, Problem problem) throws InterruptedException {
        tools.announcer().end(report.end(phase, problem), () -> {
            if (left) {
                throw new Stopped();
            }
        });
    }

    private Path runFolder() {
        return tools.store().directory().resolve(".runs").resolve(command.runId());
    }

    /** After its command is done with: nothing of a run that released its model is to stay. */
    void tidy() {
        if (released) {
            removeFolder();
        }
    }

    private void removeFolder() {
        try {
            tools.store().removeRun(command.runId());
        } catch (ModelStoreException e) {
            LOG.warnf("the folder of run %s stays: %s", command.runId(), e.getMessage());
        }
    }

    private void perform(RunFolder folder) throws RunProblem, TrainingException, ModelStoreException, IOException,
            InvalidModelException, InvalidWeightsException, InterruptedException {
        ModelRef model = model(command);
        RunFolder.Plan before = before(folder);
        RunFolder.Comparison comparison = folder.comparison().orElse(null);
        if (comparison == null) {
            requireNew(model);
            if (folder.begun() > MOST_BEGINNINGS) {
                folder.gotOn();
                throw new RunProblem(RunProblem.Code.TRAINING_FAILED, "trainers were killed " + MOST_BEGINNINGS
                        + " times within one epoch of this run: see their logs and their memory, then start it again");
            }
            comparison = train(folder, before, model);
        }
        release(folder, comparison);
    }

    private void requireNew(ModelRef model) throws RunProblem, ModelStoreException {
        if (tools.store().list().contains(ModelRelease.path(model))) {
            throw new RunProblem(RunProblem.Code.RUN_FINISHED, "run " + command.runId() + " has released "
                    + ModelRelease.path(model) + " already: give the new run another id");
        }
    }

    /** The model to start from, or null for random weights. */
    private record Start(String name, boolean ofStore, Path directory, ModelCard card) {
    }

    /** @param before what it was begun with, or null */
    private RunFolder.Comparison train(RunFolder folder, RunFolder.Plan before, ModelRef model) throws RunProblem,
            TrainingException, ModelStoreException, IOException, InvalidModelException, InvalidWeightsException,
            InterruptedException {
        catchUp();
        Start start = before == null ? start() : startOf(before);
        Integer startSize = start == null ? null : start.card().inputSize();
        RunPlan plan = RunPlan.of(command, before == null ? startSize : Integer.valueOf(before.size()));
        int threads = before != null ? before.threads() : threads();
        report.lasting(plan.training().epochs());
        Manifest manifest = before == null ? null : Manifest.read(folder.manifest());
        Faces faces = manifest == null ? null : faces(manifest, folder).orElse(null);
        if (faces == null) {
            if (manifest != null) {
                LOG.warnf("run %s begins anew: samples of its manifest were erased or exchanged", command.runId());
                folder.clear();
            }
            manifest = Manifest.of(tools.samples().samples(), command.dataSets() == null ? List.of() : command.dataSets());
            faces = faces(manifest, folder).orElseThrow(() -> new RunProblem(RunProblem.Code.NO_SAMPLES,
                    "samples were erased while the run began: start it again"));
            folder.write(manifest);
            folder.write(new RunFolder.Plan(bytes(command), start == null ? TrainingCommand.RANDOM : start.name(),
                    start != null && start.ofStore(), plan.training().size(), threads));
        }
        if (faces.training().size() < plan.training().batch()) {
            throw new RunProblem(RunProblem.Code.TOO_FEW_FACES, "a batch of " + plan.training().batch() + " needs as many faces"
                    + " to train on, there are " + faces.training().size() + ": give a smaller batch or more samples");
        }
        boolean bfloat16 = TrunkPlan.choose(new NetworkSettings(NetworkSettings.Device.CPU, tools.settings().precision(), 0), 0)
                .precision() == NetworkSettings.Precision.BF16;
        check();
        Map<String, Tensor> weights = start == null ? InitialWeights.random(plan.training().seed())
                : ModelFiles.readWeights(start.directory(), start.card());
        RunData data = faces.training();
        FoldedJudge folded = plan.folds() == 0 ? null : new FoldedJudge(plan.judgeTraining(), weights, bfloat16, threads,
                folds(manifest, plan, start), folder.folder(), () -> left);
        report.relabels(data.labelsOf(plan.training().epochs()).relabels());
        FramedDataSet validation = FramedDataSet.joined(faces.validation().values());
        Relabelling relabelling = new Relabelling(model, plan.rule(), data, folder, tools.samples(), tools.announcer(),
                tools.settings().decisionsWithin(), report, this::check);
        try (TrainingEngine engine = new TrainingEngine(plan.training(), weights, bfloat16, threads)) {
            engine.train(data, validation, folder.checkpoint(), new Listener(plan, folder, relabelling, folded));
            weights = engine.weights();
        }
        Map<String, Object> how = FinishedModel.settings(plan.training(), start == null ? null : start.name(), bfloat16);
        how.put("threads", threads);
        how.put("relabelFrom", plan.relabelFrom());
        how.put("margin", plan.rule().margin());
        how.put("folds", plan.folds());
        RunFolder.Labels last = data.labelsOf(plan.training().epochs());
        Map<String, Object> relabels = new LinkedHashMap<>();
        relabels.put("proposed", last.relabels().proposed());
        relabels.put("accepted", last.relabels().accepted());
        relabels.put("changed", last.labels().size());
        how.put("relabels", relabels);
        report.phase(Phase.MEASURING, 0);
        FinishedModel finished = FinishedModel.write(folder.model(), weights, new FinishedModel.Origin(model.name(),
                model.version(), manifest.describe(), Manifest.splitRule(), plan.training().size(), how), faces.validation(),
                threads, this::measuring);
        Files.copy(folder.manifest(), folder.model().resolve(ModelStore.MANIFEST), StandardCopyOption.REPLACE_EXISTING);
        EvaluationFigures figures = finished.together();
        report.measured(figures.accuracy(), figures.meanClassAccuracy());
        RunFolder.Comparison comparison = compare(finished, manifest, faces.validation(), threads);
        folder.write(comparison);
        return comparison;
    }

    /** The fold of each training sample. */
    private static int[] folds(Manifest manifest, RunPlan plan, Start start) throws RunProblem, IOException {
        int[] folds = manifest.training().mapToInt(entry -> FoldedJudge.fold(entry.picture(), plan.folds())).toArray();
        if (FoldedJudge.fewestToTrainOn(folds) < plan.training().batch()) {
            throw new RunProblem(RunProblem.Code.TOO_FEW_FACES, "a batch of " + plan.training().batch() + " needs as many faces"
                    + " outside each of " + plan.folds() + " folds, there are " + FoldedJudge.fewestToTrainOn(folds)
                    + ": give a smaller batch, other folds or more samples");
        }
        Set<String> known = start == null ? Set.of() : trainedOn(start.directory());
        if (manifest.training().anyMatch(entry -> known.contains(entry.picture()))) {
            throw new RunProblem(RunProblem.Code.CONTRADICTORY_SETTINGS, start.name() + " was trained on samples that are to be"
                    + " judged by networks that were not: start from another model or from " + TrainingCommand.RANDOM
                    + ", or leave folds out");
        }
        return folds;
    }

    private void measuring(int done, int total) {
        check();
        report.phase(Phase.MEASURING, 0.5 * done / total);
    }

    private int threads() {
        return command.settings() != null && command.settings().threads() != null ? command.settings().threads()
                : tools.settings().threads();
    }

    private void catchUp() throws InterruptedException {
        while (true) {
            try {
                tools.samples().awaitCaughtUp((done, total) -> {
                    check();
                    report.phase(Phase.PREPARING, total == 0 ? 1 : (double) done / total);
                });
                return;
            } catch (ExecutionException | KafkaException e) {
                report.note(new Problem("kafka-away", "waits for Kafka: " + e.getMessage()));
                check();
                TimeUnit.MILLISECONDS.sleep(BETWEEN_TRIES.toMillis());
                report.note(null);
            }
        }
    }

    /** What the run was begun with, or null if it was not or the command asks for something else: then nothing of it stays. */
    private RunFolder.Plan before(RunFolder folder) throws IOException {
        RunFolder.Plan plan = folder.plan().orElse(null);
        if (plan != null && asks(command(plan.command()), command)) {
            return plan;
        }
        if (plan != null) {
            LOG.warnf("run %s begins anew: its command asks for something else now", command.runId());
        }
        folder.clear();
        return null;
    }

    private static boolean asks(TrainingCommand one, TrainingCommand other) {
        return TrainingCommand.start(one.runId(), one.name(), one.preset(), one.dataSets(), one.start(), one.settings(),
                other.at()).equals(other);
    }

    private Start start() throws RunProblem, ModelStoreException, InterruptedException {
        String asked = command.start() == null ? TrainingCommand.CHAMPION : command.start();
        if (asked.equals(TrainingCommand.RANDOM)) {
            return null;
        }
        Optional<ModelRelease> champion = asked.equals(TrainingCommand.CHAMPION) ? releases().champion() : Optional.empty();
        try {
            if (asked.equals(TrainingCommand.CHAMPION) && champion.isEmpty()) {
                ModelCard card = ModelFiles.readCard(tools.settings().model());
                return new Start(ModelRelease.path(card.ref()), false, tools.settings().model(), card);
            }
            return ofStore(champion.map(ModelRelease::path).orElse(asked));
        } catch (InvalidModelException e) {
            throw new RunProblem(RunProblem.Code.UNKNOWN_START, "the run cannot start from " + asked + ": " + e.getMessage());
        }
    }

    private Start startOf(RunFolder.Plan plan) throws RunProblem, ModelStoreException {
        try {
            if (plan.start().equals(TrainingCommand.RANDOM)) {
                return null;
            }
            return plan.ofStore() ? ofStore(plan.start())
                    : new Start(plan.start(), false, tools.settings().model(), ModelFiles.readCard(tools.settings().model()));
        } catch (InvalidModelException e) {
            throw new RunProblem(RunProblem.Code.UNKNOWN_START, e);
        }
    }

    private Start ofStore(String path) throws InvalidModelException, ModelStoreException {
        StoredModel model = tools.store().open(path);
        return new Start(path, true, model.directory(), model.card());
    }

    /** What is known of models now; waits while Kafka is away. */
    private ModelReleases releases() throws InterruptedException {
        while (true) {
            try {
                return ModelReleases.read(tools.clients().bootstrapServers());
            } catch (KafkaException e) {
                LOG.warnf("which model runs is not known now, trying again: %s", e.getMessage());
                check();
                TimeUnit.MILLISECONDS.sleep(BETWEEN_TRIES.toMillis());
            }
        }
    }

    /** The faces of a run in memory; those to measure with by data set, in the manifest's order. */
    private record Faces(RunData training, Map<String, FramedDataSet> validation) {
    }

    /** Empty if a sample is not there any longer, or has another picture. */
    private Optional<Faces> faces(Manifest manifest, RunFolder folder) {
        List<FramedDataSet.Entry> training = new ArrayList<>();
        Map<String, List<FramedDataSet.Entry>> validation = new LinkedHashMap<>();
        int done = 0;
        for (Manifest.Entry entry : manifest.entries()) {
            Optional<SampleCopy.Halves> halves = tools.samples().halves(entry.sample())
                    .filter(found -> found.picture().equals(entry.picture()));
            if (halves.isEmpty()) {
                return Optional.empty();
            }
            FramedDataSet.Entry face = new FramedDataSet.Entry(entry.sample(), entry.label(), halves.get().faceFound(),
                    halves.get().packed());
            if (entry.isTraining()) {
                training.add(face);
            } else {
                validation.computeIfAbsent(entry.dataSet(), name -> new ArrayList<>()).add(face);
            }
            check();
            report.phase(Phase.PREPARING, (double) ++done / manifest.entries().size());
        }
        Map<String, FramedDataSet> measured = new LinkedHashMap<>();
        validation.forEach((name, faces) -> measured.put(name, new FramedDataSet(faces)));
        return Optional.of(new Faces(new RunData(new FramedDataSet(training), folder), measured));
    }

    /** Champion and challenger on the pictures that neither was trained on. */
    private RunFolder.Comparison compare(FinishedModel finished, Manifest manifest, Map<String, FramedDataSet> validation,
            int threads) throws ModelStoreException, InterruptedException {
        Optional<ModelRelease> released = releases().champion();
        Path directory;
        try {
            if (released.isPresent()) {
                directory = tools.store().open(released.get().path()).directory();
            } else if (Files.exists(tools.settings().model())) {
                directory = tools.settings().model();
            } else {
                return new RunFolder.Comparison(null, "the first model", true);
            }
            Set<String> known = trainedOn(directory);
            List<FramedDataSet.Entry> faces = new ArrayList<>();
            List<Outcome> outcomes = new ArrayList<>();
            Map<String, List<Manifest.Entry>> measured = manifest.validation();
            for (Map.Entry<String, FramedDataSet> dataSet : validation.entrySet()) {
                List<Manifest.Entry> entries = measured.get(dataSet.getKey());
                for (int i = 0; i < entries.size(); i++) {
                    if (!known.contains(entries.get(i).picture())) {
                        faces.add(dataSet.getValue().entry(i));
                        outcomes.add(finished.outcomes().get(dataSet.getKey()).get(i));
                    }
                }
            }
            if (faces.isEmpty()) {
                return new RunFolder.Comparison(null, "the champion was trained on every picture it could be compared on", false);
            }
            try (HsawModel champion = HsawModel.load(directory, new NetworkSettings(NetworkSettings.Device.AUTO,
                    NetworkSettings.Precision.FP32, threads))) {
                EvaluationFigures of = figures(Evaluator.outcomes(champion::predict, new FramedDataSet(faces), (done, total) -> {
                    check();
                    report.phase(Phase.MEASURING, 0.5 + 0.5 * done / total);
                }));
                EvaluationFigures ours = figures(outcomes);
                ModelRelease.Comparison comparison = new ModelRelease.Comparison(champion.card().ref(), faces.size(),
                        ours.accuracy(), of.accuracy(), ours.meanClassAccuracy(), of.meanClassAccuracy());
                return new RunFolder.Comparison(comparison, null, comparison.atLeastAsGood());
            }
        } catch (InvalidModelException | IOException e) {
            return new RunFolder.Comparison(null, "the champion cannot be compared with: " + e.getMessage(), false);
        }
    }

    private static EvaluationFigures figures(List<Outcome> outcomes) {
        return EvaluationFigures.of(outcomes, Temperatures.NONE);
    }

    /** The pictures a model was trained on; none where it does not say: it kept to the same splits. */
    private static Set<String> trainedOn(Path model) throws IOException {
        Path manifest = model.resolve(ModelStore.MANIFEST);
        return Files.exists(manifest) ? Manifest.read(manifest).training().map(Manifest.Entry::picture).collect(Collectors.toSet())
                : Set.of();
    }

    private void release(RunFolder folder, RunFolder.Comparison comparison) throws ModelStoreException, InvalidModelException,
            InterruptedException {
        check();
        StoredModel stored = tools.store().put(folder.model());
        ModelRef model = stored.card().ref();
        String reason = comparison.reason() == null || comparison.reason().length() <= 300 ? comparison.reason()
                : comparison.reason().substring(0, 300);
        ModelRelease challenger = new ModelRelease(model, ModelRelease.Role.CHALLENGER, stored.cardSha256(), command.runId(),
                comparison.comparison(), "run", reason, Instant.now());
        Announcer.Patience patience = () -> {
            if (left) {
                throw new Stopped();
            }
        };
        tools.announcer().release(List.of(ModelReleases.record(challenger.path(), challenger)), patience);
        if (comparison.champion()) {
            tools.announcer().release(releases().promotion(challenger, "run", reason, Instant.now()), patience);
        }
        LOG.infof("run %s released %s%s", command.runId(), challenger.path(), comparison.champion() ? ", the champion now" : "");
    }

    private static byte[] bytes(TrainingCommand command) {
        return RecordCodec.TRAINING_COMMANDS.encode(command);
    }

    private static TrainingCommand command(byte[] bytes) throws IOException {
        try {
            return RecordCodec.TRAINING_COMMANDS.decode(bytes);
        } catch (InvalidRecordException e) {
            throw new IOException("the run's folder is damaged: " + e.getMessage(), e);
        }
    }

    /** What the engine tells of a run. */
    private final class Listener implements TrainingListener {

        private final RunPlan plan;
        private final RunFolder folder;
        private final Relabelling relabelling;
        private final FoldedJudge folded;

        /** @param folded judges instead of the network that is trained, or null */
        private Listener(RunPlan plan, RunFolder folder, Relabelling relabelling, FoldedJudge folded) {
            this.plan = plan;
            this.folder = folder;
            this.relabelling = relabelling;
            this.folded = folded;
        }

        @Override
        public void step(Step step) {
            if (cancelled) {
                throw new Stopped();
            }
            report.step(step);
        }

        @Override
        public void validated(double epoch, Validation figures) {
            report.validated(figures);
            folder.gotOn();
        }

        @Override
        public boolean stopped() {
            return left;
        }

        @Override
        public void epochEnded(int epoch, Judge judge) throws TrainingException, InterruptedException {
            if (plan.relabelsAfter(epoch)) {
                try {
                    relabelling.after(epoch, folded == null ? judge : folded);
                } catch (IOException e) {
                    throw new TrainingException("the labels of the next epoch cannot be kept (" + e.getMessage()
                            + "): free the disk and start the run again, it goes on from its last checkpoint", e);
                }
            }
        }
    }
}
