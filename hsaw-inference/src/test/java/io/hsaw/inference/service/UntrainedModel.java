package io.hsaw.inference.service;

import io.hsaw.contracts.Expression;
import io.hsaw.network.ModelCard;
import io.hsaw.network.ModelFiles;
import io.hsaw.network.Temperatures;
import io.hsaw.network.weights.InitialWeights;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A model that has learned nothing, in a folder of its own. */
public final class UntrainedModel implements QuarkusTestResourceLifecycleManager {

    static final String NAME = "untrained";
    /** What it says is never so sure. */
    static final double UNCERTAIN_BELOW = 0.999;

    private Path directory;

    @Override
    public Map<String, String> start() {
        Map<String, Double> recall = new LinkedHashMap<>();
        for (Expression expression : Expression.values()) {
            recall.put(expression.label(), expression == Expression.ANGER ? 1.0 : null);
        }
        List<Integer> none = Collections.nCopies(Expression.COUNT, 0);
        ModelCard.Figures figures = new ModelCard.Figures(1, 1, 1, recall,
                List.of(List.of(1, 0, 0, 0, 0, 0, 0), none, none, none, none, none, none), 0);
        try {
            directory = Files.createTempDirectory("hsaw-model");
            ModelFiles.write(directory, InitialWeights.random(1), sha256 -> new ModelCard(NAME, "1", "made by a test",
                    "none", "none", Map.of(), figures, new Temperatures(1, 1, 1), UNCERTAIN_BELOW, sha256));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.of("hsaw.inference.model", directory.toString());
    }

    @Override
    public void stop() {
        try {
            Files.delete(directory.resolve(ModelFiles.CARD));
            Files.delete(directory.resolve(ModelFiles.WEIGHTS));
            Files.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
