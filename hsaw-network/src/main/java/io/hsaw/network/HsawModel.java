package io.hsaw.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import io.hsaw.contracts.Expression;
import io.hsaw.contracts.HalfFacePair;
import io.hsaw.network.NetworkSettings.Device;
import io.hsaw.network.heads.Heads;
import io.hsaw.network.torch.PyTorch;
import io.hsaw.network.trunk.Trunk;
import io.hsaw.network.trunk.TrunkLoader;
import io.hsaw.network.trunk.TrunkPlan;
import io.hsaw.network.weights.NetworkLayout;
import io.hsaw.network.weights.Tensor;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * A released model that reads faces. Thread safe: predictions are made one call after another, each with all threads of
 * the settings. Call it from few threads that live long: PyTorch keeps a pool of threads for each caller.
 *
 * <p>The same face gets the same numbers whatever else is predicted with it. Native memory is freed at the end of each
 * call and stays flat. Launch settings that help, as variables of the environment: {@code OMP_WAIT_POLICY=PASSIVE} where other
 * work wants the cores too (else PyTorch's threads wait for each other by spinning: with the cores taken, a third of the
 * speed remains); {@code MALLOC_ARENA_MAX=1 MALLOC_MMAP_THRESHOLD_=8589934592 MALLOC_TRIM_THRESHOLD_=17179869184} with 32
 * bits, so that the C library keeps the memory that the next prediction asks for again.
 */
public final class HsawModel implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(HsawModel.class);

    private final ModelCard card;
    private final NDManager manager;
    private final Trunk trunk;
    private final Heads heads;
    private final ByteBuffer crops;
    private final String runtime;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean closed;

    /** From the tensors of {@link NetworkLayout}; closes {@code manager} when it is closed itself. */
    HsawModel(ModelCard card, Map<String, Tensor> tensors, NDManager manager,
            Function<NDManager, TrunkLoader.Loaded> trunk) {
        this.card = card;
        this.manager = manager;
        try {
            heads = new Heads(array(tensors, NetworkLayout.SELF_WEIGHT), array(tensors, NetworkLayout.HALF_FC),
                    array(tensors, NetworkLayout.GLOBAL_FC));
            TrunkLoader.Loaded loaded = trunk.apply(manager);
            this.trunk = loaded.trunk();
            runtime = loaded.description();
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
        crops = ByteBuffer.allocateDirect(this.trunk.facesPerCall() * FaceTensors.CROPS * cropBytes());
    }

    private int cropBytes() {
        return 3 * card.inputSize() * card.inputSize();
    }

    /**
     * Loads a model and tries it out: a fast trunk that does not compute what the reference computes is not used, and a model
     * that does not read the fixed faces of {@link SelfCheck} as its card says is refused.
     *
     * @param directory with {@code card.json} and {@code weights.safetensors}
     * @throws InvalidModelException    if the card or the weights are missing, damaged or of another network, or the
     *                                  self-check fails
     * @throws IllegalArgumentException if the settings ask for what this machine does not have
     */
    public static HsawModel load(Path directory, NetworkSettings settings) throws InvalidModelException {
        ModelCard card = ModelFiles.readCard(directory);
        Map<String, Tensor> tensors = ModelFiles.readWeights(directory, card);
        TrunkPlan plan = TrunkPlan.choose(settings, PyTorch.cudaCapability());
        int threads = settings.threads() > 0 ? settings.threads() : Runtime.getRuntime().availableProcessors();
        JniUtils.setNumThreads(threads);
        HsawModel model = new HsawModel(card, tensors,
                plan.device() == Device.CUDA ? PyTorch.newCudaManager() : PyTorch.newCpuManager(),
                manager -> TrunkLoader.load(manager, tensors, card.inputSize(), plan));
        Optional<String> complaint = SelfCheck.complaint(model, plan);
        if (complaint.isPresent()) {
            model.close();
            throw new InvalidModelException(directory + ": " + complaint.get(), null);
        }
        LOG.infof("Model %s %s: %s, %d threads", card.name(), card.version(), model.runtime(), threads);
        return model;
    }

    /** What the model is. */
    public ModelCard card() {
        return card;
    }

    /** Which trunk runs, where, with which numbers, and why. */
    public String runtime() {
        return runtime;
    }

    /**
     * Reads faces.
     *
     * @return one prediction per face, in the same order
     * @throws IllegalStateException if the model is closed
     */
    public List<Prediction> predict(List<HalfFacePair> faces) {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("model " + card.name() + " " + card.version() + " is closed");
            }
            List<Prediction> predictions = new ArrayList<>(faces.size());
            for (int from = 0; from < faces.size(); from += trunk.facesPerCall()) {
                predictions.addAll(predictTogether(
                        faces.subList(from, Math.min(faces.size(), from + trunk.facesPerCall()))));
            }
            return predictions;
        } finally {
            lock.unlock();
        }
    }

    private List<Prediction> predictTogether(List<HalfFacePair> faces) {
        int n = FaceTensors.CROPS * faces.size();
        int size = card.inputSize();
        FaceTensors.write(faces, size, crops);
        try (NDManager scope = manager.newSubManager()) {
            NDArray input = scope.create(crops.duplicate().limit(n * cropBytes()),
                    new Shape(n, size, size, 3), DataType.UINT8);
            return Prediction.of(heads.apply(trunk.features(scope, input)));
        }
    }

    private NDArray array(Map<String, Tensor> tensors, String name) {
        Tensor tensor = tensors.get(name);
        return manager.create(tensor.values(), new Shape(tensor.shape()));
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                trunk.close();
                manager.close();
            }
        } finally {
            lock.unlock();
        }
    }
}
