package io.hsaw.network.training;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.hsaw.network.torch.PyTorch;
import io.hsaw.network.torch.TorchScript;
import io.hsaw.network.weights.InitialWeights;
import io.hsaw.network.weights.NetworkLayout;
import io.hsaw.network.weights.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The trunk's gradient against the change that a small step along it really makes. */
class TrunkProgramTest {

    private final NDManager manager = PyTorch.newCpuManager();
    private TorchScript program;

    @AfterEach
    void close() {
        program.close();
        manager.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 96, 224})
    void aSmallStepAlongTheGradientChangesTheFeaturesAsTheGradientSays(int size) {
        program = TorchScript.compile(manager, TrunkProgram.source(TorchScript.FLOAT32, size, 0), true);
        Map<String, Tensor> start = InitialWeights.random(5);
        NDArray crops = crops(4, size);
        // V's part of the result; the mean of the last map has no part in the objective
        NDArray direction = manager.randomUniform(-1, 1, new Shape(4, 121)).concat(manager.zeros(new Shape(4, 512)), 1);

        List<NDArray> gradients = gradients(start, crops, direction);

        // Along its own gradient g, a function grows by |g|² per unit of the step.
        String name = "layer3.0.conv2.weight";
        float[] g = gradients.get(TrunkProgram.trainable().indexOf(name)).toFloatArray();
        double square = 0;
        for (float v : g) {
            square += (double) v * v;
        }
        double step = 2e-3 / Math.sqrt(square);
        double up = objective(moved(start, name, g, step), crops, direction);
        double down = objective(moved(start, name, g, -step), crops, direction);
        assertEquals(square, (up - down) / (2 * step), 0.02 * square);
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 96, 128})
    void convolutionsSideBySideGiveWhatThoseOfEachMapGive(int size) {
        Map<String, Tensor> start = InitialWeights.random(5);
        NDArray crops = crops(3, size);
        NDArray direction = manager.randomUniform(-1, 1, new Shape(3, 121 + 512));
        List<float[]> apart = results(start, crops, direction, size, 0);
        List<float[]> sideBySide = results(start, crops, direction, size, 8);
        for (int i = 0; i < apart.size(); i++) {
            assertEquals(0, distance(apart.get(i), sideBySide.get(i)), 2e-4,
                    i == 0 ? "features" : TrunkProgram.trainable().get(i - 1));
        }
    }

    /** The features, then the gradient of each tensor. */
    private List<float[]> results(Map<String, Tensor> start, NDArray crops, NDArray direction, int size, int sideBySide) {
        program = TorchScript.compile(manager, TrunkProgram.source(TorchScript.FLOAT32, size, 0, sideBySide), true);
        List<float[]> results = new ArrayList<>();
        results.add(features(start, leaves(start), crops).stopGradient().toFloatArray());
        gradients(start, crops, direction).forEach(gradient -> results.add(gradient.toFloatArray()));
        program.close();
        return results;
    }

    /** Of two vectors, as a share of the first one's length. */
    private static double distance(float[] one, float[] other) {
        double difference = 0;
        double length = 0;
        for (int i = 0; i < one.length; i++) {
            difference += (one[i] - other[i]) * (double) (one[i] - other[i]);
            length += one[i] * (double) one[i];
        }
        return Math.sqrt(difference / length);
    }

    private List<NDArray> gradients(Map<String, Tensor> weights, NDArray crops, NDArray direction) {
        List<NDArray> sums = new ArrayList<>();
        for (String name : TrunkProgram.trainable()) {
            sums.add(manager.zeros(new Shape(NetworkLayout.shapes().get(name))));
        }
        NDList leaves = leaves(weights);
        program.call(manager, "backward", features(weights, leaves, crops), direction, leaves, sums);
        return sums;
    }

    private double objective(Map<String, Tensor> weights, NDArray crops, NDArray direction) {
        float[] v = features(weights, leaves(weights), crops).stopGradient().toFloatArray();
        float[] d = direction.toFloatArray();
        double sum = 0;
        for (int i = 0; i < v.length; i++) {
            sum += (double) v[i] * d[i];
        }
        return sum;
    }

    private NDList leaves(Map<String, Tensor> weights) {
        return program.callForList(manager, "leaves",
                TrunkProgram.trainable().stream().map(name -> array(weights.get(name))).toList());
    }

    private NDArray features(Map<String, Tensor> weights, NDList leaves, NDArray crops) {
        List<NDArray> statistics = TrunkProgram.statistics().stream().map(name -> array(weights.get(name))).toList();
        NDArray scale = manager.full(new Shape(1, 3, 1, 1), 1 / 64f);
        NDArray shift = manager.full(new Shape(1, 3, 1, 1), -2f);
        return program.call(manager, "forward", crops, scale, shift, leaves, statistics);
    }

    private static Map<String, Tensor> moved(Map<String, Tensor> weights, String name, float[] direction, double step) {
        Map<String, Tensor> moved = new LinkedHashMap<>(weights);
        float[] values = weights.get(name).values().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] += (float) (step * direction[i]);
        }
        moved.put(name, new Tensor(weights.get(name).shape(), values));
        return moved;
    }

    private NDArray array(Tensor tensor) {
        return manager.create(tensor.values(), new Shape(tensor.shape()));
    }

    private NDArray crops(int n, int size) {
        byte[] pixels = new byte[n * size * size * 3];
        new Random(2).nextBytes(pixels);
        return manager.create(ByteBuffer.wrap(pixels), new Shape(n, size, size, 3), DataType.UINT8);
    }
}
