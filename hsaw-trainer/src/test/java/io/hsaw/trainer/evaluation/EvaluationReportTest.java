package io.hsaw.trainer.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hsaw.contracts.HalfFacePair;
import io.hsaw.network.ModelCard;
import io.hsaw.network.Temperatures;
import io.hsaw.trainer.picture.Pixels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationReportTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<Outcome> OUTCOMES =
            List.of(Outcomes.of(0.9, true), Outcomes.of(0.6, false), Outcomes.of(0.8, true), Outcomes.of(0.4, true));
    private static final ModelCard CARD = new ModelCard("model", "1", "made by a test", "none", "none", Map.of(), null,
            Temperatures.NONE, null, "0".repeat(64));

    @TempDir
    private Path folder;

    private static EvaluationReport report(boolean halves) {
        SpoiledHalves spoiled = new SpoiledHalves(
                faces -> faces.stream().map(face -> OUTCOMES.get(0).prediction()).toList());
        List<HalfFacePair> faces =
                List.of(new HalfFacePair(Pixels.filled(8, 16, 90), Pixels.filled(8, 16, 90)));
        List<Outcome> read = spoiled.apply(faces).stream()
                .map(prediction -> new Outcome(OUTCOMES.get(0).label(), prediction, true)).toList();
        return new EvaluationReport(EvaluationFigures.of(OUTCOMES, Temperatures.NONE), Temperatures.NONE,
                halves ? FittedTemperatures.of(OUTCOMES) : null, null,
                halves ? Halves.of("four", OUTCOMES, spoiled, read) : null);
    }

    @Test
    void theLineKeepsItsNamesAndHasOnlyWhatWasAskedFor() throws Exception {
        String line = report(false).toJson();
        assertEquals(1, line.lines().count());
        JsonNode node = JSON.readTree(line);
        for (String name : List.of("samples", "accuracy", "meanClassAccuracy", "recall", "confusion", "calibrationError",
                "facesFound", "partAccuracy", "accuracyInterval", "temperatures")) {
            assertTrue(node.has(name), name);
        }
        assertFalse(node.has("fitted") || node.has("halves") || node.has("movedCrops"), line);
        assertTrue(node.get("recall").get("neutral").isNull());
        assertEquals(0.75, node.get("accuracy").asDouble());
        assertTrue(node.get("accuracyInterval").get("low").asDouble() < 0.75);

        JsonNode more = JSON.readTree(report(true).toJson());
        assertTrue(more.get("fitted").get("temperatures").get("fused").asDouble() > 0);
        assertEquals(0.75, more.get("halves").get("accuracy").get("fused").get("share").asDouble());
    }

    @Test
    void theFolderHoldsFiguresAndPlots() throws Exception {
        report(true).write(folder.resolve("new"), CARD, "four samples", OUTCOMES);

        JsonNode figures = JSON.readTree(folder.resolve("new").resolve(EvaluationReport.FIGURES).toFile());
        assertEquals("four samples", figures.get("data").asText());
        assertEquals("0".repeat(64), figures.get("weightsSha256").asText());
        assertEquals(4, figures.get("samples").asInt());
        assertEquals(15, figures.get("reliability").get("bins").size());
        assertEquals(0.25, figures.get("riskCoverage").get("points").get(3).get("risk").asDouble());
        assertTrue(figures.get("halves").get("changes").size() > 0);
        Set<String> plots = new TreeSet<>(Set.of("confusion.png", "halves-changes.png", "halves-weights.png",
                "reliability.png", "risk-coverage.png"));
        try (Stream<Path> files = Files.list(folder.resolve("new"))) {
            assertEquals(plots, files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".png"))
                    .collect(Collectors.toCollection(TreeSet::new)));
        }
        for (String plot : plots) {
            assertEquals(800, ImageIO.read(folder.resolve("new").resolve(plot).toFile()).getWidth());
        }
    }

    @Test
    void withoutHalvesThereAreNoPlotsOfThem() throws Exception {
        report(false).write(folder, CARD, "four samples", OUTCOMES);

        assertFalse(Files.exists(folder.resolve("halves-weights.png")));
        assertTrue(Files.exists(folder.resolve("risk-coverage.png")));
    }
}
