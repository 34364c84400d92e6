package io.hsaw.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hsaw.network.weights.NetworkLayout;
import io.hsaw.network.weights.SafeTensors;
import io.hsaw.network.weights.Tensor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFilesTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path directory;
    private final Map<String, Tensor> weights = RandomNetwork.weights(1);
    private ModelCard card;

    @BeforeEach
    void writeModel() throws IOException {
        card = ModelFiles.write(directory, weights, RandomNetwork::card);
    }

    @Test
    void aModelIsReadAsItWasWritten() throws Exception {
        ModelCard read = ModelFiles.readCard(directory);
        Map<String, Tensor> tensors = ModelFiles.readWeights(directory, read);

        assertEquals(card, read);
        assertEquals(NetworkLayout.shapes().keySet(), tensors.keySet());
        assertEquals(weights.get("layer2.0.bn1.running_var"), tensors.get("layer2.0.bn1.running_var"));
        float[] written = weights.get("layer4.1.conv2.weight").values();
        float[] found = tensors.get("layer4.1.conv2.weight").values();
        for (int i = 0; i < written.length; i++) {
            assertEquals(written[i], found[i], 0x1p-11f * Math.abs(written[i]) + 0x1p-25f);
        }
    }

    @Test
    void whatTheHalvesSayIsReadAsItWasWrittenAndMayBeMissing() throws Exception {
        assertNull(ModelFiles.readCard(directory).halves());
        assertFalse(JSON.readTree(directory.resolve(ModelFiles.CARD).toFile()).has("halves"));

        HalfFaceFigures.Share share = HalfFaceFigures.Share.of(3, 4);
        HalfFaceFigures.Difference difference = HalfFaceFigures.Difference.of(-0.2, -0.1, 0.1);
        HalfFaceFigures halves = new HalfFaceFigures("four samples", Map.of("left", share),
                Map.of("anger", new HalfFaceFigures.Weights(4, 0.5, 0.25)),
                new HalfFaceFigures.Agreement(share, HalfFaceFigures.Share.of(0, 0), share),
                List.of(new HalfFaceFigures.Change("occluded", "left", 3, difference, difference, share, 2.5, difference, share,
                        difference)));
        ModelFiles.write(directory, weights, sha256 -> new ModelCard(card.name(), card.version(), card.description(),
                card.data(), card.splitRule(), card.settings(), 96, card.figures(), card.temperatures(), null, sha256, halves, null));
        assertEquals(halves, ModelFiles.readCard(directory).halves());
        assertEquals(96, ModelFiles.readCard(directory).inputSize());
        assertEquals(-0.2 / 3, halves.changes().get(0).ownWeight().mean(), 1e-12);
    }

    @Test
    void aCardFromBeforeContributionsWereMeasuredIsRead() throws Exception {
        editCard(json -> json.set("halves", JSON.createObjectNode().put("data", "four samples")
                .<ObjectNode>set("accuracy", JSON.createObjectNode()).<ObjectNode>set("weights", JSON.createObjectNode())
                .<ObjectNode>set("agreement", JSON.createObjectNode())
                .set("changes", JSON.createArrayNode().add(JSON.createObjectNode().put("change", "occluded").put("half", "left")
                        .put("samples", 4)))));
        assertNull(ModelFiles.readCard(directory).halves().changes().get(0).ownContribution());
    }

    @Test
    void aModelHasAtMost25Megabytes() throws IOException {
        assertTrue(Files.size(directory.resolve(ModelFiles.WEIGHTS)) + Files.size(directory.resolve(ModelFiles.CARD))
                <= 25_000_000);
    }

    @Test
    void aMissingModelIsNamed() {
        assertRefused(directory.resolve("nowhere"), "nowhere", "card.json", "does not exist");
    }

    @Test
    void missingWeightsAreNamed() throws IOException {
        Files.delete(directory.resolve(ModelFiles.WEIGHTS));

        assertRefused(directory, "weights.safetensors", "does not exist");
    }

    @Test
    void otherWeightsThanTheCardsAreRefused() throws IOException {
        byte[] bytes = Files.readAllBytes(directory.resolve(ModelFiles.WEIGHTS));
        bytes[bytes.length / 2] ^= 1;
        Files.write(directory.resolve(ModelFiles.WEIGHTS), bytes);

        assertRefused(directory, "weights.safetensors", "SHA-256", card.weightsSha256(), "copy the model again");
    }

    @Test
    void truncatedWeightsAreRefused() throws IOException {
        byte[] bytes = Files.readAllBytes(directory.resolve(ModelFiles.WEIGHTS));
        replaceWeights(Arrays.copyOf(bytes, bytes.length - 1));

        assertRefused(directory, "weights.safetensors", "tensor", "truncated");
    }

    @Test
    void tensorsThatShareTheirBytesAreRefused() throws IOException {
        byte[] header = """
                {"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
                 "b": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}""".getBytes(StandardCharsets.UTF_8);
        replaceWeights(ByteBuffer.allocate(8 + header.length + 8).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length)
                .put(header).array());

        assertRefused(directory, "weights.safetensors", "tensors up to b", "8 bytes");
    }

    @Test
    void emptyWeightsAreRefused() throws IOException {
        replaceWeights(new byte[0]);

        assertRefused(directory, "weights.safetensors", "8 bytes");
    }

    @Test
    void aHeaderLongerThanTheFileIsRefused() throws IOException {
        for (long length : new long[] {17, 1 << 20, 1L << 40, -1}) {
            replaceWeights(ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array());

            assertRefused(directory, "weights.safetensors", "header", String.valueOf(length));
        }
    }

    @Test
    void aHeaderThatIsNoJsonIsRefused() throws IOException {
        replaceWeights(ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN).putLong(16).put("{{{{".getBytes()).array());

        assertRefused(directory, "weights.safetensors", "JSON");
    }

    @Test
    void aMissingTensorIsNamed() throws IOException {
        replaceTensors(tensors -> tensors.remove("layer3.0.downsample.1.bias"));

        assertRefused(directory, "weights.safetensors", "layer3.0.downsample.1.bias", "missing");
    }

    @Test
    void aTensorOfAnotherShapeIsNamedWithBothShapes() throws IOException {
        replaceTensors(tensors -> tensors.put("half_fc.weight", new Tensor(new long[] {8, 121}, new float[968])));

        assertRefused(directory, "weights.safetensors", "half_fc.weight", "[8, 121]", "[7, 121]");
    }

    @Test
    void aValueThatIsNotFiniteIsRefused() throws IOException {
        for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, 1e6f}) {
            replaceTensors(tensors -> tensors.get("self_weight.weight").values()[7] = value);

            assertRefused(directory, "weights.safetensors", "self_weight.weight", "not finite", "7");
        }
    }

    @Test
    void weightsThatAreFarTooLargeAreNotEvenRead() throws IOException {
        try (var file = new RandomAccessFile(directory.resolve(ModelFiles.WEIGHTS).toFile(), "rw")) {
            file.setLength(1L << 36);
        }

        assertRefused(directory, "weights.safetensors", String.valueOf(1L << 36), "67108864");
    }

    @Test
    void aCardThatIsNoJsonIsRefused() throws IOException {
        Files.writeString(directory.resolve(ModelFiles.CARD), "name: fer2013");

        assertRefused(directory, "card.json", "no model card");
    }

    @Test
    void aCardThatIsFarTooLargeIsNotEvenRead() throws IOException {
        Files.write(directory.resolve(ModelFiles.CARD), new byte[(1 << 20) + 1]);

        assertRefused(directory, "card.json", "1048577");
    }

    @Test
    void aFieldThatIsMissingFromTheCardIsNamed() throws IOException {
        for (String field : new String[] {"version", "data", "splitRule", "temperatures", "weightsSha256"}) {
            editCard(json -> json.remove(field));

            assertRefused(directory, "card.json", field);
        }
    }

    @Test
    void figuresThatCannotBeAreRefused() throws IOException {
        editCard(json -> ((ObjectNode) json.get("figures")).put("accuracy", 61));
        assertRefused(directory, "card.json", "figures.accuracy", "61");

        editCard(json -> ((ObjectNode) json.get("figures")).put("samples", 4));
        assertRefused(directory, "card.json", "figures.confusion", "3", "4");

        editCard(json -> ((ObjectNode) json.get("temperatures")).put("halves", 0));
        assertRefused(directory, "card.json", "temperature", "0");

        editCard(json -> json.put("uncertainBelow", 40));
        assertRefused(directory, "card.json", "uncertainBelow", "40");
    }

    @Test
    void aCardNeedNotSayBelowWhichProbabilityAnAnswerIsUncertain() throws Exception {
        editCard(json -> json.remove("uncertainBelow"));

        assertNull(ModelFiles.readCard(directory).uncertainBelow());
    }

    @Test
    void fieldsOfALaterVersionAreIgnored() throws Exception {
        editCard(json -> json.put("relabelled", 12));

        assertEquals(card, ModelFiles.readCard(directory));
    }

    private void editCard(Consumer<ObjectNode> edit) throws IOException {
        ObjectNode json = JSON.valueToTree(card);
        edit.accept(json);
        JSON.writeValue(directory.resolve(ModelFiles.CARD).toFile(), json);
    }

    private void replaceTensors(Consumer<Map<String, Tensor>> edit) throws IOException {
        Map<String, Tensor> edited = new LinkedHashMap<>(weights);
        edit.accept(edited);
        Path file = directory.resolve("edited");
        SafeTensors.write(file, edited, NetworkLayout::isHalfPrecision);
        replaceWeights(Files.readAllBytes(file));
    }

    /** With a card that agrees to them, so that the hash is not what stops them. */
    private void replaceWeights(byte[] bytes) throws IOException {
        Files.write(directory.resolve(ModelFiles.WEIGHTS), bytes);
        editCard(json -> json.put("weightsSha256", sha256(bytes)));
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void assertRefused(Path model, String... parts) {
        String message = assertThrows(InvalidModelException.class, () -> {
            ModelCard found = ModelFiles.readCard(model);
            ModelFiles.readWeights(model, found);
        }).getMessage();
        for (String part : parts) {
            assertTrue(message.contains(part), "'" + message + "' should name '" + part + "'");
        }
    }
}
