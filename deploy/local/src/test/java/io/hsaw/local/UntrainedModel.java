package io.hsaw.local;

import io.hsaw.contracts.Expression;
import io.hsaw.network.ModelCard;
import io.hsaw.network.ModelFiles;
import io.hsaw.network.Temperatures;
import io.hsaw.network.weights.InitialWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A model that has learned nothing: enough to see that frames come through. */
final class UntrainedModel {

    private UntrainedModel() {
    }

    /** Writes it into a folder. */
    static void write(Path directory) throws IOException {
        write(directory, "1", 1);
    }

    /** Writes another version, which says something else. */
    static void write(Path directory, String version, long seed) throws IOException {
        Map<String, Double> recall = new LinkedHashMap<>();
        for (Expression expression : Expression.values()) {
            recall.put(expression.label(), expression == Expression.ANGER ? 1.0 : null);
        }
        List<Integer> none = Collections.nCopies(Expression.COUNT, 0);
        ModelCard.Figures figures = new ModelCard.Figures(1, 1, 1, recall,
                List.of(List.of(1, 0, 0, 0, 0, 0, 0), none, none, none, none, none, none), 0);
        ModelFiles.write(directory, InitialWeights.random(seed), sha256 -> new ModelCard("untrained", version,
                "made by a test", "none", "none", Map.of("seed", seed), figures, new Temperatures(1, 1, 1), null, sha256));
    }
}
