package io.hsaw.network.training;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.core.Linear;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import io.hsaw.contracts.Expression;
import io.hsaw.contracts.HalfFacePair;
import io.hsaw.network.FaceTensors;
import io.hsaw.network.Prediction;
import io.hsaw.network.heads.Heads;
import io.hsaw.network.heads.Losses;
import io.hsaw.network.torch.PyTorch;
import io.hsaw.network.torch.TorchScript;
import io.hsaw.network.weights.InvalidWeightsException;
import io.hsaw.network.weights.NetworkLayout;
import io.hsaw.network.weights.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Trains the whole network with the losses of section 4. The trunk runs as a {@link TrunkProgram} in several lanes, each
 * a thread with its own part of the batch; heads and losses are plain DJL and see the batch as one. One engine per
 * process: DJL has one gradient collector per virtual machine.
 *
 * <p>A run is repeatable for one number of lanes: order and random changes follow from the seed and the step alone, so that
 * a run that was stopped goes on as if it had not been.
 */
public final class TrainingEngine implements Judge, AutoCloseable {

    /** The linear classifier on the mean of the trunk's last map, 7×512; only for training. */
    private static final String POOLED_FC = "pooled_fc.weight";
    private static final List<String> HEADS = List.of(NetworkLayout.SELF_WEIGHT, NetworkLayout.HALF_FC,
            NetworkLayout.GLOBAL_FC, POOLED_FC);
    private static final Map<String, long[]> SHAPES = shapes();
    private static final int[] ALL_PARTS = {Augmentation.WHOLE, Augmentation.LEFT, Augmentation.RIGHT};
    private static final int[] WHOLE_ALONE = {Augmentation.WHOLE};
    /** The columns of the trunk program's result. */
    private static final NDIndex V = new NDIndex(":, :" + NetworkLayout.FEATURES);
    private static final NDIndex POOLED = new NDIndex(":, " + NetworkLayout.FEATURES + ":");
    private static final int VALIDATION_BATCH = 16;
    private static final Duration CHECKPOINT_INTERVAL = Duration.ofMinutes(5);

    private final TrainingSettings settings;
    /** Tells the weights to start from from others. */
    private final String origin;
    private final NDManager manager = PyTorch.newManager();
    private final TorchScript program;
    private final NDArray scale;
    private final NDArray shift;
    private final ExecutorService threads;
    private final List<Lane> lanes = new ArrayList<>();
    /** Which of the trunk's tensors each lane makes the updates of. */
    private final List<List<String>> portions;

    /** Trainable tensors by name, trunk first, then heads; with the optimiser's memory of each. */
    private final Map<String, NDArray> weights = new LinkedHashMap<>();
    private final Map<String, NDArray> momentum = new LinkedHashMap<>();
    private final Map<String, NDArray> squares = new LinkedHashMap<>();
    private final List<NDArray> headGradients = new ArrayList<>();
    /** Moving averages of weights and of batch norm's statistics by name; empty where the settings ask for none. */
    private final Map<String, NDArray> averages = new LinkedHashMap<>();
    private final Heads heads;

    /** Told what was read of a face. */
    private interface Reading {
        void of(int face, Prediction prediction);
    }

    /** What one thread works on: its own statistics and gradients. */
    private final class Lane {
        private final List<NDArray> statistics = new ArrayList<>();
        private final List<NDArray> gradients = new ArrayList<>();
        private final ByteBuffer crops;

        private Lane(Map<String, Tensor> start, int capacity) {
            for (String name : TrunkProgram.statistics()) {
                statistics.add(array(start.get(name)));
            }
            for (String name : TrunkProgram.trainable()) {
                gradients.add(likeWeight(name));
            }
            crops = ByteBuffer.allocateDirect(capacity * FaceTensors.CROPS * cropBytes());
        }

        private NDArray input(NDManager owner, int count) {
            ByteBuffer bytes = crops.duplicate().limit(count * cropBytes());
            return owner.create(bytes, new Shape(count, settings.size(), settings.size(), 3), DataType.UINT8);
        }
    }

    /**
     * @param start   all tensors of {@link NetworkLayout}; {@value #POOLED_FC} where there is one
     * @param bfloat16 whether the trunk computes in 16 bits; fast only where the processor has such instructions
     * @param laneCount threads; one per core
     */
    public TrainingEngine(TrainingSettings settings, Map<String, Tensor> start, boolean bfloat16, int laneCount) {
        this.settings = settings;
        origin = fingerprint(start);
        JniUtils.setNumThreads(1);
        program = TorchScript.compile(manager,
                TrunkProgram.source(bfloat16 ? TorchScript.BFLOAT16 : TorchScript.FLOAT32, settings.size(),
                        settings.frozenStages()), true);
        scale = manager.create(new float[] {1 / (255 * 0.229f), 1 / (255 * 0.224f), 1 / (255 * 0.225f)},
                new Shape(1, 3, 1, 1));
        shift = manager.create(new float[] {-0.485f / 0.229f, -0.456f / 0.224f, -0.406f / 0.225f},
                new Shape(1, 3, 1, 1));
        for (String name : trainable()) {
            weights.put(name, start.containsKey(name) ? memoryFormat(name, array(start.get(name))) : likeWeight(name));
            momentum.put(name, likeWeight(name));
            squares.put(name, likeWeight(name));
        }
        for (String name : HEADS) {
            headGradients.add(likeWeight(name));
        }
        heads = new Heads(weights.get(NetworkLayout.SELF_WEIGHT), weights.get(NetworkLayout.HALF_FC),
                weights.get(NetworkLayout.GLOBAL_FC));
        int perLane = Math.max(VALIDATION_BATCH, (settings.microBatch() + laneCount - 1) / laneCount);
        for (int i = 0; i < laneCount; i++) {
            lanes.add(new Lane(start, perLane));
        }
        portions = portions(settings.frozenStages(), laneCount);
        if (settings.averaging() > 0) {
            current().forEach((name, array) -> averages.put(name, memoryFormat(name, array.duplicate())));
        }
        HEADS.forEach(name -> weights.get(name).setRequiresGradient(true));
        threads = Executors.newFixedThreadPool(laneCount, task -> {
            Thread thread = new Thread(task, "training-lane");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Trains from the start, or from a checkpoint of the same run where there is one.
     *
     * @param directory where checkpoints are kept, or null for none
     * @throws TrainingException if the loss is no longer finite, the checkpoint is of another run, or the listener stops it
     */
    public void train(TrainingData training, TrainingData validation, Path directory, TrainingListener listener)
            throws IOException, TrainingException, InvalidWeightsException {
        int stepsPerEpoch = training.size() / settings.batch();
        if (stepsPerEpoch == 0) {
            throw new TrainingException("a batch of " + settings.batch() + " needs as many faces, the data has "
                    + training.size());
        }
        long total = (long) stepsPerEpoch * settings.epochs();
        long step = 0;
        double before = 0;
        if (directory != null && Checkpoint.exists(directory)) {
            Checkpoint.State state = restore(directory, training);
            step = state.step();
            before = state.seconds();
        }
        long first = step;
        long begin = System.nanoTime();
        long lastCheckpoint = begin;
        int[] order = null;
        while (true) {
            double elapsed = before + (System.nanoTime() - begin) / 1e9;
            double progress = progress(step, total, elapsed);
            if (progress >= 1) {
                break;
            }
            int inEpoch = (int) (step % stepsPerEpoch);
            if (order == null || inEpoch == 0) {
                training.epochBegins((int) (step / stepsPerEpoch) + 1);
                order = order(training, step / stepsPerEpoch);
            }
            double[] losses = update(training, Arrays.copyOfRange(order, inEpoch * settings.batch(),
                    (inEpoch + 1) * settings.batch()), step, settings.rate(progress));
            step++;
            double now = (System.nanoTime() - begin) / 1e9;
            double epoch = step / (double) stepsPerEpoch;
            listener.step(new TrainingListener.Step(step, epoch, progress(step, total, before + now), losses[3], losses[0],
                    losses[1], losses[2], losses[4], (step - first) * settings.batch() / now,
                    Duration.ofMillis((long) ((before + now) * 1000))));
            if (!Double.isFinite(losses[3])) {
                throw new TrainingException("the loss is no longer finite at step " + step
                        + ": start again with a lower learning rate");
            }
            boolean epochDone = step % stepsPerEpoch == 0;
            boolean stopped = listener.stopped();
            if (epochDone && step < total) {
                epochEnded(listener, (int) (step / stepsPerEpoch));
            }
            if (directory != null && (epochDone || stopped
                    || System.nanoTime() - lastCheckpoint > CHECKPOINT_INTERVAL.toNanos())) {
                Checkpoint.write(directory, step, before + now, describe(training), state());
                lastCheckpoint = System.nanoTime();
            }
            if (stopped) {
                throw new TrainingException("training was stopped at step " + step
                        + "; the same run goes on from its last checkpoint");
            }
            if (epochDone && step < total) {
                listener.validated(epoch, validate(validation));
            }
        }
        listener.validated(step / (double) stepsPerEpoch, validate(validation));
        if (directory != null && step > first) {
            Checkpoint.write(directory, step, before + (System.nanoTime() - begin) / 1e9, describe(training), state());
        }
    }

    private void epochEnded(TrainingListener listener, int epoch) throws TrainingException {
        try {
            listener.epochEnded(epoch, this);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw interrupted();
        }
    }

    /** How well the network, as it is now, reads labelled faces; in evaluation mode, on unchanged pictures. */
    public Validation validate(TrainingData data) throws TrainingException {
        return Validation.of(data, judge(data, done -> { }), settings.stage() == TrainingSettings.Stage.PLAIN);
    }

    @Override
    public List<Prediction> judge(TrainingData data, IntConsumer progress) throws TrainingException {
        Prediction[] predictions = new Prediction[data.size()];
        AtomicInteger done = new AtomicInteger();
        read(data, (face, prediction) -> {
            predictions[face] = prediction;
            int count = done.incrementAndGet();
            if (count % VALIDATION_BATCH == 0 || count == predictions.length) {
                progress.accept(count);
            }
        });
        return List.of(predictions);
    }

    /** Reads all faces with the weights that are to be kept; {@code taken} is told in any order, from several threads. */
    private void read(TrainingData data, Reading taken) throws TrainingException {
        try (NDManager scope = manager.newSubManager()) {
            NDList leaves = program.callForList(scope, "leaves", TrunkProgram.trainable().stream().map(this::kept).toList());
            List<NDArray> statistics = averages.isEmpty() ? lanes.get(0).statistics
                    : TrunkProgram.statistics().stream().map(averages::get).toList();
            Heads kept = new Heads(kept(NetworkLayout.SELF_WEIGHT), kept(NetworkLayout.HALF_FC), kept(NetworkLayout.GLOBAL_FC));
            List<Supplier<Void>> work = new ArrayList<>();
            for (int l = 0; l < lanes.size(); l++) {
                int lane = l;
                work.add(() -> {
                    int batch = VALIDATION_BATCH;
                    for (int from = lane * batch; from < data.size(); from += lanes.size() * batch) {
                        read(lanes.get(lane), leaves, statistics, kept, data, from, Math.min(data.size(), from + batch), taken);
                    }
                    return null;
                });
            }
            all(work);
        }
    }

    /** All tensors of {@link NetworkLayout} as they are to be kept: the averages, where the settings ask for them. */
    public Map<String, Tensor> weights() {
        Map<String, NDArray> kept = averages.isEmpty() ? current() : averages;
        Map<String, Tensor> now = new LinkedHashMap<>();
        NetworkLayout.shapes().keySet().forEach(name -> now.put(name, tensor(kept.get(name))));
        return now;
    }

    /** The tensors that are trained, and the statistics of the first lane, by name. */
    private Map<String, NDArray> current() {
        Map<String, NDArray> current = new LinkedHashMap<>(weights);
        List<String> statistics = TrunkProgram.statistics();
        for (int i = 0; i < statistics.size(); i++) {
            current.put(statistics.get(i), lanes.get(0).statistics.get(i));
        }
        return current;
    }

    /** Moves averages towards what is there after {@code step} updates: fast at first, that the start be forgotten. */
    private void average(NDManager scope, List<String> names, Map<String, NDArray> current, long step) {
        if (!averages.isEmpty()) {
            double keep = Math.min(settings.averaging(), (1.0 + step) / (10.0 + step));
            program.call(scope, "average", names.stream().map(averages::get).toList(),
                    names.stream().map(current::get).toList(), 1 - keep);
        }
    }

    /** One update: the gradients of the batch, micro-batch by micro-batch, then the optimiser. @return losses, accuracy */
    private double[] update(TrainingData data, int[] indices, long step, double rate) throws TrainingException {
        double[] sums = new double[5];
        double share = settings.microBatch() / (double) settings.batch();
        try (NDManager scope = manager.newSubManager()) {
            NDList leaves = leaves(scope);
            for (int from = 0; from < indices.length; from += settings.microBatch()) {
                int[] part = Arrays.copyOfRange(indices, from, from + settings.microBatch());
                double[] losses = accumulate(data, part, step, from, share, leaves);
                for (int i = 0; i < sums.length; i++) {
                    sums[i] += losses[i] * share;
                }
            }
            all(portions.stream().map(names -> (Supplier<Void>) () -> {
                optimiseTrunk(scope, names, step, rate);
                return null;
            }).toList());
            optimiseHeads(scope, step, rate);
            program.call(scope, "clear", headGradients);
        }
        return sums;
    }

    private double[] accumulate(TrainingData data, int[] indices, long step, int offset, double share, NDList leaves)
            throws TrainingException {
        try (NDManager scope = manager.newSubManager()) {
            int perLane = (indices.length + lanes.size() - 1) / lanes.size();
            List<Supplier<NDArray>> forward = new ArrayList<>();
            List<Batch> parts = new ArrayList<>();
            for (int from = 0; from < indices.length; from += perLane) {
                int[] part = Arrays.copyOfRange(indices, from, Math.min(indices.length, from + perLane));
                Lane lane = lanes.get(parts.size());
                Batch batch = new Batch(part);
                long first = (long) offset + from;
                parts.add(batch);
                forward.add(() -> {
                    int crops = batch.load(data, lane.crops, step, first);
                    return program.call(scope, "forward", lane.input(scope, crops), scale, shift, leaves,
                            lane.statistics);
                });
            }
            List<NDArray> features = all(forward);
            List<NDArray> detached = new ArrayList<>();
            for (NDArray v : features) {
                NDArray d = v.stopGradient();
                d.setRequiresGradient(true);
                detached.add(d);
            }
            double[] losses = differentiate(scope, parts, detached, share);
            List<Supplier<NDArray>> backward = new ArrayList<>();
            for (int i = 0; i < features.size(); i++) {
                NDArray v = features.get(i);
                NDArray dv = detached.get(i).getGradient();
                List<NDArray> gradients = lanes.get(i).gradients;
                backward.add(() -> program.call(scope, "backward", v, dv, leaves, gradients));
            }
            all(backward);
            return losses;
        }
    }

    /** The part of a batch that one lane works on: which faces, and what is drawn for each. */
    private final class Batch {
        private final int[] faces;
        private final float[] targets;
        private final int[] labels;
        /** Of {@link TrainingSettings.Stage#PARTS}: 1 where the whole face was drawn, 0 where a half was. */
        private final float[] whole;

        private Batch(int[] faces) {
            this.faces = faces;
            targets = new float[faces.length * Expression.COUNT];
            labels = new int[faces.length];
            whole = new float[faces.length];
        }

        /** Writes the crops: first parts of all faces, then second ones, third ones. @return how many */
        private int load(TrainingData data, ByteBuffer target, long step, long first) {
            int crops = 0;
            for (int i = 0; i < faces.length; i++) {
                Random random = new Random(mix(settings.seed(), step, first + i));
                int[] parts = parts(random);
                whole[i] = parts[0] == Augmentation.WHOLE ? 1 : 0;
                byte[][] made = settings.augmentation().crops(data.halves(faces[i]), parts, settings.size(), random);
                labels[i] = data.label(faces[i]).ordinal();
                float share = 1;
                if (settings.mixup() > 0) {
                    int other = random.nextInt(data.size());
                    share = (float) beta(random, settings.mixup());
                    blend(made, settings.augmentation().crops(data.halves(other), parts, settings.size(), random), share);
                    targets[Expression.COUNT * i + data.label(other).ordinal()] += 1 - share;
                }
                targets[Expression.COUNT * i + labels[i]] += share;
                crops = faces.length * made.length;
                for (int part = 0; part < made.length; part++) {
                    target.put((part * faces.length + i) * cropBytes(), made[part]);
                }
            }
            return crops;
        }

        private int[] parts(Random random) {
            return switch (settings.stage()) {
                case FULL -> ALL_PARTS;
                case WHOLE, PLAIN -> WHOLE_ALONE;
                case PARTS -> random.nextBoolean() ? WHOLE_ALONE
                        : new int[] {random.nextBoolean() ? Augmentation.LEFT : Augmentation.RIGHT};
            };
        }
    }

    /** Heads and losses over the lanes' features: leaves the gradient of each, and adds the heads' own. */
    private double[] differentiate(NDManager scope, List<Batch> parts, List<NDArray> features, double share) {
        int faces = parts.stream().mapToInt(p -> p.faces.length).sum();
        double[] sums = new double[5];
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            NDArray objective = null;
            for (int l = 0; l < parts.size(); l++) {
                Batch batch = parts.get(l);
                double weight = batch.faces.length / (double) faces;
                NDArray target = settings.losses().smoothed(
                        scope.create(batch.targets, new Shape(batch.faces.length, Expression.COUNT)));
                NDArray v = features.get(l).get(V);
                NDArray pooled = features.get(l).get(POOLED);
                NDArray prediction;
                Losses.Values values;
                if (settings.stage() == TrainingSettings.Stage.FULL) {
                    Heads.Output output = heads.apply(v);
                    prediction = output.fused();
                    values = settings.losses().of(output, target);
                } else {
                    prediction = switch (settings.stage()) {
                        case PLAIN -> pooledPrediction(pooled);
                        case PARTS -> partPrediction(v, scope.create(batch.whole, new Shape(batch.faces.length, 1)));
                        default -> heads.globalPrediction(v);
                    };
                    values = settings.losses().ofOne(prediction, target);
                }
                NDArray total = values.total();
                if (settings.stage() != TrainingSettings.Stage.PLAIN && settings.pooledWeight() > 0) {
                    NDArray ofCrops = settings.stage() == TrainingSettings.Stage.FULL
                            ? target.concat(target).concat(target) : target;
                    total = total.add(Losses.scaled(Losses.crossEntropy(pooledPrediction(pooled), ofCrops),
                            (float) settings.pooledWeight()));
                }
                NDArray weighted = Losses.scaled(total, (float) (weight * share));
                objective = objective == null ? weighted : objective.add(weighted);
                sums[0] += weight * values.weightSum().getFloat();
                sums[1] += weight * values.balance().getFloat();
                sums[2] += weight * values.crossEntropy().getFloat();
                sums[3] += weight * total.getFloat();
                float[] logits = prediction.toFloatArray();
                for (int i = 0; i < batch.faces.length; i++) {
                    sums[4] += (Prediction.named(Prediction.logits(logits, i)).ordinal() == batch.labels[i] ? 1.0 : 0.0)
                            / faces;
                }
            }
            collector.backward(objective);
        }
        for (String name : learningHeads()) {
            try (NDArray gradient = weights.get(name).getGradient()) {
                headGradients.get(HEADS.indexOf(name)).addi(gradient);
                // PyTorch adds to it at each call; DJL clears only arrays of its own system manager.
                program.call(scope, "clear", List.of(gradient));
            }
        }
        return sums;
    }

    private NDArray pooledPrediction(NDArray pooled) {
        return Linear.linear(pooled, weights.get(POOLED_FC)).singletonOrThrow();
    }

    /** P_all where {@code whole} is 1, P_i where it is 0. */
    private NDArray partPrediction(NDArray v, NDArray whole) {
        return heads.globalPrediction(v).mul(whole).add(heads.halfPrediction(v).mul(whole.sub(1).neg()));
    }

    /** The heads that the stage trains. */
    private List<String> learningHeads() {
        List<String> learning = new ArrayList<>(switch (settings.stage()) {
            case FULL -> List.of(NetworkLayout.SELF_WEIGHT, NetworkLayout.HALF_FC, NetworkLayout.GLOBAL_FC);
            case PARTS -> List.of(NetworkLayout.HALF_FC, NetworkLayout.GLOBAL_FC);
            case WHOLE -> List.of(NetworkLayout.GLOBAL_FC);
            case PLAIN -> List.of();
        });
        if (settings.pooledWeight() > 0) {
            learning.add(POOLED_FC);
        }
        return learning;
    }

    /** Makes an update of what the lanes found of some of the trunk's tensors. */
    private void optimiseTrunk(NDManager scope, List<String> names, long step, double rate) {
        if (names.isEmpty()) {
            return;
        }
        List<NDArray> sums = gradients(lanes.get(0), names);
        for (int l = 1; l < lanes.size(); l++) {
            program.call(scope, "add", sums, gradients(lanes.get(l), names));
        }
        for (boolean matrices : new boolean[] {true, false}) {
            List<String> kind = names.stream().filter(name -> SHAPES.get(name).length > 1 == matrices).toList();
            optimise(scope, kind, gradients(lanes.get(0), kind), step, rate * settings.trunkLearningRate(),
                    matrices ? settings.weightDecay() : 0);
        }
        average(scope, names, weights, step + 1);
        for (Lane lane : lanes) {
            program.call(scope, "clear", gradients(lane, names));
        }
    }

    private void optimiseHeads(NDManager scope, long step, double rate) {
        List<String> learning = learningHeads();
        for (String name : HEADS) {
            weights.get(name).setRequiresGradient(false);
        }
        optimise(scope, learning, learning.stream().map(name -> headGradients.get(HEADS.indexOf(name))).toList(), step,
                rate * settings.headsLearningRate(), settings.weightDecay());
        for (String name : HEADS) {
            weights.get(name).setRequiresGradient(true);
        }
        List<String> trunk = TrunkProgram.trainable();
        List<String> others = averages.keySet().stream().filter(name -> !trunk.contains(name)).toList();
        average(scope, others, current(), step + 1);
    }

    private static List<NDArray> gradients(Lane lane, List<String> names) {
        List<String> trunk = TrunkProgram.trainable();
        return names.stream().map(name -> lane.gradients.get(trunk.indexOf(name))).toList();
    }

    /** The trunk's learning tensors, dealt out by size so that each lane has about as many numbers. */
    private static List<List<String>> portions(int frozenStages, int lanes) {
        List<String> trunk = TrunkProgram.trainable();
        List<String> largestFirst = trunk.subList(TrunkProgram.frozen(frozenStages), trunk.size()).stream()
                .sorted(Comparator.comparingLong((String name) -> numbers(name)).reversed()).toList();
        List<List<String>> portions = Stream.generate(() -> (List<String>) new ArrayList<String>()).limit(lanes).toList();
        long[] sizes = new long[lanes];
        for (String name : largestFirst) {
            int least = IntStream.range(0, lanes).boxed().min(Comparator.comparingLong(i -> sizes[i])).orElseThrow();
            portions.get(least).add(name);
            sizes[least] += numbers(name);
        }
        return portions;
    }

    private static long numbers(String name) {
        return Arrays.stream(SHAPES.get(name)).reduce(1, (a, b) -> a * b);
    }

    private void optimise(NDManager scope, List<String> names, List<NDArray> gradients, long step, double rate,
            double decay) {
        if (names.isEmpty()) {
            return;
        }
        List<NDArray> w = names.stream().map(weights::get).toList();
        List<NDArray> m = names.stream().map(momentum::get).toList();
        if (settings.optimizer() == TrainingSettings.Optimizer.SGD) {
            program.call(scope, "sgd", w, gradients, m, rate, decay, TrainingSettings.MOMENTUM);
        } else {
            List<NDArray> s = names.stream().map(squares::get).toList();
            NDArray count = scope.create((float) (step + 1));
            program.call(scope, "adamw", w, gradients, m, s, Collections.nCopies(names.size(), count), rate, decay);
        }
    }

    private void read(Lane lane, NDList leaves, List<NDArray> statistics, Heads kept, TrainingData data, int from, int to,
            Reading taken) {
        try (NDManager scope = manager.newSubManager()) {
            int n = to - from;
            List<HalfFacePair> faces = new ArrayList<>();
            for (int i = from; i < to; i++) {
                faces.add(data.halves(i));
            }
            FaceTensors.write(faces, settings.size(), lane.crops);
            boolean plain = settings.stage() == TrainingSettings.Stage.PLAIN;
            NDArray features = program.call(scope, "evaluate", lane.input(scope, plain ? n : FaceTensors.CROPS * n), scale, shift,
                    leaves, statistics);
            if (plain) {
                float[] pooled = Linear.linear(features.get(POOLED), kept(POOLED_FC)).singletonOrThrow().toFloatArray();
                for (int i = 0; i < n; i++) {
                    double[] logits = Prediction.logits(pooled, i);
                    taken.of(from + i, new Prediction(logits, logits, logits, 0.5, 0.5));
                }
                return;
            }
            List<Prediction> predictions = Prediction.of(kept.apply(features.get(V)));
            for (int i = 0; i < n; i++) {
                taken.of(from + i, predictions.get(i));
            }
        }
    }

    /** A tensor as it is to be kept: its average, where the settings ask for one. */
    private NDArray kept(String name) {
        return (averages.isEmpty() ? weights : averages).get(name);
    }

    private int cropBytes() {
        return 3 * settings.size() * settings.size();
    }

    /** A draw from Beta(α, α) by Jöhnk's method: exact, and quick for the α of at most 1 that mixup uses. */
    private static double beta(Random random, double alpha) {
        while (true) {
            double a = Math.pow(random.nextDouble(), 1 / alpha);
            double b = Math.pow(random.nextDouble(), 1 / alpha);
            if (a + b <= 1 && a + b > 0) {
                return a / (a + b);
            }
        }
    }

    private static void blend(byte[][] crops, byte[][] others, float share) {
        int weight = Math.round(256 * share);
        for (int c = 0; c < crops.length; c++) {
            for (int i = 0; i < crops[c].length; i++) {
                crops[c][i] = (byte) ((crops[c][i] & 255) * weight + (others[c][i] & 255) * (256 - weight) >> 8);
            }
        }
    }

    private NDList leaves(NDManager owner) {
        return program.callForList(owner, "leaves", TrunkProgram.trainable().stream().map(weights::get).toList());
    }

    /** Waits for all of it, also when interrupted: the lanes compute with arrays that the caller frees. */
    private <T> List<T> all(List<Supplier<T>> work) throws TrainingException {
        List<CompletableFuture<T>> results = work.stream().map(w -> CompletableFuture.supplyAsync(() -> {
            JniUtils.setNumThreads(1); // of this lane: PyTorch keeps the number by thread
            return w.get();
        }, threads)).toList();
        try {
            CompletableFuture.allOf(results.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            throw new TrainingException("training failed: " + e.getCause().getMessage(), e.getCause());
        }
        if (Thread.currentThread().isInterrupted()) {
            throw interrupted();
        }
        return results.stream().map(CompletableFuture::join).toList();
    }

    private static TrainingException interrupted() {
        return new TrainingException("training was interrupted; the same run goes on from its last checkpoint");
    }

    private double progress(long step, long total, double seconds) {
        double bySteps = step / (double) total;
        return settings.timeLimit() == null ? bySteps
                : Math.min(1, Math.max(bySteps, seconds * 1000 / settings.timeLimit().toMillis()));
    }

    /** Which faces an epoch shows, in order: each once; with {@code balance}, faces of rare classes more than once. */
    private int[] order(TrainingData data, long epoch) {
        Random random = new Random(mix(settings.seed(), epoch, -1));
        List<List<Integer>> classes = new ArrayList<>();
        for (int c = 0; c < Expression.COUNT; c++) {
            classes.add(new ArrayList<>());
        }
        for (int i = 0; i < data.size(); i++) {
            classes.get(settings.balance() == 0 ? 0 : data.label(i).ordinal()).add(i);
        }
        double sum = classes.stream().mapToDouble(this::share).sum();
        List<Integer> order = new ArrayList<>(data.size());
        for (List<Integer> faces : classes) {
            int times = (int) Math.round(data.size() * share(faces) / sum);
            for (int i = 0; i < times; i++) {
                if (i % faces.size() == 0) {
                    Collections.shuffle(faces, random);
                }
                order.add(faces.get(i % faces.size()));
            }
        }
        Collections.shuffle(order, random);
        while (order.size() < data.size()) { // what rounding left out
            order.add(order.get(order.size() / 2));
        }
        return order.stream().mapToInt(Integer::intValue).toArray();
    }

    private double share(List<Integer> faces) {
        return faces.isEmpty() ? 0 : Math.pow(faces.size(), 1 - settings.balance());
    }

    private static long mix(long seed, long step, long index) {
        long h = (seed * 0x9E3779B97F4A7C15L + step) * 0xBF58476D1CE4E5B9L + index;
        h ^= h >>> 31;
        return h * 0x94D049BB133111EBL;
    }

    private static Map<String, long[]> shapes() {
        Map<String, long[]> shapes = new LinkedHashMap<>(NetworkLayout.shapes());
        shapes.put(POOLED_FC, new long[] {Expression.COUNT, NetworkLayout.CHANNELS});
        return shapes;
    }

    /** CRC-32C of all values, 8 hexadecimal digits. */
    private static String fingerprint(Map<String, Tensor> tensors) {
        CRC32C sum = new CRC32C();
        for (String name : NetworkLayout.shapes().keySet()) {
            float[] values = tensors.get(name).values();
            ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length);
            bytes.asFloatBuffer().put(values);
            sum.update(bytes);
        }
        return String.format("%08x", sum.getValue());
    }

    private static List<String> trainable() {
        List<String> all = new ArrayList<>(TrunkProgram.trainable());
        all.addAll(HEADS);
        return all;
    }

    private NDArray array(Tensor tensor) {
        return manager.create(tensor.values(), new Shape(tensor.shape()));
    }

    private NDArray likeWeight(String name) {
        return memoryFormat(name, manager.zeros(new Shape(SHAPES.get(name))));
    }

    /** Convolution weights are kept channels-last, as the trunk computes. */
    private NDArray memoryFormat(String name, NDArray array) {
        if (array.getShape().dimension() != 4) {
            return array;
        }
        try (array) {
            return program.call(manager, "matrix", array);
        }
    }

    private Tensor tensor(NDArray array) {
        try (NDArray plain = array.getShape().dimension() == 4 ? program.call(manager, "plain", array)
                : array.duplicate()) {
            return new Tensor(array.getShape().getShape(), plain.toFloatArray());
        }
    }

    private String describe(TrainingData data) {
        return settings + ", " + data.size() + " faces, from weights " + origin;
    }

    private Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        current().forEach((name, array) -> state.put(name, tensor(array)));
        averages.forEach((name, array) -> state.put("averages." + name, tensor(array)));
        momentum.forEach((name, array) -> state.put("momentum." + name, tensor(array)));
        squares.forEach((name, array) -> state.put("squares." + name, tensor(array)));
        return state;
    }

    private Checkpoint.State restore(Path directory, TrainingData training)
            throws IOException, TrainingException, InvalidWeightsException {
        Checkpoint.State state = Checkpoint.readState(directory);
        if (!state.settings().equals(describe(training))) {
            throw new TrainingException(directory + " holds the checkpoint of another run (" + state.settings()
                    + "); this one is " + describe(training) + ": choose another folder or remove that one");
        }
        Map<String, Tensor> tensors = Checkpoint.readTensors(directory, state);
        for (String name : weights.keySet()) {
            set(weights.get(name), saved(directory, tensors, name, name));
            set(momentum.get(name), saved(directory, tensors, "momentum." + name, name));
            set(squares.get(name), saved(directory, tensors, "squares." + name, name));
        }
        for (String name : averages.keySet()) {
            set(averages.get(name), saved(directory, tensors, "averages." + name, name));
        }
        List<String> statistics = TrunkProgram.statistics();
        for (Lane lane : lanes) {
            for (int i = 0; i < statistics.size(); i++) {
                set(lane.statistics.get(i), saved(directory, tensors, statistics.get(i), statistics.get(i)));
            }
        }
        return state;
    }

    /** A tensor of a checkpoint, of the shape that {@code like} has in the network. */
    private static Tensor saved(Path directory, Map<String, Tensor> tensors, String name, String like)
            throws TrainingException {
        Tensor tensor = tensors.get(name);
        if (tensor == null || !Arrays.equals(tensor.shape(), SHAPES.get(like))) {
            throw new TrainingException(directory + " holds a damaged checkpoint: tensor " + name + " is "
                    + (tensor == null ? "missing" : "of another shape") + "; remove the folder to begin anew");
        }
        return tensor;
    }

    private void set(NDArray array, Tensor tensor) {
        try (NDManager scope = manager.newSubManager();
                NDArray value = scope.create(tensor.values(), new Shape(tensor.shape()))) {
            program.call(scope, "copy", array, value);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        manager.close();
        program.close();
    }
}
