package io.hsaw.network.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitialWeightsTest {

    @TempDir
    private Path folder;

    /** As a ResNet18 from elsewhere: its trunk, and a classifier that this network does not have. */
    @Test
    void whatFollowsAnotherNetworksTrunkIsRandom() throws Exception {
        Path file = folder.resolve("resnet18.safetensors");
        Map<String, Tensor> trunk = trunk();
        trunk.put("fc.weight", new Tensor(new long[] {1}, new float[] {1}));
        SafeTensors.write(file, trunk, name -> false);

        Map<String, Tensor> start = InitialWeights.from(file, 1);

        assertArrayEquals(trunk.get("layer4.1.conv2.weight").values(), start.get("layer4.1.conv2.weight").values());
        assertArrayEquals(InitialWeights.random(1).get(NetworkLayout.HALF_FC).values(), start.get(NetworkLayout.HALF_FC).values());
    }

    @Test
    void aTrunkThatIsNotWholeIsNamed() throws Exception {
        Path file = folder.resolve("part.safetensors");
        Map<String, Tensor> trunk = trunk();
        trunk.remove("layer4.1.bn2.running_var");
        SafeTensors.write(file, trunk, name -> false);

        String message = assertThrows(InvalidWeightsException.class, () -> InitialWeights.from(file, 1)).getMessage();

        assertTrue(message.contains("layer4.1.bn2.running_var is missing"), message);
    }

    private static Map<String, Tensor> trunk() {
        Map<String, Tensor> trunk = new LinkedHashMap<>();
        Map<String, Tensor> all = InitialWeights.random(7);
        NetworkLayout.trunk().forEach(convolution -> convolution.tensorNames().forEach(name -> trunk.put(name, all.get(name))));
        return trunk;
    }
}
