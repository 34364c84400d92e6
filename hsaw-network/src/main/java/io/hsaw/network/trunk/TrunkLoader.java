package io.hsaw.network.trunk;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.hsaw.network.FaceTensors;
import io.hsaw.network.NetworkSettings.Device;
import io.hsaw.network.NetworkSettings.Precision;
import io.hsaw.network.weights.NetworkLayout;
import io.hsaw.network.weights.Tensor;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Makes the trunk of a plan and checks it against the reference; where they differ, the reference is what runs. */
public final class TrunkLoader {

    private static final Logger LOG = Logger.getLogger(TrunkLoader.class);

    /** Largest difference to the reference, as a share of its largest feature. */
    private static final double TOLERANCE_FP32 = 1e-4;
    /** With 16 bits, also for 32 bits on a graphics card, which rounds what it multiplies. */
    private static final double TOLERANCE_ROUNDED = 0.05;

    private TrunkLoader() {
    }

    /**
     * A trunk that is ready.
     *
     * @param description which one, where, with which numbers, and why
     */
    public record Loaded(Trunk trunk, String description) {
    }

    /**
     * The fast trunk of a plan, or the reference with a warning if the fast one cannot be made here or does not compute
     * the same.
     *
     * @param manager its device is the plan's
     * @param tensors   all tensors of {@link NetworkLayout}
     * @param inputSize height and width of the crops
     */
    public static Loaded load(NDManager manager, Map<String, Tensor> tensors, int inputSize, TrunkPlan plan) {
        return choose(manager, inputSize, new ReferenceTrunk(manager, tensors),
                () -> new FastTrunk(manager, FoldedTrunk.of(tensors, inputSize), plan.precision() == Precision.BF16), plan);
    }

    static Loaded choose(NDManager manager, int inputSize, Trunk reference, Supplier<Trunk> makeFast, TrunkPlan plan) {
        Trunk fast = null;
        String problem;
        try {
            fast = makeFast.get();
            double difference = difference(manager, inputSize, fast, reference);
            double tolerance = tolerance(plan);
            if (difference <= tolerance) {
                reference.close();
                return new Loaded(fast, "fast trunk on " + plan.device() + " in " + plan.precision() + " (" + plan.reason() + ")");
            }
            problem = "differs from the reference by " + difference + " of its largest feature, expected at most " + tolerance;
        } catch (EngineException e) {
            problem = "cannot run here: " + e.getMessage().lines().findFirst().orElse("");
            LOG.debug("The fast trunk cannot run here", e);
        }
        if (fast != null) {
            fast.close();
        }
        LOG.warnf("The fast trunk on %s in %s %s. The slow reference is used instead; log level debug for %s tells more",
                plan.device(), plan.precision(), problem, TrunkLoader.class.getName());
        return new Loaded(reference, "reference trunk on " + plan.device() + " in fp32 (the fast one " + problem + ")");
    }

    private static double tolerance(TrunkPlan plan) {
        return plan.device() == Device.CPU && plan.precision() == Precision.FP32 ? TOLERANCE_FP32 : TOLERANCE_ROUNDED;
    }

    /** Greatest difference of features on a fixed face, as a share of the reference's greatest feature. */
    private static double difference(NDManager manager, int inputSize, Trunk trunk, Trunk reference) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray crops = fixedCrops(scope, inputSize);
            float[] expected = reference.features(scope, crops).toFloatArray();
            float[] found = trunk.features(scope, crops).toFloatArray();
            double greatest = 0;
            double difference = 0;
            for (int i = 0; i < expected.length; i++) {
                greatest = Math.max(greatest, Math.abs(expected[i]));
                difference = Math.max(difference, Math.abs(expected[i] - found[i]));
            }
            return difference / greatest;
        }
    }

    /** One face of three crops: noise in patches of 16×16, so that all layers have something to see. */
    private static NDArray fixedCrops(NDManager scope, int size) {
        int patches = size / 16;
        byte[] colours = new byte[FaceTensors.CROPS * patches * patches * 3];
        new Random(1).nextBytes(colours);
        ByteBuffer crops = ByteBuffer.allocateDirect(FaceTensors.CROPS * size * size * 3);
        for (int row = 0; row < FaceTensors.CROPS * size; row++) {
            for (int column = 0; column < size; column++) {
                crops.put(colours, (row / 16 * patches + column / 16) * 3, 3);
            }
        }
        return scope.create(crops.flip(), new Shape(FaceTensors.CROPS, size, size, 3), DataType.UINT8);
    }
}
