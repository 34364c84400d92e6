package io.hsaw.benchmarks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.hsaw.contracts.HalfFacePair;
import io.hsaw.contracts.RgbImage;
import io.hsaw.network.FaceTensors;
import io.hsaw.network.HsawModel;
import io.hsaw.network.InvalidModelException;
import io.hsaw.network.ModelFiles;
import io.hsaw.network.NetworkSettings;
import io.hsaw.network.NetworkSettings.Device;
import io.hsaw.network.NetworkSettings.Precision;
import io.hsaw.network.heads.Heads;
import io.hsaw.network.torch.PyTorch;
import io.hsaw.network.trunk.FastTrunk;
import io.hsaw.network.trunk.FoldedTrunk;
import io.hsaw.network.trunk.ReferenceTrunk;
import io.hsaw.network.trunk.Trunk;
import io.hsaw.network.trunk.TrunkPlan;
import io.hsaw.network.weights.NetworkLayout;
import io.hsaw.network.weights.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How fast the network reads faces on the processor, beside the highest rate of matrix products on the same machine in
 * the same run, DJL's blocks and ONNX Runtime on the same network. Prints a table in Markdown.
 *
 * <p>Arguments: the model's directory, threads (2), rounds (7).
 */
public final class NetworkBenchmark implements AutoCloseable {

    private static final int[] BATCHES = {1, 4, 16};
    private static final int SIZE = NetworkLayout.INPUT_SIZE;

    private final Contest contest = new Contest();
    private final List<Row> rows = new ArrayList<>();
    private final NDManager manager = PyTorch.newCpuManager();
    private final Map<String, Tensor> tensors;
    private final FoldedTrunk folded;
    private final Heads heads;
    private final int threads;
    private final boolean bfloat16;

    private record Row(String name, Precision precision, double gflop) {

        private String entry(int batch) {
            return name + ", " + precision + ", " + batch;
        }
    }

    private NetworkBenchmark(Path directory, int threads) throws InvalidModelException {
        this.threads = threads;
        JniUtils.setNumThreads(threads);
        tensors = ModelFiles.readWeights(directory, ModelFiles.readCard(directory));
        folded = FoldedTrunk.of(tensors, NetworkLayout.INPUT_SIZE);
        heads = new Heads(array(NetworkLayout.SELF_WEIGHT), array(NetworkLayout.HALF_FC), array(NetworkLayout.GLOBAL_FC));
        bfloat16 = TrunkPlan.choose(new NetworkSettings(Device.CPU, Precision.AUTO, threads), 0).precision() == Precision.BF16;
    }

    /** @param args the model's directory, threads, rounds */
    public static void main(String[] args) throws InvalidModelException, OrtException {
        Path directory = Path.of(args[0]);
        int threads = args.length > 1 ? Integer.parseInt(args[1]) : 2;
        int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 7;
        try (NetworkBenchmark benchmark = new NetworkBenchmark(directory, threads);
                HsawModel model = HsawModel.load(directory, new NetworkSettings(Device.CPU, Precision.AUTO, threads))) {
            MatrixRates matrixRates = new MatrixRates(benchmark.contest, benchmark.manager, benchmark.precisions());
            benchmark.enterTrunks();
            benchmark.enterModel(model);
            benchmark.enterOnnxRuntime();
            benchmark.contest.measure(rounds);
            benchmark.print(rounds, matrixRates);
        }
    }

    private void enterTrunks() {
        if (bfloat16) {
            enterTrunk("fast trunk and heads", Precision.BF16, new FastTrunk(manager, folded, true));
        }
        enterTrunk("fast trunk and heads", Precision.FP32, new FastTrunk(manager, folded, false));
        enterTrunk("DJL blocks and heads", Precision.FP32, new ReferenceTrunk(manager, tensors));
    }

    private void enterTrunk(String name, Precision precision, Trunk trunk) {
        enter(name, precision, batch -> {
            List<NDArray> inputs = new ArrayList<>();
            for (int rest = batch; rest > 0; rest -= trunk.facesPerCall()) {
                int n = Math.min(rest, trunk.facesPerCall());
                inputs.add(manager.create(crops(n), new Shape(FaceTensors.CROPS * n, SIZE, SIZE, 3), DataType.UINT8));
            }
            return () -> inputs.forEach(input -> fused(trunk, input));
        });
    }

    private float[] fused(Trunk trunk, NDArray crops) {
        try (NDManager scope = manager.newSubManager()) {
            return heads.apply(trunk.features(scope, crops)).fused().toFloatArray();
        }
    }

    /** From half faces in memory to predictions, the way inference goes. */
    private void enterModel(HsawModel model) {
        int size = model.card().inputSize();
        enter("HsawModel.predict, from half faces, crops of " + size, bfloat16 ? Precision.BF16 : Precision.FP32,
                gflopPerFace(FoldedTrunk.of(tensors, size)), batch -> {
            List<HalfFacePair> faces = faces(batch);
            return () -> model.predict(faces);
        });
    }

    /** All optimisations of its graph, for exactly this batch; input already in 32 bits and normalised. */
    private void enterOnnxRuntime() throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        options.setIntraOpNumThreads(threads);
        options.setInterOpNumThreads(1);
        options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
        Map<Integer, OrtSession> sessions = new HashMap<>();
        Map<Integer, OnnxTensor> inputs = new HashMap<>();
        for (int batch : BATCHES) {
            sessions.put(batch, environment.createSession(OnnxNetwork.write(folded, tensors, batch), options));
            inputs.put(batch, OnnxTensor.createTensor(environment, centred(crops(batch)),
                    new long[] {FaceTensors.CROPS * batch, 3, SIZE, SIZE}));
        }
        requireSame(run(sessions.get(1), inputs.get(1)));
        enter("ONNX Runtime " + environment.getVersion(), Precision.FP32,
                batch -> () -> run(sessions.get(batch), inputs.get(batch)));
    }

    private static float[] run(OrtSession session, OnnxTensor input) {
        try (OrtSession.Result result = session.run(Map.of("crops", input))) {
            return ((float[][]) result.get(0).getValue())[0];
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime failed", e);
        }
    }

    private void requireSame(float[] onnx) {
        float[] ours;
        try (Trunk trunk = new FastTrunk(manager, folded, false);
                NDArray input = manager.create(crops(1), new Shape(FaceTensors.CROPS, SIZE, SIZE, 3), DataType.UINT8)) {
            ours = fused(trunk, input);
        }
        for (int i = 0; i < ours.length; i++) {
            if (!(Math.abs(onnx[i] - ours[i]) <= 1e-3 * (1 + Math.abs(ours[i])))) {
                throw new IllegalStateException("the ONNX model is another network: " + Arrays.toString(onnx) + " instead of "
                        + Arrays.toString(ours));
            }
        }
    }

    private void enter(String name, Precision precision, IntFunction<Runnable> ofBatch) {
        enter(name, precision, gflopPerFace(folded), ofBatch);
    }

    private void enter(String name, Precision precision, double gflop, IntFunction<Runnable> ofBatch) {
        Row row = new Row(name, precision, gflop);
        rows.add(row);
        for (int batch : BATCHES) {
            contest.add(row.entry(batch), batch, ofBatch.apply(batch));
        }
    }

    private List<Precision> precisions() {
        return bfloat16 ? List.of(Precision.BF16, Precision.FP32) : List.of(Precision.FP32);
    }

    private void print(int rounds, MatrixRates matrixRates) {
        matrixRates.print();
        print("One face at %d pixels: %.2f GFLOP. %d threads, medians of %d rounds in turn%n%n", SIZE, gflopPerFace(folded),
                threads, rounds);
        print("| faces/s (share of the matrix rate) | batch 1 | 4 | 16 |%n|---|---|---|---|%n");
        for (Row row : rows) {
            print("| %s, %s |", row.name(), row.precision());
            for (int batch : BATCHES) {
                double rate = contest.rate(row.entry(batch));
                print(" %.1f (%.0f %%) |", rate, 100 * rate * row.gflop() / matrixRates.of(row.precision()));
            }
            print("%n");
        }
    }

    private static void print(String format, Object... args) {
        System.out.printf(Locale.ROOT, format, args);
    }

    /** Multiplications and additions of the convolutions for three crops, in 10⁹. */
    static double gflopPerFace(FoldedTrunk folded) {
        return FaceTensors.CROPS * Stream.concat(folded.layers().stream(), Stream.of(folded.large()))
                .mapToDouble(layer -> 2e-9 * layer.weight().values().length * layer.outputSize() * layer.outputSize())
                .sum();
    }

    private NDArray array(String name) {
        Tensor tensor = tensors.get(name);
        return manager.create(tensor.values(), new Shape(tensor.shape()));
    }

    static ByteBuffer crops(int faces) {
        ByteBuffer crops = ByteBuffer.allocateDirect(faces * FaceTensors.CROPS * FaceTensors.CROP_BYTES);
        FaceTensors.write(faces(faces), crops);
        return crops;
    }

    /** What {@link OnnxNetwork} wants of crops: channel by channel, the mean subtracted. */
    private static FloatBuffer centred(ByteBuffer crops) {
        int pixels = SIZE * SIZE;
        FloatBuffer centred = ByteBuffer.allocateDirect(4 * crops.capacity()).order(ByteOrder.nativeOrder()).asFloatBuffer();
        for (int i = 0; i < crops.capacity(); i++) {
            int channel = i % 3;
            int crop = i / FaceTensors.CROP_BYTES;
            int pixel = i % FaceTensors.CROP_BYTES / 3;
            centred.put((3 * crop + channel) * pixels + pixel, (crops.get(i) & 255) - FoldedTrunk.MEAN.get(channel));
        }
        return centred;
    }

    static List<HalfFacePair> faces(int n) {
        Random random = new Random(n);
        return IntStream.range(0, n).mapToObj(i -> new HalfFacePair(noise(random), noise(random))).toList();
    }

    private static RgbImage noise(Random random) {
        byte[] pixels = new byte[3 * SIZE / 2 * SIZE];
        random.nextBytes(pixels);
        return new RgbImage(SIZE / 2, SIZE, pixels);
    }

    @Override
    public void close() {
        manager.close();
    }
}
