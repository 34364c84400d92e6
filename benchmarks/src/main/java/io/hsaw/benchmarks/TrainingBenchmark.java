package io.hsaw.benchmarks;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.hsaw.contracts.Expression;
import io.hsaw.contracts.HalfFacePair;
import io.hsaw.network.InvalidModelException;
import io.hsaw.network.ModelFiles;
import io.hsaw.network.NetworkSettings;
import io.hsaw.network.NetworkSettings.Device;
import io.hsaw.network.NetworkSettings.Precision;
import io.hsaw.network.torch.PyTorch;
import io.hsaw.network.training.Augmentation;
import io.hsaw.network.training.TrainingData;
import io.hsaw.network.training.TrainingEngine;
import io.hsaw.network.training.TrainingException;
import io.hsaw.network.training.TrainingListener;
import io.hsaw.network.training.TrainingSettings;
import io.hsaw.network.training.Validation;
import io.hsaw.network.trunk.FoldedTrunk;
import io.hsaw.network.trunk.TrunkPlan;
import io.hsaw.network.weights.InvalidWeightsException;
import io.hsaw.network.weights.NetworkLayout;
import io.hsaw.network.weights.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * How fast the network is trained on the processor at full size: the training engine beside DJL's blocks, with the same
 * batch, heads, losses and kind of optimiser, as a share of the highest rate of matrix products on the same machine in the
 * same run. The engine's time includes the loading of faces, changed at random; DJL's blocks find their crops ready. Prints
 * a table in Markdown.
 *
 * <p>Arguments: the model's directory, threads (2), rounds (7), faces per step (32).
 */
public final class TrainingBenchmark {

    private static final String ENGINE = "training engine";
    private static final String BLOCKS = "DJL blocks";
    private static final String LOADER = "loader";
    private static final int[] PARTS = {Augmentation.WHOLE, Augmentation.LEFT, Augmentation.RIGHT};
    /** Forward, gradient of the input, gradient of the weights. */
    private static final int PASSES = 3;
    /** Steps of the engine's epochs: what belongs to an epoch, a look at one face, is then within a hundredth. */
    private static final int STEPS = 4;

    private final int threads;
    private final int batch;
    private final TrainingSettings settings;
    private final TrainingData training;
    private final TrainingData validation;

    private TrainingBenchmark(int threads, int batch) {
        this.threads = threads;
        this.batch = batch;
        settings = new TrainingSettings.Builder().batch(batch, batch).lasting(1, null)
                .optimizer(TrainingSettings.Optimizer.SGD, 0).rates(1e-4, 1e-4).build();
        training = new Faces(NetworkBenchmark.faces(STEPS * batch));
        validation = new Faces(NetworkBenchmark.faces(1));
    }

    /** Faces of all classes in turn. */
    record Faces(List<HalfFacePair> faces) implements TrainingData {

        @Override
        public int size() {
            return faces.size();
        }

        @Override
        public HalfFacePair halves(int index) {
            return faces.get(index);
        }

        @Override
        public Expression label(int index) {
            return Expression.values()[index % Expression.COUNT];
        }
    }

    /** @param args the model's directory, threads, rounds, faces per step */
    public static void main(String[] args) throws InvalidModelException {
        Path directory = Path.of(args[0]);
        int threads = args.length > 1 ? Integer.parseInt(args[1]) : 2;
        int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 7;
        int batch = args.length > 3 ? Integer.parseInt(args[3]) : 32;
        new TrainingBenchmark(threads, batch).run(ModelFiles.readWeights(directory, ModelFiles.readCard(directory)), rounds);
    }

    private void run(Map<String, Tensor> tensors, int rounds) {
        Precision precision =
                TrunkPlan.choose(new NetworkSettings(Device.CPU, Precision.AUTO, threads), 0).precision();
        Contest contest = new Contest();
        try (NDManager manager = PyTorch.newCpuManager();
                TrainingEngine engine = new TrainingEngine(settings, tensors, precision == Precision.BF16, threads);
                BlocksTraining blocks = new BlocksTraining(manager, tensors, settings.losses(), batch)) {
            JniUtils.setNumThreads(threads);
            requireLearning(blocks);
            MatrixRates matrixRates = new MatrixRates(contest, manager,
                    precision == Precision.BF16 ? List.of(Precision.BF16, Precision.FP32) : List.of(Precision.FP32));
            contest.add(ENGINE, STEPS * batch, () -> epoch(engine));
            contest.add(BLOCKS, batch, blocks::step);
            contest.add(LOADER, batch, this::load);
            contest.measure(rounds);

            double gflop = PASSES * NetworkBenchmark.gflopPerFace(FoldedTrunk.of(tensors, NetworkLayout.INPUT_SIZE));
            matrixRates.print();
            print("One face: about %.1f GFLOP forward and backward. Batch %d, %d threads, medians of %d rounds in turn%n%n",
                    gflop, batch, threads, rounds);
            print("| training step, three crops of %d pixels | faces/s | share of the matrix rate |%n|---|---|---|%n",
                    NetworkLayout.INPUT_SIZE);
            row(contest, ENGINE, precision, gflop, matrixRates);
            row(contest, BLOCKS, Precision.FP32, gflop, matrixRates);
            print("%nThe engine is %.2f times as fast; loading takes %.1f %% of its step.%n",
                    contest.rate(ENGINE) / contest.rate(BLOCKS), 100 * contest.rate(ENGINE) / contest.rate(LOADER));
        }
    }

    private static void requireLearning(BlocksTraining blocks) {
        float first = blocks.step();
        blocks.step();
        float last = blocks.step();
        if (!(last < first)) {
            throw new IllegalStateException("DJL's blocks do not learn: equation (9) was " + first
                    + ", two steps later " + last);
        }
    }

    private static void row(Contest contest, String name, Precision precision, double gflop, MatrixRates matrixRates) {
        double rate = contest.rate(name);
        print("| %s, %s | %.2f | %.0f %% |%n", name, precision, rate, 100 * rate * gflop / matrixRates.of(precision));
    }

    private void epoch(TrainingEngine engine) {
        try {
            engine.train(training, validation, null, new TrainingListener() {
                @Override
                public void step(Step step) {
                }

                @Override
                public void validated(double epoch, Validation figures) {
                }
            });
        } catch (IOException | TrainingException | InvalidWeightsException e) {
            throw new IllegalStateException("the training engine failed", e);
        }
    }

    /** What the engine does before a step: a batch of faces, changed at random, one thread per lane. */
    private void load() {
        List<Thread> lanes = IntStream.range(0, threads).mapToObj(lane -> new Thread(() -> {
            Random random = new Random(lane);
            for (int i = lane; i < batch; i += threads) {
                settings.augmentation().crops(training.halves(i), PARTS, settings.size(), random);
            }
        })).toList();
        lanes.forEach(Thread::start);
        lanes.forEach(TrainingBenchmark::join);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while faces were loaded", e);
        }
    }

    private static void print(String format, Object... args) {
        System.out.printf(Locale.ROOT, format, args);
    }
}
