package io.hsaw.network.heads;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.hsaw.network.torch.PyTorch;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Equations (2), (4), (5) and (6) against values worked out by hand. */
class HeadsTest {

    private static final float TOLERANCE = 1e-6f;

    private final NDManager manager = PyTorch.newCpuManager();

    /** W picks the first feature; row k of W_fc is k on the second; row k of the whole's matrix is -k on the third. */
    private final Heads heads = new Heads(matrix(1, 0, k -> 1), matrix(7, 1, k -> k), matrix(7, 2, k -> -k));

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void equation2WeighsAHalfBySigmoidOfItsProduct() {
        NDArray halves = features(new float[] {(float) Math.log(3), 9, 9}, new float[] {0, 9, 9},
                new float[] {(float) -Math.log(4), 9, 9});

        NDArray weights = heads.weight(halves);

        assertEquals(new Shape(3, 1), weights.getShape());
        assertArrayEquals(new float[] {3 / 4f, 1 / 2f, 1 / 5f}, weights.toFloatArray(), TOLERANCE);
    }

    @Test
    void equation2StaysBetweenNothingAndOneForGreatFeatures() {
        NDArray halves = features(new float[] {1000, 0, 0}, new float[] {-1000, 0, 0});

        assertArrayEquals(new float[] {1, 0}, heads.weight(halves).toFloatArray());
    }

    @Test
    void equation4MultipliesAHalfByTheSharedMatrix() {
        NDArray halves = features(new float[] {5, 2, 5}, new float[] {5, -0.5f, 5});

        NDArray predictions = heads.halfPrediction(halves);

        assertEquals(new Shape(2, 7), predictions.getShape());
        assertArrayEquals(new float[] {0, 2, 4, 6, 8, 10, 12, 0, -0.5f, -1, -1.5f, -2, -2.5f, -3},
                predictions.toFloatArray(), TOLERANCE);
    }

    @Test
    void theWholeFaceHasAMatrixOfItsOwn() {
        assertArrayEquals(new float[] {0, -2, -4, -6, -8, -10, -12},
                heads.globalPrediction(features(new float[] {5, 5, 2})).toFloatArray(), TOLERANCE);
    }

    @Test
    void equation5AddsTheHalvesByTheirWeights() {
        NDArray left = manager.create(new float[] {1, 2, 3, 4, 5, 6, 7}, new Shape(1, 7));
        NDArray right = manager.create(new float[] {8, 8, 8, 8, 0, 0, -8}, new Shape(1, 7));

        NDArray auxiliary = Heads.auxiliary(left, manager.create(new float[] {0.5f}, new Shape(1, 1)), right,
                manager.create(new float[] {0.25f}, new Shape(1, 1)));

        assertArrayEquals(new float[] {2.5f, 3, 3.5f, 4, 2.5f, 3, 1.5f}, auxiliary.toFloatArray(), TOLERANCE);
    }

    @Test
    void equation6AddsAuxiliaryAndWhole() {
        assertArrayEquals(new float[] {11, 22}, Heads.fuse(manager.create(new float[] {1, 2}),
                manager.create(new float[] {10, 20})).toFloatArray());
    }

    @Test
    void wholesLeftsAndRightsAreToldApartByTheirPlace() {
        NDArray twoFaces = features(new float[] {0, 0, 1}, new float[] {0, 0, 2},
                new float[] {0, 3, 0}, new float[] {(float) Math.log(3), 4, 0},
                new float[] {(float) -Math.log(3), 5, 0}, new float[] {0, 6, 0});

        Heads.Output output = heads.apply(twoFaces);

        assertArrayEquals(new float[] {-1, -2}, second(output.all()), TOLERANCE);
        assertArrayEquals(new float[] {3, 4}, second(output.left()), TOLERANCE);
        assertArrayEquals(new float[] {5, 6}, second(output.right()), TOLERANCE);
        assertArrayEquals(new float[] {0.5f, 0.75f}, output.weightLeft().toFloatArray(), TOLERANCE);
        assertArrayEquals(new float[] {0.25f, 0.5f}, output.weightRight().toFloatArray(), TOLERANCE);
        assertArrayEquals(new float[] {3 * 0.5f + 5 * 0.25f, 4 * 0.75f + 6 * 0.5f}, second(output.auxiliary()), TOLERANCE);
        assertArrayEquals(new float[] {2.75f - 1, 6 - 2}, second(output.fused()), TOLERANCE);
    }

    @Test
    void nothingStaysWithTheWeights() {
        int before = manager.getManagedArrays().size();
        try (NDManager scope = manager.newSubManager()) {
            heads.apply(scope.ones(new Shape(3, 121)));
        }

        assertEquals(before, manager.getManagedArrays().size());
    }

    /** The logit of the second expression, for each face. */
    private static float[] second(NDArray logits) {
        return logits.get(":, 1").toFloatArray();
    }

    private interface Row {
        float value(int row);
    }

    private NDArray matrix(int rows, int feature, Row row) {
        float[] values = new float[rows * 121];
        for (int k = 0; k < rows; k++) {
            values[k * 121 + feature] = row.value(k);
        }
        return manager.create(values, new Shape(rows, 121));
    }

    /** Rows of 121 features, the first three as given and the others 7, which no matrix looks at. */
    private NDArray features(float[]... firstThree) {
        float[] values = new float[firstThree.length * 121];
        Arrays.fill(values, 7);
        for (int i = 0; i < firstThree.length; i++) {
            System.arraycopy(firstThree[i], 0, values, i * 121, 3);
        }
        return manager.create(values, new Shape(firstThree.length, 121));
    }
}
