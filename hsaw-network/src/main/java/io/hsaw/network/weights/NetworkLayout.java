package io.hsaw.network.weights;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every tensor of the network by its name in weights files, with its shape: 11.2 million trainable numbers. */
public final class NetworkLayout {

    /** Height and width of the map that V is. */
    public static final int FEATURE_SIDE = 11;
    /** Numbers per crop that the trunk makes, the length of V: 11 × 11. */
    public static final int FEATURES = FEATURE_SIDE * FEATURE_SIDE;
    /**
     * The trunk's last map is stretched to this height and width where it is smaller: of the 2×2 of crops of 64 the
     * large-kernel convolution would make a single number, which cannot tell seven expressions apart.
     */
    public static final int LEAST_LAST_SIDE = 3;
    /** Channels of the trunk's last map, 512×7×7. */
    public static final int CHANNELS = 512;
    /** Height and width of a crop at the network's input in the paper; a model may read smaller ones. */
    public static final int INPUT_SIZE = 224;

    /** Factor of the sub-pixel convolution: 512×7×7 becomes 8×56×56. */
    public static final int UPSCALE = 8;
    /** Stride of the large-kernel convolution: 8×56×56 becomes 1×11×11. */
    public static final int SUBPIXEL_STRIDE = 4;
    /** Added to the variance in batch norm. */
    public static final double BATCH_NORM_EPSILON = 1e-5;

    /** Kernel of the large-kernel convolution, 1×8×16×16. */
    public static final String SUBPIXEL_WEIGHT = "subpixel_conv.weight";
    /** Bias of the large-kernel convolution, one number. */
    public static final String SUBPIXEL_BIAS = "subpixel_conv.bias";
    /** W of equation (2), 1×121. */
    public static final String SELF_WEIGHT = "self_weight.weight";
    /** W_fc of equation (4), 7×121. */
    public static final String HALF_FC = "half_fc.weight";
    /** The matrix of P_all, 7×121. */
    public static final String GLOBAL_FC = "global_fc.weight";

    private static final List<Convolution> CONVOLUTIONS = convolutions();

    private NetworkLayout() {
    }

    /**
     * A convolution of the trunk without bias, and the batch norm behind it.
     *
     * @param name     of the convolution, such as {@code layer1.0.conv1}
     * @param norm     of the batch norm, such as {@code layer1.0.bn1}
     * @param inputs   channels in
     * @param outputs  channels out
     * @param kernel   height and width
     * @param stride   in both directions
     * @param padding  on all sides
     */
    public record Convolution(String name, String norm, int inputs, int outputs, int kernel, int stride, int padding) {

        /** The names of weight, scale, shift, running mean and running variance, in this order. */
        public List<String> tensorNames() {
            return List.of(name + ".weight", norm + ".weight", norm + ".bias", norm + ".running_mean",
                    norm + ".running_var");
        }
    }

    /**
     * The twenty convolutions of ResNet18's conv1 to conv5_x: conv1, then for each basic block conv1, conv2 and, where the
     * size changes, downsample.
     */
    public static List<Convolution> trunk() {
        return CONVOLUTIONS;
    }

    /** Shapes by name, in the order in which they are written. */
    public static Map<String, long[]> shapes() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        for (Convolution c : CONVOLUTIONS) {
            List<String> names = c.tensorNames();
            shapes.put(names.get(0), new long[] {c.outputs(), c.inputs(), c.kernel(), c.kernel()});
            for (String name : names.subList(1, names.size())) {
                shapes.put(name, new long[] {c.outputs()});
            }
        }
        shapes.put(SUBPIXEL_WEIGHT, new long[] {1, 8, 16, 16});
        shapes.put(SUBPIXEL_BIAS, new long[] {1});
        shapes.put(SELF_WEIGHT, new long[] {1, FEATURES});
        shapes.put(HALF_FC, new long[] {7, FEATURES});
        shapes.put(GLOBAL_FC, new long[] {7, FEATURES});
        return shapes;
    }

    /** Whether crops may have this height and width: multiples of 32 from 64 to {@value #INPUT_SIZE}. */
    public static boolean isInputSize(int size) {
        return size >= 64 && size <= INPUT_SIZE && size % 32 == 0;
    }

    /** Height and width of the trunk's last map as it goes into the sub-pixel convolution, for crops of a size. */
    public static int lastSide(int size) {
        return Math.max(size / 32, LEAST_LAST_SIDE);
    }

    /** Whether a tensor is kept with 16 bits in a released model: matrices are, vectors and batch norm are not. */
    public static boolean isHalfPrecision(String name) {
        long[] shape = shapes().get(name);
        return shape != null && shape.length > 1;
    }

    /** Whether a tensor is a statistic of batch norm, which is measured rather than learned. */
    public static boolean isStatistic(String name) {
        return name.endsWith(".running_mean") || name.endsWith(".running_var");
    }

    /**
     * All tensors of the network from a file.
     *
     * @throws InvalidWeightsException if one is missing or has another shape; tensors of other names are ignored
     */
    public static Map<String, Tensor> read(Path file) throws IOException, InvalidWeightsException {
        return read(file, Map.of());
    }

    /** The same, where those of the file's tensors that are missing may be taken from others. */
    static Map<String, Tensor> read(Path file, Map<String, Tensor> others) throws IOException, InvalidWeightsException {
        Map<String, Tensor> found = SafeTensors.read(file);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (Map.Entry<String, long[]> entry : shapes().entrySet()) {
            Tensor tensor = found.getOrDefault(entry.getKey(), others.get(entry.getKey()));
            if (tensor == null) {
                throw new InvalidWeightsException(file, "tensor " + entry.getKey()
                        + " is missing; these are weights of another network");
            }
            if (!Arrays.equals(tensor.shape(), entry.getValue())) {
                throw new InvalidWeightsException(file, "tensor " + entry.getKey() + " has shape "
                        + Arrays.toString(tensor.shape()) + ", expected " + Arrays.toString(entry.getValue())
                        + "; these are weights of another network");
            }
            tensors.put(entry.getKey(), tensor);
        }
        return tensors;
    }

    private static List<Convolution> convolutions() {
        List<Convolution> all = new ArrayList<>();
        all.add(new Convolution("conv1", "bn1", 3, 64, 7, 2, 3));
        int inputs = 64;
        for (int stage = 1; stage <= 4; stage++) {
            int outputs = 32 << stage;
            for (int block = 0; block < 2; block++) {
                String prefix = "layer" + stage + "." + block + ".";
                int stride = stage > 1 && block == 0 ? 2 : 1;
                all.add(new Convolution(prefix + "conv1", prefix + "bn1", inputs, outputs, 3, stride, 1));
                all.add(new Convolution(prefix + "conv2", prefix + "bn2", outputs, outputs, 3, 1, 1));
                if (stride != 1) {
                    all.add(new Convolution(prefix + "downsample.0", prefix + "downsample.1", inputs, outputs, 1, stride, 0));
                }
                inputs = outputs;
            }
        }
        return List.copyOf(all);
    }
}
