package io.hsaw.network;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.HalfFacePair;
import io.hsaw.contracts.RgbImage;
import io.hsaw.network.NetworkSettings.Device;
import io.hsaw.network.NetworkSettings.Precision;
import io.hsaw.network.torch.PyTorch;
import io.hsaw.network.trunk.ReferenceTrunk;
import io.hsaw.network.trunk.TrunkLoader;
import io.hsaw.network.trunk.TrunkPlan;
import io.hsaw.network.weights.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Whether a model reads faces as it did where it was made: its fused logits of four fixed faces, which are noise made by
 * code and nobody's, stand in its card and are compared each time it is loaded.
 */
public final class SelfCheck {

    /** Number of fixed faces. */
    static final int FACES = 4;

    /** Greatest difference of a logit as a share of the greatest logit, with 32 bits on the processor. */
    static final double TOLERANCE_FP32 = 1e-3;
    /** With 16 bits, and on a graphics card, which rounds what it multiplies. */
    static final double TOLERANCE_ROUNDED = 0.1;

    private static final int WIDTH = 8;
    private static final int HEIGHT = 16;

    private SelfCheck() {
    }

    /**
     * What a model's card is to say as {@code selfCheck}: by the reference, with 32 bits on the processor, so that it is the
     * same wherever it is made, rounding in the last digits apart.
     *
     * @param directory the written model; whether its card has a self-check already makes no difference
     * @throws InvalidModelException as {@link HsawModel#load}
     */
    public static List<List<Double>> of(Path directory) throws InvalidModelException {
        ModelCard card = ModelFiles.readCard(directory);
        return of(card, ModelFiles.readWeights(directory, card));
    }

    static List<List<Double>> of(ModelCard card, Map<String, Tensor> tensors) {
        try (HsawModel reference = new HsawModel(card, tensors, PyTorch.newCpuManager(),
                manager -> new TrunkLoader.Loaded(new ReferenceTrunk(manager, tensors), "reference"))) {
            return logits(reference);
        }
    }

    /** The model's own logits of the fixed faces now. */
    static List<List<Double>> logits(HsawModel model) {
        return model.predict(faces()).stream().map(face -> Arrays.stream(face.fused()).boxed().toList()).toList();
    }

    /** What is wrong with what a loaded model says of the fixed faces, and the remedy; empty if nothing is. */
    static Optional<String> complaint(HsawModel model, TrunkPlan plan) {
        List<List<Double>> found = logits(model);
        if (!found.stream().flatMap(List::stream).allMatch(Double::isFinite)) {
            return Optional.of("its weights make predictions that are not finite; train the model again with a lower learning"
                    + " rate");
        }
        if (model.card().selfCheck() == null) {
            return Optional.empty();
        }
        double tolerance = plan.device() == Device.CPU && plan.precision() == Precision.FP32
                ? TOLERANCE_FP32 : TOLERANCE_ROUNDED;
        double difference = difference(model.card().selfCheck(), found);
        return difference <= tolerance ? Optional.empty() : Optional.of(String.format(Locale.ROOT,
                "its logits of fixed faces differ from those in its card by %.3g %% of the greatest, expected at most %.3g %%:"
                        + " card and weights do not belong together; release the model again",
                100 * difference, 100 * tolerance));
    }

    /** Greatest difference of a logit as a share of the greatest that is expected. */
    static double difference(List<List<Double>> expected, List<List<Double>> found) {
        double greatest = 0;
        double difference = 0;
        for (int face = 0; face < FACES; face++) {
            for (int k = 0; k < Expression.COUNT; k++) {
                double logit = expected.get(face).get(k);
                greatest = Math.max(greatest, Math.abs(logit));
                difference = Math.max(difference, Math.abs(logit - found.get(face).get(k)));
            }
        }
        return difference / greatest;
    }

    /** Coarse, so that they are faces of any input size. */
    private static List<HalfFacePair> faces() {
        Random random = new Random(1);
        return IntStream.range(0, FACES).mapToObj(i -> new HalfFacePair(noise(random), noise(random))).toList();
    }

    private static RgbImage noise(Random random) {
        byte[] pixels = new byte[3 * WIDTH * HEIGHT];
        random.nextBytes(pixels);
        return new RgbImage(WIDTH, HEIGHT, pixels);
    }
}
