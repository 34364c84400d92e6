package io.hsaw.network.training;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import io.hsaw.contracts.HalfFacePair;
import io.hsaw.network.FaceTensors;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Trains the whole network with the losses of section 4. The trunk runs as a {@link TrunkProgram} in several lanes, each
 * a thread with its own part of the batch; heads and losses are plain DJL and see the batch as one. One engine per
 * process: DJL has one gradient collector per virtual machine.
 *
 * <p>A run is repeatable for one number of lanes: order and random changes follow from the seed and the step alone, so that
 * a run that was stopped goes on as if it had not been.
 */
public final class TrainingEngine implements AutoCloseable {

    private static final List<String> HEADS = List.of(NetworkLayout.SELF_WEIGHT, NetworkLayout.HALF_FC,
            NetworkLayout.GLOBAL_FC);
    private static final int VALIDATION_BATCH = 16;
    private static final Duration CHECKPOINT_INTERVAL = Duration.ofMinutes(5);

    private final TrainingSettings settings;
    private final NDManager manager = PyTorch.newManager();
    private final TorchScript program;
    private final NDArray scale;
    private final NDArray shift;
    private final ExecutorService threads;
    private final List<Lane> lanes = new ArrayList<>();

    /** Trainable tensors by name, trunk first, then heads; with the optimiser's memory of each. */
    private final Map<String, NDArray> weights = new LinkedHashMap<>();
    private final Map<String, NDArray> momentum = new LinkedHashMap<>();
    private final Map<String, NDArray> squares = new LinkedHashMap<>();
    private final List<NDArray> headGradients = new ArrayList<>();
    private final Heads heads;

    /** What one thread works on: its own statistics and gradients. */
    private final class Lane {
        private final List<NDArray> statistics = new ArrayList<>();
        private final List<NDArray> gradients = new ArrayList<>();
        private final ByteBuffer crops;
        private final byte[] crop = new byte[FaceTensors.CROP_BYTES];

        private Lane(Map<String, Tensor> start, int capacity) {
            for (String name : TrunkProgram.statistics()) {
                statistics.add(array(start.get(name)));
            }
            for (String name : TrunkProgram.trainable()) {
                gradients.add(likeWeight(name));
            }
            crops = ByteBuffer.allocateDirect(capacity * FaceTensors.CROPS * FaceTensors.CROP_BYTES);
        }

        private NDArray input(NDManager owner, int count) {
            ByteBuffer bytes = crops.duplicate().limit(count * FaceTensors.CROP_BYTES);
            return owner.create(bytes, new Shape(count, NetworkLayout.INPUT_SIZE, NetworkLayout.INPUT_SIZE, 3),
                    DataType.UINT8);
        }
    }

    /**
     * @param start   all tensors of {@link NetworkLayout}
     * @param bfloat16 whether the trunk computes in 16 bits; fast only where the processor has such instructions
     * @param laneCount threads; one per core
     */
    public TrainingEngine(TrainingSettings settings, Map<String, Tensor> start, boolean bfloat16, int laneCount) {
        this.settings = settings;
        JniUtils.setNumThreads(1);
        program = TorchScript.compile(manager,
                TrunkProgram.source(bfloat16 ? TorchScript.BFLOAT16 : TorchScript.FLOAT32, settings.frozenStages()), true);
        scale = manager.create(new float[] {1 / (255 * 0.229f), 1 / (255 * 0.224f), 1 / (255 * 0.225f)},
                new Shape(1, 3, 1, 1));
        shift = manager.create(new float[] {-0.485f / 0.229f, -0.456f / 0.224f, -0.406f / 0.225f},
                new Shape(1, 3, 1, 1));
        for (String name : trainable()) {
            weights.put(name, memoryFormat(name, array(start.get(name))));
            momentum.put(name, likeWeight(name));
            squares.put(name, likeWeight(name));
        }
        for (String name : HEADS) {
            headGradients.add(likeWeight(name));
            weights.get(name).setRequiresGradient(true);
        }
        heads = new Heads(weights.get(NetworkLayout.SELF_WEIGHT), weights.get(NetworkLayout.HALF_FC),
                weights.get(NetworkLayout.GLOBAL_FC));
        int perLane = Math.max(VALIDATION_BATCH, (settings.microBatch() + laneCount - 1) / laneCount);
        for (int i = 0; i < laneCount; i++) {
            lanes.add(new Lane(start, perLane));
        }
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
                order = order(training.size(), step / stepsPerEpoch);
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

    /** How well the network, as it is now, reads labelled faces; in evaluation mode, on unchanged pictures. */
    public Validation validate(TrainingData data) throws TrainingException {
        Validation.Counter counter = new Validation.Counter();
        try (NDManager scope = manager.newSubManager()) {
            NDList leaves = leaves(scope);
            List<Supplier<Void>> work = new ArrayList<>();
            for (int l = 0; l < lanes.size(); l++) {
                int lane = l;
                work.add(() -> {
                    int batch = VALIDATION_BATCH;
                    for (int from = lane * batch; from < data.size(); from += lanes.size() * batch) {
                        validate(lanes.get(lane), leaves, data, from, Math.min(data.size(), from + batch), counter);
                    }
                    return null;
                });
            }
            all(work);
        }
        return counter.figures();
    }

    /** All tensors of {@link NetworkLayout} as they are now. */
    public Map<String, Tensor> weights() {
        Map<String, Tensor> now = new LinkedHashMap<>();
        List<String> statistics = TrunkProgram.statistics();
        for (String name : NetworkLayout.shapes().keySet()) {
            int statistic = statistics.indexOf(name);
            now.put(name, tensor(statistic < 0 ? weights.get(name) : lanes.get(0).statistics.get(statistic)));
        }
        return now;
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
            for (int l = 1; l < lanes.size(); l++) {
                program.call(scope, "add", lanes.get(0).gradients, lanes.get(l).gradients);
            }
            optimise(scope, step, rate);
            for (Lane lane : lanes) {
                program.call(scope, "clear", lane.gradients);
            }
            program.call(scope, "clear", headGradients);
        }
        return sums;
    }

    private double[] accumulate(TrainingData data, int[] indices, long step, int offset, double share, NDList leaves)
            throws TrainingException {
        try (NDManager scope = manager.newSubManager()) {
            int perLane = (indices.length + lanes.size() - 1) / lanes.size();
            int crops = settings.stage() == TrainingSettings.Stage.FULL ? FaceTensors.CROPS : 1;
            List<Supplier<NDArray>> forward = new ArrayList<>();
            List<int[]> parts = new ArrayList<>();
            for (int from = 0; from < indices.length; from += perLane) {
                int[] part = Arrays.copyOfRange(indices, from, Math.min(indices.length, from + perLane));
                Lane lane = lanes.get(parts.size());
                int first = offset + from;
                parts.add(part);
                forward.add(() -> {
                    for (int i = 0; i < part.length; i++) {
                        Random random = new Random(mix(settings.seed(), step, first + i));
                        settings.augmentation().write(data.halves(part[i]), crops, random, lane.crops, part.length, i,
                                lane.crop);
                    }
                    return program.call(scope, "forward", lane.input(scope, crops * part.length), scale, shift, leaves,
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
            double[] losses = differentiate(scope, data, parts, detached, share);
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

    /** Heads and losses over the lanes' features: leaves the gradient of each, and adds the heads' own. */
    private double[] differentiate(NDManager scope, TrainingData data, List<int[]> parts, List<NDArray> features,
            double share) {
        int faces = parts.stream().mapToInt(p -> p.length).sum();
        double[] sums = new double[5];
        try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
            NDArray objective = null;
            for (int l = 0; l < parts.size(); l++) {
                int[] part = parts.get(l);
                double weight = part.length / (double) faces;
                long[] labels = Arrays.stream(part).mapToLong(i -> data.label(i).ordinal()).toArray();
                Losses.Values values;
                NDArray prediction;
                if (settings.stage() == TrainingSettings.Stage.FULL) {
                    Heads.Output output = heads.apply(features.get(l));
                    values = settings.losses().of(output, scope.create(labels));
                    prediction = output.fused();
                } else {
                    prediction = heads.globalPrediction(features.get(l));
                    values = settings.losses().ofWhole(prediction, scope.create(labels));
                }
                NDArray weighted = values.total().mul((float) (weight * share));
                objective = objective == null ? weighted : objective.add(weighted);
                sums[0] += weight * values.weightSum().getFloat();
                sums[1] += weight * values.balance().getFloat();
                sums[2] += weight * values.crossEntropy().getFloat();
                sums[3] += weight * values.total().getFloat();
                float[] logits = prediction.toFloatArray();
                for (int i = 0; i < part.length; i++) {
                    sums[4] += (Validation.Counter.greatest(logits, 7 * i) == labels[i] ? 1.0 : 0.0) / faces;
                }
            }
            collector.backward(objective);
        }
        for (int i = learningHeads(); i < HEADS.size(); i++) {
            try (NDArray gradient = weights.get(HEADS.get(i)).getGradient()) {
                headGradients.get(i).addi(gradient);
                // PyTorch adds to it at each call; DJL clears only arrays of its own system manager.
                program.call(scope, "clear", List.of(gradient));
            }
        }
        return sums;
    }

    /** Index of the first head that learns: the whole face's is the last. */
    private int learningHeads() {
        return settings.stage() == TrainingSettings.Stage.FULL ? 0 : HEADS.size() - 1;
    }

    private void optimise(NDManager scope, long step, double rate) {
        List<String> trunk = TrunkProgram.trainable();
        List<String> learning = trunk.subList(TrunkProgram.frozen(settings.frozenStages()), trunk.size());
        int head = learningHeads();
        for (boolean matrices : new boolean[] {true, false}) {
            List<String> names = learning.stream().filter(n -> NetworkLayout.shapes().get(n).length > 1 == matrices).toList();
            List<NDArray> gradients = names.stream().map(n -> lanes.get(0).gradients.get(trunk.indexOf(n))).toList();
            optimise(scope, names, gradients, step, rate * settings.trunkLearningRate(),
                    matrices ? settings.weightDecay() : 0);
        }
        for (String name : HEADS) {
            weights.get(name).setRequiresGradient(false);
        }
        optimise(scope, HEADS.subList(head, HEADS.size()), headGradients.subList(head, HEADS.size()), step,
                rate * settings.headsLearningRate(), settings.weightDecay());
        for (String name : HEADS) {
            weights.get(name).setRequiresGradient(true);
        }
    }

    private void optimise(NDManager scope, List<String> names, List<NDArray> gradients, long step, double rate,
            double decay) {
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

    private void validate(Lane lane, NDList leaves, TrainingData data, int from, int to, Validation.Counter counter) {
        try (NDManager scope = manager.newSubManager()) {
            List<HalfFacePair> faces = new ArrayList<>();
            for (int i = from; i < to; i++) {
                faces.add(data.halves(i));
            }
            FaceTensors.write(faces, lane.crops);
            NDArray v = program.call(scope, "evaluate", lane.input(scope, FaceTensors.CROPS * (to - from)), scale, shift, leaves,
                    lanes.get(0).statistics);
            Heads.Output output = heads.apply(v);
            float[][] logits = {output.fused().toFloatArray(), output.all().toFloatArray(),
                    output.auxiliary().toFloatArray(), output.left().toFloatArray(), output.right().toFloatArray()};
            float[] left = output.weightLeft().toFloatArray();
            float[] right = output.weightRight().toFloatArray();
            for (int i = from; i < to; i++) {
                counter.add(data.label(i).ordinal(), logits, 7 * (i - from), left[i - from], right[i - from]);
            }
        }
    }

    private NDList leaves(NDManager owner) {
        return program.callForList(owner, "leaves", TrunkProgram.trainable().stream().map(weights::get).toList());
    }

    /** Waits for all of it, also when interrupted: the lanes compute with arrays that the caller frees. */
    private <T> List<T> all(List<Supplier<T>> work) throws TrainingException {
        List<CompletableFuture<T>> results = work.stream().map(w -> CompletableFuture.supplyAsync(w, threads)).toList();
        try {
            CompletableFuture.allOf(results.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            throw new TrainingException("training failed: " + e.getCause().getMessage(), e.getCause());
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new TrainingException("training was interrupted; the same run goes on from its last checkpoint");
        }
        return results.stream().map(CompletableFuture::join).toList();
    }

    private double progress(long step, long total, double seconds) {
        double bySteps = step / (double) total;
        return settings.timeLimit() == null ? bySteps
                : Math.max(bySteps, seconds * 1000 / settings.timeLimit().toMillis());
    }

    private int[] order(int size, long epoch) {
        List<Integer> order = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            order.add(i);
        }
        Collections.shuffle(order, new Random(mix(settings.seed(), epoch, -1)));
        return order.stream().mapToInt(Integer::intValue).toArray();
    }

    private static long mix(long seed, long step, long index) {
        long h = (seed * 0x9E3779B97F4A7C15L + step) * 0xBF58476D1CE4E5B9L + index;
        h ^= h >>> 31;
        return h * 0x94D049BB133111EBL;
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
        return memoryFormat(name, manager.zeros(new Shape(NetworkLayout.shapes().get(name))));
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
        return settings + ", " + data.size() + " faces";
    }

    private Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>(weights());
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
        if (tensor == null || !Arrays.equals(tensor.shape(), NetworkLayout.shapes().get(like))) {
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
