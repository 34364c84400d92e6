package io.hsaw.network.heads;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.hsaw.network.torch.PyTorch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LossesTest {

    private final NDManager manager = PyTorch.newCpuManager();
    private final Losses paper = new Losses(3, 1, 2, 0);

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void equation3IsHalfTheSquareOfTheWeightsDistanceFromOne() {
        // 0.7 + 0.5 - 1 = 0.2 and 0.1 + 0.5 - 1 = -0.4: mean of 0.02 and 0.08
        assertEquals(0.05, Losses.weightSum(column(0.7f, 0.1f), column(0.5f, 0.5f)).getFloat(), 1e-6);
    }

    @Test
    void equation7IsQuadraticForSmallAndLinearForGreatDifferences() {
        // differences 0.5, -1, 3 and 0: 0.125, 0.5, 2.5 and 0
        NDArray all = manager.create(new float[] {0.5f, 0, 3, 1}, new Shape(1, 4));
        NDArray auxiliary = manager.create(new float[] {0, 1, 0, 1}, new Shape(1, 4));
        assertEquals(3.125 / 4, Losses.balance(all, auxiliary).getFloat(), 1e-6);
    }

    @Test
    void equation8IsTheLogarithmOfTheLabelsProbability() {
        // logits ln(1), ln(2), ..., ln(7): probabilities 1/28 ... 7/28; labels 6 and 0
        NDArray fused = manager.create(logarithms(), new Shape(2, 7));
        double expected = (-Math.log(7 / 28.0) - Math.log(1 / 28.0)) / 2;
        assertEquals(expected, Losses.crossEntropy(fused, shown(6, 0)).getFloat(), 1e-6);
    }

    @Test
    void labelSmoothingSpreadsItsShareOverAllClasses() {
        NDArray fused = manager.create(logarithms(), new Shape(2, 7));
        double even = 0;
        for (int i = 1; i <= 7; i++) {
            even -= Math.log(i / 28.0) / 7;
        }
        double expected = 0.9 * (-Math.log(7 / 28.0) - Math.log(1 / 28.0)) / 2 + 0.1 * even;
        NDArray loss = Losses.crossEntropy(fused, new Losses(3, 1, 2, 0.1f).smoothed(shown(6, 0)));
        assertEquals(expected, loss.getFloat(), 1e-6);
    }

    @Test
    void equation9AddsTheLossesByTheirWeights() {
        NDArray total = paper.total(manager.create(0.5f), manager.create(0.25f), manager.create(0.125f));
        assertEquals(3 * 0.5 + 0.25 + 2 * 0.125, total.getFloat(), 1e-6);
    }

    @Test
    void onePredictionAloneIsJudgedByCrossEntropy() {
        NDArray all = manager.create(logarithms(), new Shape(2, 7));
        Losses.Values values = paper.ofOne(all, shown(6, 0));
        assertEquals(2 * values.crossEntropy().getFloat(), values.total().getFloat(), 1e-6);
        assertEquals(0, values.balance().getFloat());
    }

    @Test
    void gradientsDoNotHangOnMemoryThatHasBeenFreed() {
        NDArray target = shown(6, 0);
        List<ByteBuffer> garbage = new ArrayList<>();
        for (int round = 0; round < 20; round++) {
            NDArray all = manager.create(logarithms(), new Shape(2, 7));
            NDArray auxiliary = all.mul(0.5f);
            all.setRequiresGradient(true);
            try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                NDArray total = paper.total(Losses.weightSum(all, all), Losses.balance(all, auxiliary),
                        Losses.crossEntropy(all, target));
                // what nothing refers to any more is freed, and used again for something else
                System.gc();
                for (int i = 0; i < 2000; i++) {
                    garbage.add(ByteBuffer.allocateDirect(Float.BYTES).order(ByteOrder.nativeOrder()).putFloat(0, 1e20f));
                }
                collector.backward(total);
            }
            double sum = 0;
            for (float gradient : all.getGradient().toFloatArray()) {
                sum += gradient;
            }
            // x = 0, ln 2, ... ln 7: of (3) 3 × 2 × min(|2x - 1|, 1) by sign, of (7) min(x / 2, 1), over 7; of (8) in sum 0
            double expected = 0;
            for (int i = 1; i <= 7; i++) {
                double x = Math.log(i);
                expected += (6 * Math.max(-1, Math.min(1, 2 * x - 1)) + Math.min(x / 2, 1)) / 7;
            }
            assertEquals(expected, sum, 1e-4, "round " + round);
        }
        assertEquals(40_000, garbage.size());
    }

    /** Targets of faces that show these classes. */
    private NDArray shown(long... labels) {
        return manager.create(labels).oneHot(7, DataType.FLOAT32);
    }

    private NDArray column(float... values) {
        return manager.create(values, new Shape(values.length, 1));
    }

    private static float[] logarithms() {
        float[] values = new float[14];
        for (int i = 0; i < 14; i++) {
            values[i] = (float) Math.log(i % 7 + 1);
        }
        return values;
    }
}
