package io.hsaw.network.training;

import io.hsaw.network.torch.TorchScript;
import io.hsaw.network.weights.NetworkLayout;
import io.hsaw.network.weights.NetworkLayout.Convolution;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Writes the trunk as a TorchScript program for training: forward with batch statistics, backward from the gradient of
 * its features, and the optimiser's arithmetic. Matrices are computed with in 16 bits (bf16) where asked; weights,
 * gradients and batch norm stay in 32.
 *
 * <p>Arguments: {@code leaves}: the trainable tensors in the order of {@link #trainable()}, as made by {@code leaves};
 * {@code stats}: running means and variances in the order of {@link #statistics()}.
 */
final class TrunkProgram {

    /** In 16 bits, convolutions whose results have at most so many rows are done side by side; measured. */
    private static final int SMALL_MAP = 7;

    private final StringBuilder text = new StringBuilder();
    private final int type;
    private final int size;
    private final int frozen;
    private final int sideBySide;
    private int names;

    private TrunkProgram(int type, int size, int frozenStages, int sideBySide) {
        this.type = type;
        this.size = size;
        this.frozen = frozen(frozenStages);
        this.sideBySide = sideBySide;
    }

    /** How many of {@link #trainable()}, from the first on, lie in the first so many stages of the trunk. */
    static int frozen(int stages) {
        if (stages == 0) {
            return 0;
        }
        return (int) (3 * NetworkLayout.trunk().stream()
                .filter(c -> !c.name().startsWith("layer") || c.name().charAt(5) - '0' <= stages).count());
    }

    /** Names of the trunk's trainable tensors: per convolution weight, scale, shift; then the large kernel's. */
    static List<String> trainable() {
        List<String> all = new ArrayList<>();
        for (Convolution c : NetworkLayout.trunk()) {
            all.addAll(c.tensorNames().subList(0, 3));
        }
        all.add(NetworkLayout.SUBPIXEL_WEIGHT);
        all.add(NetworkLayout.SUBPIXEL_BIAS);
        return all;
    }

    /** Names of batch norm's statistics: per convolution mean, variance. */
    static List<String> statistics() {
        List<String> all = new ArrayList<>();
        for (Convolution c : NetworkLayout.trunk()) {
            all.addAll(c.tensorNames().subList(3, 5));
        }
        return all;
    }

    /**
     * The program's text.
     *
     * @param type         {@link TorchScript#BFLOAT16} or {@link TorchScript#FLOAT32}
     * @param size         height and width of the crops
     * @param frozenStages as in {@link TrainingSettings}
     */
    static String source(int type, int size, int frozenStages) {
        return source(type, size, frozenStages, type == TorchScript.BFLOAT16 ? SMALL_MAP : 0);
    }

    /** The same, with convolutions done side by side whose results have at most so many rows. */
    static String source(int type, int size, int frozenStages, int sideBySide) {
        TrunkProgram program = new TrunkProgram(type, size, frozenStages, sideBySide);
        program.leaves();
        program.forward("forward", true);
        program.forward("evaluate", false);
        program.backward();
        program.optimisers();
        return program.text.toString();
    }

    private void line(String format, Object... args) {
        text.append("    ").append(String.format(Locale.ROOT, format, args)).append('\n');
    }

    private void method(String signature) {
        text.append("  def ").append(signature).append('\n');
    }

    /** Copies of the weights to compute with, each the start of a gradient. */
    private void leaves() {
        method("leaves(self: __torch__.Program, w: List[Tensor]) -> List[Tensor]:");
        List<String> trainable = trainable();
        StringBuilder list = new StringBuilder();
        for (int i = 0; i < trainable.size(); i++) {
            if (NetworkLayout.shapes().get(trainable.get(i)).length == 4) {
                line("t%d = torch.contiguous(torch.to(w[%d], %d), memory_format=2)", i, i, type);
            } else if (trainable.get(i).equals(NetworkLayout.SUBPIXEL_BIAS)) {
                line("t%d = torch.to(w[%d], %d)", i, i, type);
            } else {
                line("t%d = w[%d]", i, i);
            }
            line("l%d = torch.requires_grad_(torch.detach(t%d), %s)", i, i, i < frozen ? "False" : "True");
            list.append(i == 0 ? "" : ", ").append('l').append(i);
        }
        line("return [%s]", list);
    }

    /**
     * crops: bytes [n, size, size, 3] → [n, 121 + 512] in 32 bits: V, and the mean of the last map. The map of which V is
     * made is 11×11 at 224; that of smaller crops is stretched to it, so that the heads see the same places of the face.
     */
    private void forward(String name, boolean train) {
        method(name + "(self: __torch__.Program, crops: Tensor, scale: Tensor, shift: Tensor, leaves: List[Tensor], "
                + "stats: List[Tensor]) -> Tensor:");
        names = 0;
        line("_grad = torch.set_grad_enabled(%s)", train ? "True" : "False");
        line("f0 = torch.to(torch.permute(crops, [0, 3, 1, 2]), 6)");
        line("f1 = torch.add_(torch.mul_(f0, scale), shift)");
        line("x0 = torch.contiguous(torch.to(f1, %d), memory_format=2)", type);
        List<Convolution> layers = NetworkLayout.trunk();
        // ReLU behind the pool gives the same, of a quarter of the numbers.
        line("pool = torch.max_pool2d(%s, [3, 3], [2, 2], [1, 1], [1, 1], False)", convolve(layers, 0, "x0", size, train));
        String x = relu("pool");
        int side = size / 4;
        for (int i = 1; i < layers.size(); ) {
            boolean downsample = i + 2 < layers.size() && layers.get(i + 2).kernel() == 1;
            int before = side;
            side /= layers.get(i).stride();
            String y = convolve(layers, i + 1, relu(convolve(layers, i, x, before, train)), side, train);
            String shortcut = downsample ? convolve(layers, i + 2, x, before, train) : x;
            String sum = next();
            line("%s = torch.add_(%s, %s)", sum, y, shortcut);
            x = relu(sum);
            i += downsample ? 3 : 2;
        }
        int subpixel = 3 * layers.size();
        int lastSide = NetworkLayout.lastSide(size);
        line("last = torch.upsample_bilinear2d(%s, [%d, %d], False, None)", x, lastSide, lastSide);
        line("shuffled = torch.pixel_shuffle(last, %d)", NetworkLayout.UPSCALE);
        line("large = torch.conv2d(shuffled, leaves[%d], leaves[%d], [%d, %d], [0, 0], [1, 1], 1)", subpixel, subpixel + 1,
                NetworkLayout.SUBPIXEL_STRIDE, NetworkLayout.SUBPIXEL_STRIDE);
        line("map = torch.upsample_bilinear2d(torch.to(large, 6), [%d, %d], False, None)", NetworkLayout.FEATURE_SIDE,
                NetworkLayout.FEATURE_SIDE);
        line("pooled = torch.mean(torch.to(%s, 6), [2, 3], False, dtype=None)", x);
        line("return torch.cat([torch.flatten(map, 1, -1), pooled], 1)");
    }

    /** @param side height and width of the map {@code x} */
    private String convolve(List<Convolution> layers, int index, String x, int side, boolean train) {
        Convolution c = layers.get(index);
        String y = next();
        if (c.kernel() == 3 && side / c.stride() <= sideBySide) {
            convolveSideBySide(c, index, x, side, y);
        } else {
            line("%sc = %s", y, convolution(c, index, x));
        }
        line("%s = torch.batch_norm(%sc, leaves[%d], leaves[%d], stats[%d], stats[%d], %s, 0.1, %s, False)", y, y,
                3 * index + 1, 3 * index + 2, 2 * index, 2 * index + 1, train ? "True" : "False",
                NetworkLayout.BATCH_NORM_EPSILON);
        return y;
    }

    private static String convolution(Convolution c, int index, String x) {
        return String.format(Locale.ROOT, "torch.conv2d(%s, leaves[%d], None, [%d, %d], [%d, %d], [1, 1], 1)", x, 3 * index,
                c.stride(), c.stride(), c.padding(), c.padding());
    }

    /**
     * The same convolution of small maps, laid side by side as one that is as wide as all of them, with zeros between two. The
     * matrix products of PyTorch's convolutions have a row of each map at a time, which is too little for 16-bit instructions:
     * of maps of 3×3 they do a fifth of what they do here.
     */
    private void convolveSideBySide(Convolution c, int index, String x, int side, String y) {
        int zeros = c.stride();
        int after = side / c.stride();
        line("%sp = torch.constant_pad_nd(%s, [0, %d, 0, 0], 0)", y, x, zeros);
        line("%sq = torch.contiguous(torch.permute(%sp, [2, 0, 3, 1]), memory_format=0)", y, y);
        line("%sx = torch.permute(torch.reshape(%sq, [1, %d, -1, %d]), [0, 3, 1, 2])", y, y, side, c.inputs());
        line("%sy = torch.permute(%s, [0, 2, 3, 1])", y, convolution(c, index, y + "x"));
        line("%sr = torch.slice(torch.reshape(%sy, [%d, -1, %d, %d]), 2, 0, %d, 1)", y, y, after, after + 1, c.outputs(), after);
        line("%sc = torch.contiguous(torch.permute(%sr, [1, 3, 0, 2]), memory_format=2)", y, y);
    }

    private String relu(String x) {
        line("%sr = torch.relu_(%s)", x, x);
        return x + "r";
    }

    private String next() {
        return "v" + ++names;
    }

    /** Adds to {@code sums} the gradient of every leaf, given the gradient {@code dv} of the features {@code v}. */
    private void backward() {
        method("backward(self: __torch__.Program, v: Tensor, dv: Tensor, leaves: List[Tensor], sums: List[Tensor]) "
                + "-> Tensor:");
        line("learning = torch.slice(leaves, %d, 9223372036854775807, 1)", frozen);
        line("g = torch.grad([v], learning, annotate(List[Optional[Tensor]], [dv]), False, False, False)");
        for (int i = frozen; i < trainable().size(); i++) {
            line("_s%d = torch.add_(sums[%d], unchecked_cast(Tensor, g[%d]))", i, i, i - frozen);
        }
        line("return sums[0]");
    }

    private void optimisers() {
        method("add(self: __torch__.Program, sums: List[Tensor], others: List[Tensor]) -> Tensor:");
        line("torch._foreach_add_(sums, others)");
        line("return sums[0]");
        method("average(self: __torch__.Program, averages: List[Tensor], w: List[Tensor], share: float) -> Tensor:");
        line("_grad = torch.set_grad_enabled(False)");
        line("torch._foreach_lerp_(averages, w, share)");
        line("return averages[0]");
        method("clear(self: __torch__.Program, sums: List[Tensor]) -> Tensor:");
        line("torch._foreach_zero_(sums)");
        line("return sums[0]");
        method("sgd(self: __torch__.Program, w: List[Tensor], g: List[Tensor], m: List[Tensor], rate: float, decay: float, "
                + "momentum: float) -> Tensor:");
        line("torch._fused_sgd_(w, g, m, weight_decay=decay, momentum=momentum, lr=rate, dampening=0., nesterov=False, "
                + "maximize=False, is_first_step=False)");
        line("return w[0]");
        method("adamw(self: __torch__.Program, w: List[Tensor], g: List[Tensor], m: List[Tensor], s: List[Tensor], "
                + "steps: List[Tensor], rate: float, decay: float) -> Tensor:");
        line("torch._fused_adamw_(w, g, m, s, annotate(List[Tensor], []), steps, lr=rate, beta1=0.9, beta2=0.999, "
                + "weight_decay=decay, eps=1e-08, amsgrad=False, maximize=False)");
        line("return w[0]");
        method("matrix(self: __torch__.Program, x: Tensor) -> Tensor:");
        line("return torch.clone(torch.contiguous(x, memory_format=2), memory_format=2)");
        method("copy(self: __torch__.Program, x: Tensor, y: Tensor) -> Tensor:");
        line("_grad = torch.set_grad_enabled(False)");
        line("return torch.copy_(x, y)");
        method("plain(self: __torch__.Program, x: Tensor) -> Tensor:");
        line("return torch.contiguous(x, memory_format=0)");
    }
}
