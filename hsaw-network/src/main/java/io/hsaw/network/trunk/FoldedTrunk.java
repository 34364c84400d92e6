package io.hsaw.network.trunk;

import io.hsaw.network.weights.NetworkLayout;
import io.hsaw.network.weights.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The trunk as it computes when it no longer learns: batch norm is a factor and a summand per channel, so it is folded
 * into the convolution before it, and the factors of the input's normalisation into the first one. What remains to be
 * done to a crop of bytes is to subtract {@link #MEAN}.
 *
 * @param layers the twenty convolutions of {@link NetworkLayout#trunk()} in their order
 * @param large  the large-kernel convolution behind the sub-pixel convolution
 */
public record FoldedTrunk(List<Layer> layers, Layer large) {

    /** ImageNet's mean, red, green, blue, for values from 0 to 255. */
    public static final List<Float> MEAN = List.of(255 * 0.485f, 255 * 0.456f, 255 * 0.406f);
    /** ImageNet's standard deviation, red, green, blue, for values from 0 to 255. */
    public static final List<Float> DEVIATION = List.of(255 * 0.229f, 255 * 0.224f, 255 * 0.225f);

    /** A basic block: places in {@link #layers} of its convolutions; {@code downsample} is -1 where there is none. */
    public record Block(int first, int second, int downsample) {
    }

    /**
     * A convolution with bias.
     *
     * @param weight    outputs × inputs × kernel × kernel
     * @param bias      outputs
     * @param stride    in both directions
     * @param padding   zeros on all sides
     * @param inputSize height and width of what it is given
     */
    public record Layer(Tensor weight, Tensor bias, int stride, int padding, int inputSize) {

        /** Height and width of what it makes. */
        public int outputSize() {
            return (inputSize + 2 * padding - kernel()) / stride + 1;
        }

        /** Height and width of the kernel. */
        public int kernel() {
            return (int) weight.shape()[2];
        }
    }

    /**
     * @param tensors   all tensors of {@link NetworkLayout}
     * @param inputSize height and width of the crops
     */
    public static FoldedTrunk of(Map<String, Tensor> tensors, int inputSize) {
        List<NetworkLayout.Convolution> convolutions = NetworkLayout.trunk();
        List<Layer> layers = new ArrayList<>();
        layers.add(fold(convolutions.get(0), tensors, inputSize));
        scaleInputs(layers.get(0).weight());
        int size = pooledSize(layers.get(0).outputSize());
        for (Block block : blocks()) {
            layers.add(fold(convolutions.get(block.first()), tensors, size));
            int inner = layers.get(block.first()).outputSize();
            layers.add(fold(convolutions.get(block.second()), tensors, inner));
            if (block.downsample() >= 0) {
                layers.add(fold(convolutions.get(block.downsample()), tensors, size));
            }
            size = inner;
        }
        return new FoldedTrunk(List.copyOf(layers), new Layer(tensors.get(NetworkLayout.SUBPIXEL_WEIGHT),
                tensors.get(NetworkLayout.SUBPIXEL_BIAS), NetworkLayout.SUBPIXEL_STRIDE, 0,
                NetworkLayout.lastSide(inputSize) * NetworkLayout.UPSCALE));
    }

    /** The eight basic blocks of conv2_x to conv5_x in order. */
    public static List<Block> blocks() {
        List<NetworkLayout.Convolution> convolutions = NetworkLayout.trunk();
        List<Block> blocks = new ArrayList<>();
        int i = 1;
        while (i < convolutions.size()) {
            boolean downsample = i + 2 < convolutions.size() && convolutions.get(i + 2).kernel() == 1;
            blocks.add(new Block(i, i + 1, downsample ? i + 2 : -1));
            i += downsample ? 3 : 2;
        }
        return blocks;
    }

    /** Behind the first convolution: 3×3 maximum, stride 2, padding 1. */
    private static int pooledSize(int size) {
        return (size + 2 - 3) / 2 + 1;
    }

    private static Layer fold(NetworkLayout.Convolution c, Map<String, Tensor> tensors, int inputSize) {
        List<String> names = c.tensorNames();
        Tensor weight = tensors.get(names.get(0));
        float[] scale = tensors.get(names.get(1)).values();
        float[] shift = tensors.get(names.get(2)).values();
        float[] mean = tensors.get(names.get(3)).values();
        float[] variance = tensors.get(names.get(4)).values();
        float[] folded = weight.values().clone();
        float[] bias = new float[c.outputs()];
        int perOutput = folded.length / c.outputs();
        for (int o = 0; o < c.outputs(); o++) {
            double factor = scale[o] / Math.sqrt(variance[o] + NetworkLayout.BATCH_NORM_EPSILON);
            for (int i = o * perOutput; i < (o + 1) * perOutput; i++) {
                folded[i] = (float) (folded[i] * factor);
            }
            bias[o] = (float) (shift[o] - mean[o] * factor);
        }
        return new Layer(new Tensor(weight.shape(), folded), new Tensor(new long[] {c.outputs()}, bias), c.stride(),
                c.padding(), inputSize);
    }

    private static void scaleInputs(Tensor weight) {
        float[] values = weight.values();
        int perInput = (int) (weight.shape()[2] * weight.shape()[3]);
        for (int i = 0; i < values.length; i++) {
            values[i] /= DEVIATION.get(i / perInput % DEVIATION.size());
        }
    }
}
