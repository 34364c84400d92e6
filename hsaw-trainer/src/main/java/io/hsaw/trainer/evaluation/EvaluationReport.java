package io.hsaw.trainer.evaluation;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hsaw.network.HalfFaceFigures;
import io.hsaw.network.HalfFaceFigures.Change;
import io.hsaw.network.HalfFaceFigures.Weights;
import io.hsaw.network.ModelCard;
import io.hsaw.network.Temperatures;
import io.hsaw.trainer.report.Charts;
import io.hsaw.trainer.report.Charts.Line;
import io.hsaw.trainer.report.Charts.Series;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/**
 * All that an evaluation found out.
 *
 * @param figures      of the model as it is used
 * @param temperatures those in the model's card, with which the figures are made
 * @param fitted       temperatures fitted to the same samples; null if they were not asked for, as what follows
 * @param movedCrops   the mean over moved crops
 * @param halves       what the halves say
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record EvaluationReport(@JsonUnwrapped EvaluationFigures figures, Temperatures temperatures,
        FittedTemperatures fitted, MovedCrops.Figures movedCrops, HalfFaceFigures halves) {

    /** The file with all figures in a report's folder. */
    public static final String FIGURES = "figures.json";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** One line of JSON; its first fields are those of {@link EvaluationFigures}. */
    public String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write figures", e);
        }
    }

    /**
     * Writes {@value #FIGURES} and the plots: confusion, reliability, risk-coverage, and where the halves were looked at,
     * their weights and what changes do to these.
     *
     * @param folder   is made if need be
     * @param card     of the model
     * @param data     which samples, in words
     * @param outcomes that the figures are of
     */
    public void write(Path folder, ModelCard card, String data, List<Outcome> outcomes) throws IOException {
        Reliability reliability = Reliability.of(outcomes, temperatures.fused());
        RiskCoverage riskCoverage = RiskCoverage.of(outcomes, temperatures.fused());
        ObjectNode all = JSON.createObjectNode();
        all.putPOJO("model", card.ref());
        all.put("weightsSha256", card.weightsSha256());
        all.put("data", data);
        all.setAll((ObjectNode) JSON.valueToTree(this));
        all.putPOJO("reliability", reliability);
        all.putPOJO("riskCoverage", riskCoverage);
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(FIGURES), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(all) + "\n");

        String subject = card.name() + " " + card.version() + ", " + data;
        Charts.confusion(folder.resolve("confusion.png"), "Answers by label, " + subject, figures.confusion());
        plot(reliability, folder.resolve("reliability.png"), subject);
        plot(riskCoverage, folder.resolve("risk-coverage.png"), subject);
        if (halves != null) {
            plotWeights(folder.resolve("halves-weights.png"), subject);
            plotChanges(folder.resolve("halves-changes.png"), subject);
        }
    }

    private static void plot(Reliability reliability, Path file, String subject) throws IOException {
        List<Reliability.Bin> bins = reliability.bins().stream().filter(bin -> bin.samples() > 0).toList();
        double[] confidence = bins.stream().mapToDouble(Reliability.Bin::confidence).toArray();
        double[] ends = {0, 1};
        Charts.shares(file, "Reliability, " + subject, "confidence", "share of right answers",
                List.of(new Line("perfect", ends, ends),
                        new Line("measured", confidence, bins.stream().mapToDouble(Reliability.Bin::accuracy).toArray()),
                        new Line("95 %, low", confidence, bins.stream().mapToDouble(b -> b.interval().low()).toArray()),
                        new Line("95 %, high", confidence,
                                bins.stream().mapToDouble(b -> b.interval().high()).toArray())));
    }

    private static void plot(RiskCoverage curve, Path file, String subject) throws IOException {
        double[] coverage = curve.points().stream().mapToDouble(RiskCoverage.Point::coverage).toArray();
        Charts.shares(file, "Risk and coverage, " + subject, "share of faces that get an answer", "share", List.of(
                new Line("wrong answers", coverage,
                        curve.points().stream().mapToDouble(RiskCoverage.Point::risk).toArray()),
                new Line("least confidence", coverage,
                        curve.points().stream().mapToDouble(RiskCoverage.Point::threshold).toArray())));
    }

    private void plotWeights(Path file, String subject) throws IOException {
        Collection<Weights> weights = halves.weights().values();
        Charts.bars(file, "Mean weights of the halves, " + subject, "label", "weight",
                List.copyOf(halves.weights().keySet()),
                List.of(new Series("left", weights.stream().map(Weights::left).toList(), null),
                        new Series("right", weights.stream().map(Weights::right).toList(), null)));
    }

    private void plotChanges(Path file, String subject) throws IOException {
        List<Change> changes = halves.changes();
        Charts.bars(file, "One half spoiled, " + subject, "half and change", "change",
                changes.stream().map(change -> change.half() + " " + change.change()).toList(), List.of(
                        new Series("its weight", changes.stream().map(change -> change.ownWeight().mean()).toList(),
                                changes.stream().map(change -> change.ownWeight().interval()).toList()),
                        new Series("other weight", changes.stream().map(change -> change.otherWeight().mean()).toList(),
                                changes.stream().map(change -> change.otherWeight().interval()).toList()),
                        new Series("accuracy", changes.stream().map(change -> change.fusedDifference().mean()).toList(),
                                changes.stream().map(change -> change.fusedDifference().interval()).toList())));
    }
}
