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
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A model that has learned nothing, in a folder of its own, and a store for others. */
public final class UntrainedModel implements QuarkusTestResourceLifecycleManager {

    static final String NAME = "untrained";
    /** What it says is never so sure. */
    static final double UNCERTAIN_BELOW = 0.999;

    private Path folder;

    @Override
    public Map<String, String> start() {
        try {
            folder = Files.createTempDirectory("hsaw-models");
            return Map.of("hsaw.inference.model", write(folder.resolve("1"), "1", 1).toString(),
                    "hsaw.inference.model-store", folder.resolve("store").toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a version; beside the first one, it goes with that. */
    static Path write(Path directory, String version, long seed) throws IOException {
        Map<String, Double> recall = new LinkedHashMap<>();
        for (Expression expression : Expression.values()) {
            recall.put(expression.label(), expression == Expression.ANGER ? 1.0 : null);
        }
        List<Integer> none = Collections.nCopies(Expression.COUNT, 0);
        ModelCard.Figures figures = new ModelCard.Figures(1, 1, 1, recall,
                List.of(List.of(1, 0, 0, 0, 0, 0, 0), none, none, none, none, none, none), 0);
        ModelFiles.write(directory, InitialWeights.random(seed), sha256 -> new ModelCard(NAME, version, "made by a test",
                "none", "none", Map.of(), figures, new Temperatures(1, 1, 1), UNCERTAIN_BELOW, sha256));
        return directory;
    }

    @Override
    public void stop() {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
