package io.hsaw.network.weights;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Weights to start training from where there are none. */
public final class InitialWeights {

    private InitialWeights() {
    }

    /**
     * Random weights: convolutions as He et al. start them, heads with a spread that keeps logits near 1, batch norm as the
     * identity.
     */
    public static Map<String, Tensor> random(long seed) {
        Random random = new Random(seed);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        NetworkLayout.shapes().forEach((name, shape) -> {
            float[] values = new float[(int) Tensor.size(shape)];
            if (shape.length > 1) {
                // outgoing connections of a convolution before its ReLU, incoming ones of the linear layers
                boolean linear = shape.length == 2 || name.equals(NetworkLayout.SUBPIXEL_WEIGHT);
                double spread = linear ? Math.sqrt(1.0 * shape[0] / values.length)
                        : Math.sqrt(2.0 * shape[1] / values.length);
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) (spread * random.nextGaussian());
                }
            } else if (name.endsWith(".running_var") || name.endsWith(".weight")) {
                Arrays.fill(values, 1);
            }
            tensors.put(name, new Tensor(shape, values));
        });
        return tensors;
    }

    /**
     * Weights from a file: of this network, or of a ResNet18 with torchvision's names; then what follows its convolutions
     * is random.
     *
     * @throws InvalidWeightsException if a tensor of the trunk is missing, or one has another shape
     */
    public static Map<String, Tensor> from(Path file, long seed) throws IOException, InvalidWeightsException {
        Map<String, Tensor> heads = random(seed);
        NetworkLayout.trunk().forEach(convolution -> heads.keySet().removeAll(convolution.tensorNames()));
        return NetworkLayout.read(file, heads);
    }
}
