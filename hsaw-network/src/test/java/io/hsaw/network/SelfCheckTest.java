package io.hsaw.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.network.NetworkSettings.Device;
import io.hsaw.network.NetworkSettings.Precision;
import io.hsaw.network.torch.PyTorch;
import io.hsaw.network.trunk.FastTrunk;
import io.hsaw.network.trunk.FoldedTrunk;
import io.hsaw.network.trunk.TrunkLoader;
import io.hsaw.network.weights.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelfCheckTest {

    private static final NetworkSettings FP32 = new NetworkSettings(Device.CPU, Precision.FP32, 0);

    @TempDir
    private Path directory;

    @Test
    void aModelThatReadsAsItsCardSaysIsLoaded() throws Exception {
        List<List<Double>> logits = written(1);
        write(1, logits);

        assertEquals(logits, ModelFiles.readCard(directory).selfCheck());
        try (HsawModel model = HsawModel.load(directory, FP32)) {
            double difference = SelfCheck.difference(logits, SelfCheck.logits(model));
            assertTrue(difference <= SelfCheck.TOLERANCE_FP32 / 5, "difference " + difference);
        }
    }

    @Test
    void sixteenBitsStayBelowTheTolerance() {
        ModelCard card = card("0".repeat(64));
        Map<String, Tensor> weights = RandomNetwork.weights(1);

        try (HsawModel rounded = new HsawModel(card, weights, PyTorch.newCpuManager(), manager -> new TrunkLoader.Loaded(
                new FastTrunk(manager, FoldedTrunk.of(weights, card.inputSize()), true), "fast"))) {
            double difference = SelfCheck.difference(SelfCheck.of(card, weights), SelfCheck.logits(rounded));
            assertTrue(difference > SelfCheck.TOLERANCE_FP32 && difference <= SelfCheck.TOLERANCE_ROUNDED / 2,
                    "difference " + difference);
        }
    }

    @Test
    void aModelWithAnotherOnesLogitsIsRefusedWithTheDifference() throws Exception {
        List<List<Double>> others = written(2);
        write(1, others);

        String message = assertThrows(InvalidModelException.class, () -> HsawModel.load(directory, FP32)).getMessage();
        assertTrue(message.contains(directory.toString()) && message.contains("differ") && message.contains("%")
                && message.contains("release the model again"), message);
        assertTrue(shareOfGreatest(message) > 3 * SelfCheck.TOLERANCE_ROUNDED, message);
    }

    @Test
    void oneLogitThatIsSlightlyOffIsNoticedWith32Bits() throws Exception {
        List<List<Double>> logits = new ArrayList<>(written(1));
        List<Double> row = new ArrayList<>(logits.get(2));
        double greatest = logits.stream().flatMap(List::stream).mapToDouble(Math::abs).max().orElseThrow();
        row.set(3, row.get(3) + 0.01 * greatest);
        logits.set(2, row);
        write(1, logits);

        assertThrows(InvalidModelException.class, () -> HsawModel.load(directory, FP32));
    }

    @Test
    void aSelfCheckOfAnotherFormIsRefused() throws Exception {
        List<List<Double>> logits = written(1);
        ModelCard card = ModelFiles.readCard(directory);

        for (List<List<Double>> wrong : List.of(List.<List<Double>>of(), logits.subList(0, 3),
                Collections.nCopies(SelfCheck.FACES, List.of(1.0)),
                Collections.nCopies(SelfCheck.FACES, Collections.nCopies(7, 0.0)),
                Collections.nCopies(SelfCheck.FACES, Collections.nCopies(7, Double.NaN)),
                Collections.nCopies(SelfCheck.FACES, Collections.<Double>nCopies(7, null)))) {
            String message = assertThrows(IllegalArgumentException.class, () -> card.withSelfCheck(wrong)).getMessage();
            assertTrue(message.contains("selfCheck"), message);
        }
    }

    /** The difference that a refusal names. */
    private static double shareOfGreatest(String message) {
        return Double.parseDouble(message.replaceAll(".* by ([0-9.]+) % of .*", "$1")) / 100;
    }

    private static ModelCard card(String hash) {
        ModelCard card = RandomNetwork.card(hash);
        return new ModelCard(card.name(), card.version(), card.description(), card.data(), card.splitRule(), card.settings(),
                64, card.figures(), card.temperatures(), null, hash, null, null);
    }

    /** Writes a model without a self-check and makes its logits. */
    private List<List<Double>> written(long seed) throws Exception {
        ModelFiles.write(directory, RandomNetwork.weights(seed), SelfCheckTest::card);
        return SelfCheck.of(directory);
    }

    private void write(long seed, List<List<Double>> logits) throws Exception {
        ModelFiles.write(directory, RandomNetwork.weights(seed), hash -> card(hash).withSelfCheck(logits));
    }
}
