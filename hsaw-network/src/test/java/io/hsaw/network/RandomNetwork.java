package io.hsaw.network;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.HalfFacePair;
import io.hsaw.contracts.RgbImage;
import io.hsaw.network.weights.NetworkLayout;
import io.hsaw.network.weights.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A network nobody trained, a card for it, and faces nobody has. */
public final class RandomNetwork {

    private RandomNetwork() {
    }

    /** Matrices as He et al. start them; batch norm as if it had seen data. */
    public static Map<String, Tensor> weights(long seed) {
        Random random = new Random(seed);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        NetworkLayout.shapes().forEach((name, shape) -> {
            float[] values = new float[(int) Tensor.size(shape)];
            double spread = Math.sqrt(2.0 * shape[0] / values.length);
            for (int i = 0; i < values.length; i++) {
                if (name.endsWith("running_var")) {
                    values[i] = 0.5f + random.nextFloat();
                } else if (shape.length == 1) {
                    values[i] = (float) (0.1 * random.nextGaussian()) + (name.matches(".*(bn\\d|downsample.1).weight") ? 1 : 0);
                } else {
                    values[i] = (float) (spread * random.nextGaussian());
                }
            }
            tensors.put(name, new Tensor(shape, values));
        });
        return tensors;
    }

    /** The card of a model whose weights have this hash. */
    public static ModelCard card(String weightsSha256) {
        Map<String, Double> recall = new LinkedHashMap<>();
        Stream.of(Expression.values()).forEach(e -> recall.put(e.label(), e == Expression.ANGER ? 1.0 : null));
        List<List<Integer>> confusion = IntStream.range(0, Expression.COUNT)
                .mapToObj(i -> i == 0 ? List.of(3, 0, 0, 0, 0, 0, 0) : Collections.nCopies(Expression.COUNT, 0))
                .toList();
        return new ModelCard("random", "1", "made by a test", "none", "none", Map.of("seed", 1),
                new ModelCard.Figures(3, 1, 1, recall, confusion, 0.25), new Temperatures(1, 1.5, 2), 0.4,
                weightsSha256);
    }

    /** As {@link #card(String)}, for weights that are in no file. */
    public static ModelCard card() {
        return card("0".repeat(64));
    }

    /** Faces of coarse noise, all different. */
    public static List<HalfFacePair> faces(int n, long seed) {
        Random random = new Random(seed);
        return IntStream.range(0, n).mapToObj(i -> new HalfFacePair(noise(random), noise(random))).toList();
    }

    private static RgbImage noise(Random random) {
        byte[] pixels = new byte[3 * 8 * 16];
        random.nextBytes(pixels);
        return new RgbImage(8, 16, pixels);
    }
}
