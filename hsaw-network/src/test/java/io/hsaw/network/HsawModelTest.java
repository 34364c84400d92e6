package io.hsaw.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import io.hsaw.contracts.HalfFacePair;
import io.hsaw.network.NetworkSettings.Precision;
import io.hsaw.network.torch.PyTorch;
import io.hsaw.network.trunk.TrunkLoader;
import io.hsaw.network.trunk.TrunkPlan;
import io.hsaw.network.weights.NetworkLayout;
import io.hsaw.network.weights.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HsawModelTest {

    private static final NetworkSettings FP32 =
            new NetworkSettings(NetworkSettings.Device.CPU, Precision.FP32, 0);

    @TempDir
    private Path directory;

    @Test
    void aFaceGetsTheSameNumbersAloneAndAmongOthers() throws Exception {
        ModelFiles.write(directory, RandomNetwork.weights(1), RandomNetwork::card);
        List<HalfFacePair> faces = RandomNetwork.faces(5, 3);

        try (HsawModel model = HsawModel.load(directory, NetworkSettings.AUTO)) {
            List<Prediction> together = model.predict(faces);

            assertEquals(5, together.size());
            for (int i = 0; i < faces.size(); i++) {
                Prediction alone = model.predict(List.of(faces.get(i))).get(0);
                assertArrayEquals(alone.fused(), together.get(i).fused());
                assertArrayEquals(alone.left(), together.get(i).left());
                assertEquals(alone.weightRight(), together.get(i).weightRight());
            }
        }
    }

    @Test
    void noFacesGetNoPredictions() throws Exception {
        ModelFiles.write(directory, RandomNetwork.weights(1), RandomNetwork::card);
        try (HsawModel model = HsawModel.load(directory, FP32)) {
            assertEquals(List.of(), model.predict(List.of()));
            assertEquals("fast trunk on cpu in fp32 (precision is set to fp32)", model.runtime());
            assertEquals("random", model.card().name());
        }
    }

    @Test
    void callersFromSeveralThreadsEachGetTheirOwnFaces() throws Exception {
        ModelFiles.write(directory, RandomNetwork.weights(1), RandomNetwork::card);
        List<HalfFacePair> faces = RandomNetwork.faces(6, 4);
        try (HsawModel model = HsawModel.load(directory, FP32)) {
            List<Prediction> expected = model.predict(faces);

            List<Prediction> found = IntStream.range(0, 6).parallel()
                    .mapToObj(i -> model.predict(List.of(faces.get(i))).get(0))
                    .toList();

            for (int i = 0; i < 6; i++) {
                assertArrayEquals(expected.get(i).fused(), found.get(i).fused());
            }
        }
    }

    @Test
    void aClosedModelIsNotUsedAgain() throws Exception {
        ModelFiles.write(directory, RandomNetwork.weights(1), RandomNetwork::card);
        HsawModel model = HsawModel.load(directory, FP32);

        model.close();
        model.close();

        assertThrows(IllegalStateException.class, () -> model.predict(RandomNetwork.faces(1, 1)));
    }

    @Test
    void predictionsLeaveNothingBehind() {
        Map<String, Tensor> weights = RandomNetwork.weights(1);
        AtomicReference<NDManager> manager = new AtomicReference<>();
        try (HsawModel model = new HsawModel(RandomNetwork.card(), weights, PyTorch.newCpuManager(), m -> {
            manager.set(m);
            return TrunkLoader.load(m, weights, 224, TrunkPlan.choose(FP32, 0));
        })) {
            model.predict(RandomNetwork.faces(2, 1));
            int managed = manager.get().getManagedArrays().size();
            long resident = residentBytes();

            model.predict(RandomNetwork.faces(60, 1));

            assertEquals(managed, manager.get().getManagedArrays().size());
            // The features of one face on their way through the trunk are 90 MB; Java's own heap may grow a little.
            assertTrue(residentBytes() - resident < 400_000_000L, "resident memory grew by " + (residentBytes() - resident));
        }
    }

    @Test
    void modelsThatAreClosedGiveTheirMemoryBack() throws Exception {
        ModelFiles.write(directory, RandomNetwork.weights(1), hash -> {
            ModelCard card = RandomNetwork.card(hash);
            return new ModelCard(card.name(), card.version(), card.description(), card.data(), card.splitRule(),
                    card.settings(), 64, null, card.temperatures(), null, hash, null, null);
        });
        HsawModel.load(directory, FP32).close();
        HsawModel.load(directory, FP32).close();
        long resident = residentBytes();

        for (int i = 0; i < 8; i++) {
            HsawModel.load(directory, FP32).close();
        }

        // Weights alone are 45 MB of each model; what stays is Java's own heap.
        assertTrue(residentBytes() - resident < 200_000_000L, "resident memory grew by " + (residentBytes() - resident));
    }

    /** What the process holds in memory, 0 where the system does not tell. */
    private static long residentBytes() {
        Path status = Path.of("/proc/self/status");
        try {
            return !Files.isReadable(status) ? 0 : Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("VmRSS"))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void weightsThatMakeNoNumbersAreRefused() throws Exception {
        Map<String, Tensor> weights = RandomNetwork.weights(1);
        float[] negative = weights.get("bn1.running_var").values();
        Arrays.fill(negative, -1);
        ModelFiles.write(directory, weights, RandomNetwork::card);

        String message = assertThrows(InvalidModelException.class, () -> HsawModel.load(directory, FP32)).getMessage();

        assertTrue(message.contains("not finite"), message);
    }

    @Test
    void thirtyTwoBitsAreWithinATenThousandthOfTheReference() {
        TrunkParity parity = TrunkParity.measure(RandomNetwork.card(), weightsWithModestLogits(), Precision.FP32,
                RandomNetwork.faces(4, 5));

        assertEquals(4, parity.faces());
        assertEquals(4, parity.sameExpression());
        assertTrue(parity.logits() <= 1e-4 && parity.probabilities() <= 1e-4, parity.toString());
    }

    @Test
    void sixteenBitsReadMostFacesAsTheReferenceDoes() {
        TrunkParity parity = TrunkParity.measure(RandomNetwork.card(), weightsWithModestLogits(), Precision.BF16,
                RandomNetwork.faces(12, 6));

        assertTrue(parity.sameExpression() >= 10, parity.toString());
        assertTrue(parity.probabilities() <= 0.05, parity.toString());
    }

    /** Logits of trained networks are a few units; He's start makes dozens of them. */
    private static Map<String, Tensor> weightsWithModestLogits() {
        Map<String, Tensor> weights = RandomNetwork.weights(1);
        for (String name : List.of(NetworkLayout.SELF_WEIGHT, NetworkLayout.HALF_FC, NetworkLayout.GLOBAL_FC)) {
            float[] values = weights.get(name).values();
            for (int i = 0; i < values.length; i++) {
                values[i] *= 0.1f;
            }
        }
        return weights;
    }
}
