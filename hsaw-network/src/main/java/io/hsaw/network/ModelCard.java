package io.hsaw.network;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.hsaw.contracts.Expression;
import io.hsaw.contracts.ModelRef;
import io.hsaw.network.weights.NetworkLayout;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a model is, how it was made and how good it is; {@code card.json} in its directory.
 *
 * @param name           of the model
 * @param version        of the model
 * @param description    for people
 * @param data           what it was trained on
 * @param splitRule      which pictures were trained on, which chose the model, which made the figures
 * @param settings       of the training run, by name
 * @param inputSize      height and width of the crops that it reads, the size it was trained at last: a multiple of 32 from
 *                       64 to 224; a card without one means the paper's 224
 * @param figures        measured on pictures that it was not trained on; null while it is not measured yet
 * @param temperatures   applied when events and figures are made
 * @param uncertainBelow greatest fused probability, after the temperature, below which an answer is uncertain; null where
 *                       nobody has chosen one
 * @param weightsSha256  of the weights' file, 64 hexadecimal digits
 * @param halves         what the halves of faces say; null while it is not measured
 * @param selfCheck      fused logits of the fixed faces of {@link SelfCheck}, one row each, compared when the model is loaded;
 *                       null where nobody has made them
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ModelCard(String name, String version, String description, String data, String splitRule,
        Map<String, Object> settings, Integer inputSize, Figures figures, Temperatures temperatures,
        @JsonInclude(JsonInclude.Include.NON_NULL) Double uncertainBelow, String weightsSha256,
        @JsonInclude(JsonInclude.Include.NON_NULL) HalfFaceFigures halves,
        @JsonInclude(JsonInclude.Include.NON_NULL) List<List<Double>> selfCheck) {

    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    /** @throws IllegalArgumentException naming the field that is missing or out of range */
    public ModelCard {
        new ModelRef(name, version);
        requirePresent("description", description);
        requirePresent("data", data);
        requirePresent("splitRule", splitRule);
        requirePresent("settings", settings);
        requirePresent("temperatures", temperatures);
        if (uncertainBelow != null) {
            requireShare("uncertainBelow", uncertainBelow);
        }
        require(weightsSha256 != null && SHA256.matcher(weightsSha256).matches(),
                "weightsSha256 must have 64 hexadecimal digits, found " + weightsSha256);
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        inputSize = inputSize == null ? Integer.valueOf(NetworkLayout.INPUT_SIZE) : inputSize;
        require(NetworkLayout.isInputSize(inputSize), "inputSize must be a multiple of 32 from 64 to 224, found " + inputSize);
        if (selfCheck != null) {
            require(selfCheck.size() == SelfCheck.FACES && selfCheck.stream().allMatch(ModelCard::isLogits),
                    "selfCheck must have " + SelfCheck.FACES + " rows of " + Expression.COUNT
                            + " finite numbers that are not all 0");
            selfCheck = selfCheck.stream().map(List::copyOf).toList();
        }
    }

    private static boolean isLogits(List<Double> row) {
        return row != null && row.size() == Expression.COUNT && row.stream().allMatch(l -> l != null && Double.isFinite(l))
                && row.stream().anyMatch(l -> l != 0);
    }

    /** A card of a model for 224 pixels whose halves are not measured yet. */
    public ModelCard(String name, String version, String description, String data, String splitRule,
            Map<String, Object> settings, Figures figures, Temperatures temperatures, Double uncertainBelow,
            String weightsSha256) {
        this(name, version, description, data, splitRule, settings, NetworkLayout.INPUT_SIZE, figures, temperatures,
                uncertainBelow, weightsSha256, null, null);
    }

    /** The same with a self-check. */
    public ModelCard withSelfCheck(List<List<Double>> logits) {
        return new ModelCard(name, version, description, data, splitRule, settings, inputSize, figures, temperatures,
                uncertainBelow, weightsSha256, halves, logits);
    }

    /** How events name the model. */
    public ModelRef ref() {
        return new ModelRef(name, version);
    }

    /**
     * How well the model reads labelled pictures; shares from 0 to 1.
     *
     * @param samples           how many pictures
     * @param accuracy          share of them read as labelled (seven classes at once, not one against the rest)
     * @param meanClassAccuracy mean of the recalls
     * @param recall            by the expression's label; null where no picture has it
     * @param confusion         counts, rows true, columns predicted, in the order of {@link Expression}
     * @param calibrationError  expected calibration error over 15 bins
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(content = JsonInclude.Include.ALWAYS)
    public record Figures(int samples, double accuracy, double meanClassAccuracy, Map<String, Double> recall,
            List<List<Integer>> confusion, double calibrationError) {

        /** @throws IllegalArgumentException naming the figure that is missing or out of range */
        public Figures {
            require(samples > 0, "figures.samples must be positive, found " + samples);
            requireShare("figures.accuracy", accuracy);
            requireShare("figures.meanClassAccuracy", meanClassAccuracy);
            requireShare("figures.calibrationError", calibrationError);
            requirePresent("figures.recall", recall);
            for (Expression expression : Expression.values()) {
                require(recall.containsKey(expression.label()), "figures.recall lacks " + expression.label());
                Double share = recall.get(expression.label());
                if (share != null) {
                    requireShare("figures.recall." + expression.label(), share);
                }
            }
            requirePresent("figures.confusion", confusion);
            require(confusion.size() == Expression.COUNT
                            && confusion.stream().allMatch(row -> row != null && row.size() == Expression.COUNT),
                    "figures.confusion must have " + Expression.COUNT + " rows and columns");
            long counted = confusion.stream().flatMap(List::stream).mapToLong(Integer::longValue).sum();
            require(counted == samples, "figures.confusion counts " + counted + " pictures, figures.samples " + samples);
            recall = Collections.unmodifiableMap(new LinkedHashMap<>(recall));
            confusion = confusion.stream().map(List::copyOf).toList();
        }
    }

    private static void requirePresent(String name, Object value) {
        require(value != null, name + " is missing");
    }

    private static void requireShare(String name, double value) {
        require(value >= 0 && value <= 1, name + " must lie in [0, 1], found " + value);
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
