package io.hsaw.network;

import io.hsaw.contracts.Probabilities;
import io.hsaw.contracts.HalfFacePair;
import io.hsaw.network.NetworkSettings.Precision;
import io.hsaw.network.torch.PyTorch;
import io.hsaw.network.trunk.FastTrunk;
import io.hsaw.network.trunk.FoldedTrunk;
import io.hsaw.network.trunk.ReferenceTrunk;
import io.hsaw.network.trunk.TrunkLoader;
import io.hsaw.network.weights.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How far the fast trunk on the processor is from the reference, on given faces.
 *
 * @param faces            how many were read by both
 * @param logits           greatest difference of a logit of P, P_all, P_left, P_right
 * @param probabilities    greatest difference of a probability of P, with the card's temperature
 * @param sameExpression   number of faces whose most probable expression is the same
 */
public record TrunkParity(int faces, double logits, double probabilities, int sameExpression) {

    /**
     * Reads faces with both. Any precision can be measured on any processor; without instructions for it, slowly.
     *
     * @param precision {@link Precision#FP32} or {@link Precision#BF16}
     * @throws InvalidModelException as {@link HsawModel#load}
     */
    public static TrunkParity measure(Path modelDirectory, Precision precision, List<HalfFacePair> faces)
            throws InvalidModelException {
        ModelCard card = ModelFiles.readCard(modelDirectory);
        Map<String, Tensor> tensors = ModelFiles.readWeights(modelDirectory, card);
        return measure(card, tensors, precision, faces);
    }

    static TrunkParity measure(ModelCard card, Map<String, Tensor> tensors, Precision precision, List<HalfFacePair> faces) {
        if (precision == Precision.AUTO) {
            throw new IllegalArgumentException("parity is measured for one precision: fp32 or bf16");
        }
        try (HsawModel reference = new HsawModel(card, tensors, PyTorch.newCpuManager(),
                        manager -> new TrunkLoader.Loaded(new ReferenceTrunk(manager, tensors), "reference"));
                HsawModel fast = new HsawModel(card, tensors, PyTorch.newCpuManager(),
                        manager -> new TrunkLoader.Loaded(
                                new FastTrunk(manager, FoldedTrunk.of(tensors, card.inputSize()), precision == Precision.BF16), "fast"))) {
            return compare(reference.predict(faces), fast.predict(faces), card.temperatures().fused());
        }
    }

    private static TrunkParity compare(List<Prediction> expected, List<Prediction> found, double temperature) {
        double logits = 0;
        double probabilities = 0;
        int same = 0;
        for (int i = 0; i < expected.size(); i++) {
            Prediction e = expected.get(i);
            Prediction f = found.get(i);
            logits = Math.max(logits, Math.max(
                    Math.max(difference(e.fused(), f.fused()), difference(e.all(), f.all())),
                    Math.max(difference(e.left(), f.left()), difference(e.right(), f.right()))));
            Probabilities p = Softmax.of(e.fused(), temperature);
            Probabilities q = Softmax.of(f.fused(), temperature);
            probabilities = Math.max(probabilities, difference(p.toArray(), q.toArray()));
            same += p.mostProbable() == q.mostProbable() ? 1 : 0;
        }
        return new TrunkParity(expected.size(), logits, probabilities, same);
    }

    private static double difference(double[] a, double[] b) {
        double greatest = 0;
        for (int i = 0; i < a.length; i++) {
            greatest = Math.max(greatest, Math.abs(a[i] - b[i]));
        }
        return greatest;
    }
}
