package io.hsaw.network.trunk;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.ParameterList;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.ParameterStore;
import io.hsaw.network.weights.NetworkLayout;
import io.hsaw.network.weights.Tensor;
import java.util.List;
import java.util.Map;

/**
 * The trunk as the paper draws it, in DJL's blocks and 32 bits: ResNet18's conv1 to conv5_x without global pooling,
 * 3×224×224 → 512×7×7; sub-pixel convolution, → 8×56×56; a 16×16 convolution with stride 4, → 1×11×11; V of 121 numbers.
 * Of smaller crops the map behind V is smaller (3×3 at 96), and stretched to 11×11 by bilinear interpolation. Slow; the fast
 * ways are compared with it.
 */
public final class ReferenceTrunk implements Trunk {

    private static final int FACES_PER_CALL = 4;

    private final NDManager manager;
    private final ParameterStore parameters;
    private final Block blocks;
    private final NDArray mean;
    private final NDArray deviation;

    /**
     * @param parent  its device is the trunk's
     * @param tensors all tensors of {@link NetworkLayout}
     */
    public ReferenceTrunk(NDManager parent, Map<String, Tensor> tensors) {
        manager = parent.newSubManager();
        parameters = new ParameterStore(manager, false);
        mean = perChannel(FoldedTrunk.MEAN);
        deviation = perChannel(FoldedTrunk.DEVIATION);
        blocks = blocks(tensors);
    }

    @Override
    public int facesPerCall() {
        return FACES_PER_CALL;
    }

    @Override
    public NDArray features(NDManager scope, NDArray crops) {
        return forward(crops, false);
    }

    /** As {@link #features}; in training with the batch's own statistics, and so that gradients can flow. */
    public NDArray forward(NDArray crops, boolean training) {
        NDArray normalised = crops.toType(DataType.FLOAT32, true).sub(mean).div(deviation).transpose(0, 3, 1, 2);
        return blocks.forward(parameters, new NDList(normalised), training).singletonOrThrow();
    }

    /** Its weights and statistics, as DJL's blocks hold them. */
    public ParameterList parameters() {
        return blocks.getParameters();
    }

    /** n×(c·r²)×h×w → n×c×(h·r)×(w·r): each group of r² channels becomes a square of pixels. */
    static NDArray pixelShuffle(NDArray x, int r) {
        Shape s = x.getShape();
        long n = s.get(0);
        long c = s.get(1) / (r * r);
        long h = s.get(2);
        long w = s.get(3);
        return x.reshape(n, c, r, r, h, w).transpose(0, 1, 4, 2, 5, 3).reshape(n, c, h * r, w * r);
    }

    private Block blocks(Map<String, Tensor> tensors) {
        List<NetworkLayout.Convolution> convolutions = NetworkLayout.trunk();
        SequentialBlock trunk = new SequentialBlock();
        addConvolution(trunk, convolutions.get(0), tensors);
        trunk.add(Activation.reluBlock()).add(Pool.maxPool2dBlock(new Shape(3, 3), new Shape(2, 2), new Shape(1, 1)));
        for (FoldedTrunk.Block block : FoldedTrunk.blocks()) {
            SequentialBlock residual = new SequentialBlock();
            addConvolution(residual, convolutions.get(block.first()), tensors);
            residual.add(Activation.reluBlock());
            addConvolution(residual, convolutions.get(block.second()), tensors);
            SequentialBlock shortcut = new SequentialBlock();
            if (block.downsample() < 0) {
                shortcut.add(Blocks.identityBlock());
            } else {
                addConvolution(shortcut, convolutions.get(block.downsample()), tensors);
            }
            trunk.add(new ParallelBlock(
                    outputs -> new NDList(outputs.get(0).singletonOrThrow().add(outputs.get(1).singletonOrThrow())),
                    List.of(residual, shortcut))).add(Activation.reluBlock());
        }
        Block large = Conv2d.builder()
                .setKernelShape(new Shape(16, 16))
                .setFilters(1)
                .optStride(new Shape(NetworkLayout.SUBPIXEL_STRIDE, NetworkLayout.SUBPIXEL_STRIDE))
                .build();
        set(large, "weight", tensors.get(NetworkLayout.SUBPIXEL_WEIGHT));
        set(large, "bias", tensors.get(NetworkLayout.SUBPIXEL_BIAS));
        return trunk.add(LambdaBlock.singleton(x -> stretched(x, Math.max(side(x), NetworkLayout.LEAST_LAST_SIDE))))
                .add(LambdaBlock.singleton(x -> pixelShuffle(x, NetworkLayout.UPSCALE)))
                .add(large)
                .add(LambdaBlock.singleton(x -> stretched(x, NetworkLayout.FEATURE_SIDE)))
                .add(Blocks.batchFlattenBlock());
    }

    private static int side(NDArray map) {
        return (int) map.getShape().get(2);
    }

    /** n×c×s×s → n×c×t×t: along rows and columns by the same weights, A x Aᵀ. */
    private static NDArray stretched(NDArray map, int to) {
        if (side(map) == to) {
            return map;
        }
        NDArray weights = map.getManager().create(interpolation(side(map), to));
        return weights.matMul(map).matMul(weights.transpose());
    }

    /** Weights of {@code from} values in each of {@code to}, by linear interpolation between the centres of their cells. */
    static float[][] interpolation(int from, int to) {
        float[][] weights = new float[to][from];
        for (int i = 0; i < to; i++) {
            double position = Math.min(Math.max((i + 0.5) * from / to - 0.5, 0), from - 1.0);
            int first = Math.min((int) position, from - 1);
            int second = Math.min(first + 1, from - 1);
            weights[i][first] += (float) (1 - (position - first));
            weights[i][second] += (float) (position - first);
        }
        return weights;
    }

    private void addConvolution(SequentialBlock target, NetworkLayout.Convolution c, Map<String, Tensor> tensors) {
        Block convolution = Conv2d.builder()
                .setKernelShape(new Shape(c.kernel(), c.kernel()))
                .setFilters(c.outputs())
                .optStride(new Shape(c.stride(), c.stride()))
                .optPadding(new Shape(c.padding(), c.padding()))
                .optBias(false)
                .build();
        Block norm = BatchNorm.builder().optEpsilon((float) NetworkLayout.BATCH_NORM_EPSILON).build();
        List<String> names = c.tensorNames();
        set(convolution, "weight", tensors.get(names.get(0)));
        set(norm, "gamma", tensors.get(names.get(1)));
        set(norm, "beta", tensors.get(names.get(2)));
        set(norm, "runningMean", tensors.get(names.get(3)));
        set(norm, "runningVar", tensors.get(names.get(4)));
        target.add(convolution).add(norm);
    }

    private void set(Block block, String parameter, Tensor tensor) {
        block.getParameters().get(parameter).setArray(manager.create(tensor.values(), new Shape(tensor.shape())));
    }

    private NDArray perChannel(List<Float> values) {
        return manager.create(new float[] {values.get(0), values.get(1), values.get(2)}, new Shape(1, 1, 1, 3));
    }

    @Override
    public void close() {
        manager.close();
    }
}
