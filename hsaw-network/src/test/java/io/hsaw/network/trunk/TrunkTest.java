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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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
                Trunk fast = new FastTrunk(manager, FoldedTrunk.of(weights), false)) {
            assertClose(doubles(features(reference, crops)), features(fast, crops), 1e-5);
        }
    }

    @Test
    void theFastTrunkWith16BitsIsNearTheReference() {
        byte[] crops = crops(FaceTensors.CROPS);
        try (Trunk reference = new ReferenceTrunk(manager, weights);
                Trunk fast = new FastTrunk(manager, FoldedTrunk.of(weights), true)) {
            assertClose(doubles(features(reference, crops)), features(fast, crops), 0.05);
        }
    }

    /** The program for graphics cards, run where the tests run. */
    @Test
    void theFastTrunkOfPlainOperatorsComputesWhatTheReferenceComputes() {
        byte[] crops = crops(2 * FaceTensors.CROPS);
        try (Trunk reference = new ReferenceTrunk(manager, weights);
                Trunk fast = new FastTrunk(manager, FoldedTrunk.of(weights), false, false)) {
            assertClose(doubles(features(reference, crops)), features(fast, crops), 1e-5);
        }
    }

    private float[] features(Trunk trunk, byte[] crops) {
        int n = crops.length / FaceTensors.CROP_BYTES;
        try (NDManager scope = manager.newSubManager()) {
            NDArray input = scope.create(ByteBuffer.allocateDirect(crops.length).put(crops).flip(),
                    new Shape(n, 224, 224, 3), DataType.UINT8);
            NDArray features = trunk.features(scope, input);
            assertEquals(new Shape(n, 121), features.getShape());
            return features.toFloatArray();
        }
    }

    private static byte[] crops(int n) {
        ByteBuffer buffer = ByteBuffer.allocate((n + 2) / 3 * FaceTensors.CROPS * FaceTensors.CROP_BYTES);
        FaceTensors.write(RandomNetwork.faces((n + 2) / 3, 2), buffer);
        return Arrays.copyOf(buffer.array(), n * FaceTensors.CROP_BYTES);
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
