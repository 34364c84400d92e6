package io.hsaw.trainer.training;

import io.hsaw.network.HsawModel;
import io.hsaw.network.InvalidModelException;
import io.hsaw.network.ModelCard;
import io.hsaw.network.ModelFiles;
import io.hsaw.network.NetworkSettings;
import io.hsaw.network.SelfCheck;
import io.hsaw.network.Temperatures;
import io.hsaw.network.training.TrainingException;
import io.hsaw.network.training.TrainingSettings;
import io.hsaw.network.weights.Tensor;
import io.hsaw.trainer.dataset.FramedDataSet;
import io.hsaw.trainer.dataset.Progress;
import io.hsaw.trainer.evaluation.EvaluationFigures;
import io.hsaw.trainer.evaluation.Evaluator;
import io.hsaw.trainer.evaluation.Outcome;
import io.hsaw.trainer.evaluation.RiskCoverage;
import io.hsaw.trainer.evaluation.TemperatureFit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * What a training run ends in: a model in a folder, measured as it will be used.
 *
 * @param folder   with the model's files
 * @param outcomes what it says of the faces it is measured on, by data set, in their order; of several data sets also
 *                 {@value #TOGETHER}
 * @param figures  of these outcomes
 */
public record FinishedModel(Path folder, Map<String, List<Outcome>> outcomes, Map<String, EvaluationFigures> figures) {

    /** Figures of all data sets together. */
    public static final String TOGETHER = "together";

    /**
     * What a model's card says besides figures.
     *
     * @param name      of the model
     * @param version   of the model
     * @param data      what it was trained on
     * @param splitRule which pictures were for what
     * @param inputSize height and width of the crops
     * @param settings  how it was trained, by name
     */
    public record Origin(String name, String version, String data, String splitRule, int inputSize,
            Map<String, Object> settings) {
    }

    /**
     * Writes a model, measures it, fits its temperatures and completes its card.
     *
     * @param validation faces it was not trained on, by data set; at least one
     * @throws TrainingException     if the folder cannot be written
     * @throws InvalidModelException if the network's predictions are not finite
     */
    public static FinishedModel write(Path folder, Map<String, Tensor> weights, Origin origin,
            Map<String, FramedDataSet> validation, int threads, Progress measured)
            throws TrainingException, InvalidModelException {
        write(folder, weights, hash -> card(origin, Map.of(), Temperatures.NONE, null, hash));
        Map<String, List<Outcome>> outcomes = new LinkedHashMap<>();
        try (HsawModel model = HsawModel.load(folder, new NetworkSettings(NetworkSettings.Device.AUTO,
                NetworkSettings.Precision.FP32, threads))) {
            validation.forEach((name, faces) -> outcomes.put(name, Evaluator.outcomes(model::predict, faces, measured)));
        }
        if (outcomes.size() > 1) {
            outcomes.put(TOGETHER, outcomes.values().stream().flatMap(List::stream).toList());
        }
        Temperatures temperatures = TemperatureFit.fit(last(outcomes));
        double uncertainBelow = RiskCoverage.of(last(outcomes), temperatures.fused()).uncertainBelow();
        Map<String, EvaluationFigures> figures = new LinkedHashMap<>();
        outcomes.forEach((name, of) -> figures.put(name, EvaluationFigures.of(of, temperatures)));
        List<List<Double>> selfCheck = SelfCheck.of(folder);
        write(folder, weights, hash -> card(origin, figures, temperatures, uncertainBelow, hash).withSelfCheck(selfCheck));
        return new FinishedModel(folder, outcomes, figures);
    }

    /** Of the only data set, or of all together. */
    public EvaluationFigures together() {
        return last(figures);
    }

    /**
     * A run's settings as a card has them.
     *
     * @param start where the weights to start from are, or null for random ones
     */
    public static Map<String, Object> settings(TrainingSettings settings, String start, boolean bfloat16) {
        Map<String, Object> how = new LinkedHashMap<>();
        how.put("start", start == null ? "random" : start);
        how.put("stage", settings.stage().name().toLowerCase(Locale.ROOT));
        how.put("size", settings.size());
        how.put("frozenStages", settings.frozenStages());
        how.put("optimizer", settings.optimizer().name().toLowerCase(Locale.ROOT));
        how.put("trunkLearningRate", settings.trunkLearningRate());
        how.put("headsLearningRate", settings.headsLearningRate());
        how.put("constantRate", settings.constantRate());
        how.put("weightDecay", settings.weightDecay());
        how.put("averaging", settings.averaging());
        how.put("balance", settings.balance());
        how.put("mixup", settings.mixup());
        how.put("pooledWeight", settings.pooledWeight());
        how.put("batch", settings.batch());
        how.put("epochs", settings.epochs());
        how.put("timeLimit", String.valueOf(settings.timeLimit()));
        how.put("losses", settings.losses().toString());
        how.put("augmentation", settings.augmentation().toString());
        how.put("seed", settings.seed());
        how.put("precision", bfloat16 ? "bf16" : "fp32");
        return how;
    }

    private static void write(Path folder, Map<String, Tensor> weights, Function<String, ModelCard> card)
            throws TrainingException {
        try {
            ModelFiles.write(folder, weights, card);
        } catch (IOException e) {
            throw new TrainingException("the model cannot be written to " + folder + " (" + e
                    + "): free the disk and call the run again, it goes on from its last checkpoint", e);
        }
    }

    private static <T> T last(Map<String, T> values) {
        return new ArrayList<>(values.values()).get(values.size() - 1);
    }

    private static ModelCard card(Origin origin, Map<String, EvaluationFigures> figures, Temperatures temperatures,
            Double uncertainBelow, String weightsSha256) {
        Map<String, Object> how = new LinkedHashMap<>(origin.settings);
        if (figures.size() > 1) {
            Map<String, Object> accuracy = new LinkedHashMap<>();
            figures.forEach((name, of) -> accuracy.put(name, of.accuracy()));
            how.put("accuracyByDataSet", accuracy);
        }
        return new ModelCard(origin.name, origin.version, "HSAW network for facial expressions", origin.data,
                origin.splitRule, how, origin.inputSize, figures.isEmpty() ? null : last(figures).forCard(), temperatures,
                uncertainBelow, weightsSha256, null, null);
    }
}
