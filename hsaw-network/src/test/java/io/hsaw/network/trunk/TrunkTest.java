package io.hsaw.network.trunk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.hsaw.network.FaceTensors;
import io.hsaw.network.RandomNetwork;
import io.hsaw.network.torch.PyTorch;
import io.hsaw.network.weights.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrunkTest {

    private final NDManager manager = PyTorch.newCpuManager();
    private final Map<String, Tensor> weights = RandomNetwork.weights(1);

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void pixelShuffleMakesSquaresOfChannels() {
        NDArray x = manager.create(new float[] {0, 1, 10, 11, 20, 21, 30, 31}, new Shape(1, 4, 1, 2));

        NDArray y = ReferenceTrunk.pixelShuffle(x, 2);

        assertEquals(new Shape(1, 1, 2, 4), y.getShape());
        assertArrayEquals(new float[] {0, 10, 1, 11, 20, 30, 21, 31}, y.toFloatArray());
    }

    @Test
    void theReferenceComputesWhatPlainLoopsCompute() {
        byte[] crop = crops(1);
        double[] expected = new PlainTrunk(weights).features(crop);

        try (Trunk reference = new ReferenceTrunk(manager, weights)) {
            assertClose(expected, features(reference, crop), 1e-5);
        }
    }

    @Test
    void theFastTrunkWith32BitsComputesWhatTheReferenceComputes() {
        byte[] crops = crops(FaceTensors.CROPS);
        try (Trunk reference = new ReferenceTrunk(manager, weights);
                Trunk fast = new FastTrunk(manager, FoldedTrunk.of(weights, 224), false)) {
            assertClose(doubles(features(reference, crops)), features(fast, crops), 1e-5);
        }
    }

    @Test
    void theFastTrunkWith16BitsIsNearTheReference() {
        byte[] crops = crops(FaceTensors.CROPS);
        try (Trunk reference = new ReferenceTrunk(manager, weights);
                Trunk fast = new FastTrunk(manager, FoldedTrunk.of(weights, 224), true)) {
            assertClose(doubles(features(reference, crops)), features(fast, crops), 0.05);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 96, 128, 192})
    void smallerCropsGiveAsManyFeaturesTheSameInEveryTrunk(int size) {
        byte[] crops = crops(FaceTensors.CROPS, size);
        try (Trunk reference = new ReferenceTrunk(manager, weights);
                Trunk fast = new FastTrunk(manager, FoldedTrunk.of(weights, size), false);
                Trunk plain = new FastTrunk(manager, FoldedTrunk.of(weights, size), false, false)) {
            double[] expected = doubles(features(reference, crops, size));
            assertClose(expected, features(fast, crops, size), 1e-5);
            assertClose(expected, features(plain, crops, size), 1e-5);
        }
    }

    /** 9 numbers of the 3×3 places of the smallest map that there is, and what lies between them. */
    @Test
    void theSmallestCropsGiveFeaturesThatDifferFromPlaceToPlace() {
        try (Trunk trunk = new FastTrunk(manager, FoldedTrunk.of(weights, 64), false)) {
            float[] v = Arrays.copyOf(features(trunk, crops(FaceTensors.CROPS, 64), 64), 121);
            float[] places = {v[0], v[5], v[10], v[55], v[60], v[65], v[110], v[115], v[120]};
            assertEquals(9, IntStream.range(0, 9).mapToObj(i -> places[i]).distinct().count(), Arrays.toString(places));
        }
    }

    /** Three values become five: the centres of the fifths lie at -0.2, 0.4, 1, 1.6 and 2.2 of the thirds' centres. */
    @Test
    void aSmallMapIsStretchedBetweenTheCentresOfItsCells() {
        float[][] weights = ReferenceTrunk.interpolation(3, 5);
        float[][] expected = {{1, 0, 0}, {0.6f, 0.4f, 0}, {0, 1, 0}, {0, 0.4f, 0.6f}, {0, 0, 1}};
        for (int i = 0; i < expected.length; i++) {
            assertArrayEquals(expected[i], weights[i], 1e-6f);
        }
    }

    /** The program for graphics cards, run where the tests run. */
    @Test
    void theFastTrunkOfPlainOperatorsComputesWhatTheReferenceComputes() {
        byte[] crops = crops(2 * FaceTensors.CROPS);
        try (Trunk reference = new ReferenceTrunk(manager, weights);
                Trunk fast = new FastTrunk(manager, FoldedTrunk.of(weights, 224), false, false)) {
            assertClose(doubles(features(reference, crops)), features(fast, crops), 1e-5);
        }
    }

    private float[] features(Trunk trunk, byte[] crops) {
        return features(trunk, crops, 224);
    }

    private float[] features(Trunk trunk, byte[] crops, int size) {
        int n = crops.length / (3 * size * size);
        try (NDManager scope = manager.newSubManager()) {
            NDArray input = scope.create(ByteBuffer.allocateDirect(crops.length).put(crops).flip(),
                    new Shape(n, size, size, 3), DataType.UINT8);
            NDArray features = trunk.features(scope, input);
            assertEquals(new Shape(n, 121), features.getShape());
            return features.toFloatArray();
        }
    }

    private static byte[] crops(int n) {
        return crops(n, 224);
    }

    private static byte[] crops(int n, int size) {
        ByteBuffer buffer = ByteBuffer.allocate((n + 2) / 3 * FaceTensors.CROPS * 3 * size * size);
        FaceTensors.write(RandomNetwork.faces((n + 2) / 3, 2), size, buffer);
        return Arrays.copyOf(buffer.array(), n * 3 * size * size);
    }

    private static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        Arrays.setAll(doubles, i -> values[i]);
        return doubles;
    }

    private static void assertClose(double[] expected, float[] found, double share) {
        double greatest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        assertTrue(greatest > 0.1, "features of a live network");
        assertArrayEquals(expected, doubles(found), share * greatest);
    }
}
