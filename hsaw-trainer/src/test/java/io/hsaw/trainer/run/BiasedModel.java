package io.hsaw.trainer.run;

import io.hsaw.contracts.Expression;
import io.hsaw.network.ModelCard;
import io.hsaw.network.ModelFiles;
import io.hsaw.network.weights.NetworkLayout;
import io.hsaw.network.weights.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** A model that says happiness of every face, so that what a run proposes does not hang on what a shipped model has learned. */
final class BiasedModel {

    /** Of P_all and P_aux each; a few updates do not overcome it. */
    private static final float LOGIT = 2;

    private BiasedModel() {
    }

    /** Made of the shipped one: V is 1 nearly everywhere, and the heads make of it happiness. */
    static Path write(Path folder) throws Exception {
        ModelCard card = ModelFiles.readCard(TrainerProcess.MODEL);
        Map<String, Tensor> weights = ModelFiles.readWeights(TrainerProcess.MODEL, card);
        float[] kernel = weights.get(NetworkLayout.SUBPIXEL_WEIGHT).values();
        for (int i = 0; i < kernel.length; i++) {
            kernel[i] *= 0.01f;
        }
        weights.get(NetworkLayout.SUBPIXEL_BIAS).values()[0] = 1;
        Arrays.fill(weights.get(NetworkLayout.SELF_WEIGHT).values(), 0);
        for (String head : new String[] {NetworkLayout.HALF_FC, NetworkLayout.GLOBAL_FC}) {
            float[] rows = weights.get(head).values();
            Arrays.fill(rows, 0);
            int happiness = Expression.HAPPINESS.ordinal() * NetworkLayout.FEATURES;
            Arrays.fill(rows, happiness, happiness + NetworkLayout.FEATURES, LOGIT / NetworkLayout.FEATURES);
        }
        ModelFiles.write(folder, weights, hash -> new ModelCard("biased", "1", "made by a test", card.data(), card.splitRule(),
                Map.of(), card.figures(), card.temperatures(), null, hash));
        return folder;
    }
}
