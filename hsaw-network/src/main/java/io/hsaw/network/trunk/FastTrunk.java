package io.hsaw.network.trunk;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.hsaw.network.FaceTensors;
import io.hsaw.network.torch.TorchScript;
import io.hsaw.network.weights.NetworkLayout;
import io.hsaw.network.weights.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The folded trunk as one TorchScript call. On the processor each convolution, its activation and the shortcut's sum are
 * one oneDNN operator, with weights laid out beforehand as the operator wants them; on a graphics card they are PyTorch's
 * own operators.
 *
 * <p>On the processor crops go in face by face: batches bring no speed there, the layout of the weights fits one shape
 * best, and a face gets the same numbers to the last bit whatever else is predicted with it.
 */
public final class FastTrunk implements Trunk {

    private static final int FACES_PER_CALL_CUDA = 16;

    private final boolean oneDnn;
    private final NDManager manager;
    private final TorchScript program;
    private final NDArray mean;
    private final List<NDArray> weights = new ArrayList<>();

    /**
     * @param parent   its device is the trunk's
     * @param bfloat16 whether convolutions compute with 16 bits; right everywhere, fast only where the processor has
     *                 instructions for it
     */
    public FastTrunk(NDManager parent, FoldedTrunk trunk, boolean bfloat16) {
        this(parent, trunk, bfloat16, !parent.getDevice().isGpu());
    }

    FastTrunk(NDManager parent, FoldedTrunk trunk, boolean bfloat16, boolean oneDnn) {
        this.oneDnn = oneDnn;
        manager = parent.newSubManager();
        program = TorchScript.compile(manager, source(trunk, bfloat16, oneDnn), false);
        List<Float> m = FoldedTrunk.MEAN;
        mean = manager.create(new float[] {m.get(0), m.get(1), m.get(2)}, new Shape(1, 3, 1, 1));
        for (FoldedTrunk.Layer layer : layers(trunk)) {
            addWeights(layer);
        }
    }

    @Override
    public int facesPerCall() {
        return oneDnn ? 1 : FACES_PER_CALL_CUDA;
    }

    @Override
    public NDArray features(NDManager scope, NDArray crops) {
        return program.call(scope, "features", crops, mean, weights);
    }

    private void addWeights(FoldedTrunk.Layer layer) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray weight = array(scope, layer.weight());
            weights.add(oneDnn
                    ? program.call(manager, "pack", weight, layer.padding(), layer.stride(), FaceTensors.CROPS,
                            layer.weight().shape()[1], layer.inputSize())
                    : program.call(manager, "pack", weight));
            weights.add(program.call(manager, "cast", array(scope, layer.bias())));
        }
    }

    private static NDArray array(NDManager owner, Tensor tensor) {
        return owner.create(tensor.values(), new Shape(tensor.shape()));
    }

    private static List<FoldedTrunk.Layer> layers(FoldedTrunk trunk) {
        List<FoldedTrunk.Layer> all = new ArrayList<>(trunk.layers());
        all.add(trunk.large());
        return all;
    }

    private static String source(FoldedTrunk trunk, boolean bfloat16, boolean oneDnn) {
        int type = bfloat16 ? TorchScript.BFLOAT16 : TorchScript.FLOAT32;
        Source source = new Source(layers(trunk), oneDnn);
        source.text.append("  def features(self: __torch__.Program, crops: Tensor, mean: Tensor, w: List[Tensor]) -> Tensor:\n");
        source.line("centred = torch.sub_(torch.to(torch.permute(crops, [0, 3, 1, 2]), %d), mean)", TorchScript.FLOAT32);
        source.line("x = torch.contiguous(torch.to(centred, %d), memory_format=2)", type);
        String x = source.convolution(0, "x", true);
        source.line("pooled = torch.max_pool2d(%s, [3, 3], [2, 2], [1, 1], [1, 1], False)", x);
        x = "pooled";
        for (FoldedTrunk.Block block : FoldedTrunk.blocks()) {
            String inner = source.convolution(block.first(), x, true);
            String shortcut = block.downsample() < 0 ? x : source.convolution(block.downsample(), x, false);
            x = source.residual(shortcut, block.second(), inner);
        }
        if (trunk.large().inputSize() != NetworkLayout.UPSCALE * trunk.layers().get(trunk.layers().size() - 1).outputSize()) {
            int side = trunk.large().inputSize() / NetworkLayout.UPSCALE;
            source.line("last = torch.upsample_bilinear2d(%s, [%d, %d], False, None)", x, side, side);
            x = "last";
        }
        source.line("shuffled = torch.contiguous(torch.pixel_shuffle(%s, %d), memory_format=2)", x, NetworkLayout.UPSCALE);
        x = source.convolution(trunk.layers().size(), "shuffled", false);
        source.line("map = torch.to(%s, %d)", x, TorchScript.FLOAT32);
        x = "map";
        if (trunk.large().outputSize() != NetworkLayout.FEATURE_SIDE) {
            source.line("stretched = torch.upsample_bilinear2d(map, [%d, %d], False, None)", NetworkLayout.FEATURE_SIDE,
                    NetworkLayout.FEATURE_SIDE);
            x = "stretched";
        }
        source.line("return torch.flatten(%s, 1, -1)", x);
        if (oneDnn) {
            source.text.append("  def pack(self: __torch__.Program, w: Tensor, padding: int, stride: int, n: int, channels: int, "
                    + "size: int) -> Tensor:\n");
            source.line("return ops.mkldnn._reorder_convolution_weight(torch.to(w, %d), [padding, padding], [stride, stride], "
                    + "[1, 1], 1, [n, channels, size, size])", type);
        } else {
            source.text.append("  def pack(self: __torch__.Program, w: Tensor) -> Tensor:\n");
            source.line("return torch.contiguous(torch.to(w, %d), memory_format=2)", type);
        }
        source.text.append("  def cast(self: __torch__.Program, w: Tensor) -> Tensor:\n");
        source.line("return torch.clone(torch.to(w, %d), memory_format=0)", type);
        return source.text.toString();
    }

    /** The text of the program. Layer i has weight {@code w[2i]} and bias {@code w[2i + 1]}. */
    private record Source(StringBuilder text, List<FoldedTrunk.Layer> layers, boolean oneDnn) {

        private Source(List<FoldedTrunk.Layer> layers, boolean oneDnn) {
            this(new StringBuilder(), layers, oneDnn);
        }

        private void line(String format, Object... args) {
            text.append("    ").append(String.format(Locale.ROOT, format, args)).append('\n');
        }

        private String convolution(int index, String x, boolean relu) {
            String y = "y" + index;
            if (oneDnn) {
                line("%s = ops.mkldnn._convolution_pointwise(%s, w[%d], w[%d], %s, %s, [1, 1], 1, \"%s\", "
                                + "annotate(List[Optional[number]], []), \"\")", y, x, 2 * index, 2 * index + 1,
                        padding(index), stride(index), relu ? "relu" : "none");
                return y;
            }
            line("%s = torch.conv2d(%s, w[%d], w[%d], %s, %s, [1, 1], 1)", y, x, 2 * index, 2 * index + 1, stride(index),
                    padding(index));
            if (!relu) {
                return y;
            }
            line("%sr = torch.relu_(%s)", y, y);
            return y + "r";
        }

        /** The rectified sum of {@code shortcut}, which is written over, and the convolution of {@code x}. */
        private String residual(String shortcut, int index, String x) {
            String y = "y" + index;
            if (oneDnn) {
                line("%s = ops.mkldnn._convolution_pointwise_(%s, %s, w[%d], w[%d], %s, %s, [1, 1], 1, \"add\", 1, "
                                + "\"relu\", annotate(List[Optional[number]], []), \"\")", y, shortcut, x, 2 * index,
                        2 * index + 1, padding(index), stride(index));
                return y;
            }
            line("%ss = torch.relu_(torch.add_(%s, %s))", y, shortcut, convolution(index, x, false));
            return y + "s";
        }

        private String stride(int index) {
            return "[" + layers.get(index).stride() + ", " + layers.get(index).stride() + "]";
        }

        private String padding(int index) {
            return "[" + layers.get(index).padding() + ", " + layers.get(index).padding() + "]";
        }
    }

    @Override
    public void close() {
        program.close();
        manager.close();
    }
}
