package io.hsaw.trainer.experiment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hsaw.contracts.Expression;
import io.hsaw.network.Prediction;
import io.hsaw.network.training.Judge;
import io.hsaw.network.training.TrainingData;
import io.hsaw.network.training.TrainingEngine;
import io.hsaw.network.training.TrainingException;
import io.hsaw.network.training.TrainingListener;
import io.hsaw.network.training.TrainingSettings;
import io.hsaw.network.training.Validation;
import io.hsaw.network.weights.InitialWeights;
import io.hsaw.network.weights.InvalidWeightsException;
import io.hsaw.network.weights.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Compares ways of training: each is run with each seed on the same faces, with the same wrong labels. In the folder: for
 * each run its result, and while it goes on its checkpoint and the labels of its epochs. Stopped at any moment, the same
 * call goes on where it was.
 *
 * @param folder     for results; is made if need be
 * @param arms       ways with different names; the others are set against the first
 * @param seeds      so many runs of each, with the seeds 1, 2, …
 * @param wrong      share of the training labels that are made wrong, 0 to 1
 * @param start      weights to start from, or null for random ones by the seed
 * @param bfloat16   whether the trunk computes in 16 bits
 * @param threads    for training
 */
public record Experiment(Path folder, List<Arm> arms, int seeds, double wrong, Map<String, Tensor> start, boolean bfloat16,
        int threads) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int FEW = 500;

    public Experiment {
        if (seeds < 1) {
            throw new IllegalArgumentException("a comparison needs at least 1 seed, found " + seeds);
        }
        if (arms.stream().map(Arm::name).distinct().count() != arms.size() || arms.isEmpty()) {
            throw new IllegalArgumentException("a comparison needs ways with different names");
        }
        arms = List.copyOf(arms);
    }

    /** Told which run begins, of how many; says who is to be told how it goes. */
    public interface Listener extends BiFunction<String, Integer, TrainingListener> {
    }

    /**
     * Makes all runs that the folder has no result of.
     *
     * @param training   with the labels as published
     * @param validation whose labels are never changed
     * @param data       what the faces are, in words; results of others in the same folder are refused
     */
    public ExperimentReport run(TrainingData training, TrainingData validation, String data, Listener listener)
            throws IOException, TrainingException, InvalidWeightsException {
        Files.createDirectories(folder);
        List<ArmResult> results = new ArrayList<>();
        List<Expression> truth = ArmFaces.labels(training);
        int number = 0;
        for (int seed = 1; seed <= seeds; seed++) {
            List<Expression> labels = wrong == 0 ? truth : WrongLabels.of(truth, wrong, seed);
            for (Arm arm : arms) {
                String name = arm.name() + "-" + seed;
                number++;
                ArmResult result = read(name, subject(arm, seed, data));
                if (result == null) {
                    result = run(arm, seed, training, truth, arm.trueLabels() ? truth : labels, validation,
                            subject(arm, seed, data), listener.apply(name, number));
                    write(name, result);
                    clear(folder.resolve(name));
                }
                results.add(result);
            }
        }
        return new ExperimentReport(arms.stream().map(Arm::name).toList(), results);
    }

    /** How many runs there are in all. */
    public int runs() {
        return arms.size() * seeds;
    }

    private String subject(Arm arm, int seed, String data) {
        return data + ", " + 100 * wrong + " % of labels wrong, " + arm.settings().but().seed(seed).build() + ", "
                + (arm.rule() == null ? "no relabelling" : arm.rule() + " from epoch " + arm.relabelFrom())
                + (arm.trueLabels() ? ", true labels" : "");
    }

    private ArmResult run(Arm arm, int seed, TrainingData training, List<Expression> truth, List<Expression> labels,
            TrainingData validation, String subject, TrainingListener listener)
            throws IOException, TrainingException, InvalidWeightsException {
        Path own = Files.createDirectories(folder.resolve(arm.name() + "-" + seed));
        TrainingSettings settings = arm.settings().but().seed(seed).build();
        ArmFaces faces = new ArmFaces(training, labels, own);
        try (TrainingEngine engine = new TrainingEngine(settings, start == null ? InitialWeights.random(seed) : start,
                bfloat16, threads)) {
            engine.train(faces, few(validation), own.resolve("checkpoint"), new Relabelling(arm, faces, listener));
            List<Prediction> predictions = engine.judge(validation, done -> { });
            StringBuilder right = new StringBuilder();
            for (int i = 0; i < predictions.size(); i++) {
                right.append(Prediction.named(predictions.get(i).fused()) == validation.label(i) ? '1' : '0');
            }
            Validation figures = Validation.of(validation, predictions, settings.stage() == TrainingSettings.Stage.PLAIN);
            return new ArmResult(subject, arm.name(), seed, figures, right.toString(),
                    arm.rule() == null ? null : faces.relabelled(truth, settings.epochs()));
        }
    }

    /** Faces at equal distances, enough to see in each epoch how it goes. */
    private static TrainingData few(TrainingData validation) {
        int count = Math.min(FEW, validation.size());
        return validation.part(IntStream.range(0, count).map(i -> (int) ((long) i * validation.size() / count)).toArray());
    }

    /** Takes all proposals at each epoch's end, as the paper does. */
    private record Relabelling(Arm arm, ArmFaces faces, TrainingListener next) implements TrainingListener {

        @Override
        public void step(Step step) {
            next.step(step);
        }

        @Override
        public void validated(double epoch, Validation figures) {
            next.validated(epoch, figures);
        }

        @Override
        public boolean stopped() {
            return next.stopped();
        }

        @Override
        public void epochEnded(int epoch, Judge judge) throws TrainingException, InterruptedException {
            if (arm.rule() != null && epoch >= arm.relabelFrom() && !faces.isRelabelled(epoch)) {
                try {
                    faces.relabel(epoch, judge.judge(faces, done -> { }), arm.rule());
                } catch (IOException e) {
                    throw new TrainingException("the labels of epoch " + (epoch + 1) + " cannot be written: " + e.getMessage()
                            + "; free the disk and call again, it goes on from the last checkpoint", e);
                }
            }
            next.epochEnded(epoch, judge);
        }
    }

    private ArmResult read(String name, String subject) throws IOException {
        Path file = folder.resolve(name + ".json");
        if (!Files.exists(file)) {
            return null;
        }
        try {
            ArmResult result = JSON.readValue(file.toFile(), ArmResult.class);
            if (!subject.equals(result.subject())) {
                throw new IOException(file + " holds the result of another run (" + result.subject() + "), not of "
                        + subject + "; choose another folder or delete it");
            }
            return result;
        } catch (JsonProcessingException e) {
            throw new IOException(file + " holds no result (" + e.getOriginalMessage() + "); delete it", e);
        }
    }

    private void write(String name, ArmResult result) throws IOException {
        Path part = folder.resolve(name + ".part");
        JSON.writeValue(part.toFile(), result);
        Files.move(part, folder.resolve(name + ".json"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void clear(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
