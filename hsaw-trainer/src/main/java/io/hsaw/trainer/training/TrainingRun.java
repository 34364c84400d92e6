package io.hsaw.trainer.training;

import io.hsaw.network.HsawModel;
import io.hsaw.network.InvalidModelException;
import io.hsaw.network.ModelCard;
import io.hsaw.network.ModelFiles;
import io.hsaw.network.NetworkSettings;
import io.hsaw.network.SelfCheck;
import io.hsaw.network.Temperatures;
import io.hsaw.network.training.TrainingEngine;
import io.hsaw.network.training.TrainingException;
import io.hsaw.network.training.TrainingListener;
import io.hsaw.network.training.TrainingSettings;
import io.hsaw.network.weights.InitialWeights;
import io.hsaw.network.weights.InvalidWeightsException;
import io.hsaw.network.weights.Tensor;
import io.hsaw.trainer.dataset.DataSet;
import io.hsaw.trainer.dataset.DataSetException;
import io.hsaw.trainer.dataset.Progress;
import io.hsaw.trainer.dataset.TrainingSelection;
import io.hsaw.trainer.evaluation.EvaluationFigures;
import io.hsaw.trainer.evaluation.Evaluator;
import io.hsaw.trainer.evaluation.Outcome;
import io.hsaw.trainer.evaluation.RiskCoverage;
import io.hsaw.trainer.evaluation.TemperatureFit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * One training run from data sets to a model directory. In the run's folder: framed pictures, checkpoints, history and
 * curve, and in the end {@code model/}. Stopped at any moment, the same call goes on where it was.
 *
 * @param name     of the model
 * @param version  of the model
 * @param output   the run's folder
 * @param start    weights to start from, or null for random ones
 * @param origin   where those weights are from, for the model card
 * @param settings of the training
 * @param bfloat16 whether the trunk computes in 16 bits
 * @param threads  for framing and training
 */
public record TrainingRun(String name, String version, Path output, Path start, String origin, TrainingSettings settings,
        boolean bfloat16, int threads) {

    /** Figures of all data sets together. */
    public static final String TOGETHER = "together";

    /** The folder with the finished model. */
    public Path model() {
        return output.resolve("model");
    }

    /** The picture of how the run goes. */
    public Path curve() {
        return output.resolve(RunHistory.CURVE);
    }

    /** Told how far the run is. */
    public interface Listener extends TrainingListener {

        /** While pictures of a data set are looked at, to choose those to train on. */
        default void examining(String dataSet, int done, int total) {
            // not everyone needs to know
        }

        /** While pictures of a data set are framed. */
        void framing(String dataSet, int done, int total);

        /** While the finished model is measured. */
        void measuring(int done, int total);
    }

    /**
     * Trains on all data sets together and measures on the validation split of each. How it goes is kept in
     * {@code history.csv} and {@code curve.png}.
     *
     * @param dataSets with different names
     * @return figures of the finished model by the data sets' names; of several also {@value #TOGETHER}
     * @throws TrainingException if training cannot go on
     */
    public Map<String, EvaluationFigures> run(List<DataSet> dataSets, Listener listener) throws DataSetException,
            TrainingException, InvalidWeightsException, InvalidModelException, IOException, InterruptedException {
        // first, since framing takes long
        Map<String, Tensor> weights = startWeights();
        createFolder();
        for (DataSet dataSet : dataSets) {
            dataSet.examine((done, total) -> listener.examining(dataSet.name(), done, total));
        }
        TrainingSelection selection = TrainingSelection.of(dataSets);
        TrainingSelection.Faces faces = selection.frame(output, threads, listener::framing);
        try (TrainingEngine engine = new TrainingEngine(settings, weights, bfloat16, threads)) {
            engine.train(faces.training(), faces.validation(), output.resolve("checkpoint"),
                    new RunHistory(output, listener));
            weights = engine.weights();
        }
        return release(selection, weights, listener::measuring);
    }

    private void createFolder() throws TrainingException {
        try {
            Files.createDirectories(output);
        } catch (IOException e) {
            throw new TrainingException("the run's folder " + output + " cannot be made (" + e
                    + "); choose another place or free the disk", e);
        }
    }

    private Map<String, Tensor> startWeights() throws IOException, InvalidWeightsException {
        if (start == null) {
            return InitialWeights.random(settings.seed());
        }
        if (!Files.isRegularFile(start)) {
            throw new InvalidWeightsException(start, "no weights to start from are there; give the path of a .safetensors"
                    + " file");
        }
        return InitialWeights.from(start, settings.seed());
    }

    /** Writes the model, measures it as it will be used, fits its temperatures and completes its card. */
    private Map<String, EvaluationFigures> release(TrainingSelection selection, Map<String, Tensor> weights,
            Progress measured) throws TrainingException, InvalidModelException, DataSetException, InterruptedException {
        write(weights, hash -> card(selection, Map.of(), Temperatures.NONE, null, hash));
        Map<String, List<Outcome>> outcomes = new LinkedHashMap<>();
        try (HsawModel model = HsawModel.load(model(), new NetworkSettings(NetworkSettings.Device.AUTO,
                NetworkSettings.Precision.FP32, threads))) {
            Evaluator evaluator = new Evaluator(model::predict, threads);
            for (TrainingSelection.Part part : selection.parts()) {
                DataSet dataSet = part.dataSet();
                outcomes.put(dataSet.name(),
                        evaluator.outcomes(dataSet, dataSet.validationSplit(), Integer.MAX_VALUE, measured));
            }
        }
        if (outcomes.size() > 1) {
            outcomes.put(TOGETHER, outcomes.values().stream().flatMap(List::stream).toList());
        }
        Temperatures temperatures = TemperatureFit.fit(last(outcomes));
        double uncertainBelow = RiskCoverage.of(last(outcomes), temperatures.fused()).uncertainBelow();
        Map<String, EvaluationFigures> figures = new LinkedHashMap<>();
        outcomes.forEach((name, of) -> figures.put(name, EvaluationFigures.of(of, temperatures)));
        List<List<Double>> selfCheck = SelfCheck.of(model());
        write(weights, hash -> card(selection, figures, temperatures, uncertainBelow, hash).withSelfCheck(selfCheck));
        return figures;
    }

    private void write(Map<String, Tensor> weights, Function<String, ModelCard> card) throws TrainingException {
        try {
            ModelFiles.write(model(), weights, card);
        } catch (IOException e) {
            throw new TrainingException("the model cannot be written to " + model() + " (" + e
                    + "): free the disk and call the run again, it goes on from its last checkpoint", e);
        }
    }

    /** Of the only data set, or of all together. */
    private static <T> T last(Map<String, T> values) {
        return new ArrayList<>(values.values()).get(values.size() - 1);
    }

    private ModelCard card(TrainingSelection selection, Map<String, EvaluationFigures> figures,
            Temperatures temperatures, Double uncertainBelow, String weightsSha256) {
        Map<String, Object> how = new LinkedHashMap<>();
        how.put("start", start == null ? "random" : origin);
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
        if (figures.size() > 1) {
            Map<String, Object> accuracy = new LinkedHashMap<>();
            figures.forEach((name, of) -> accuracy.put(name, of.accuracy()));
            how.put("accuracyByDataSet", accuracy);
        }
        return new ModelCard(name, version, "HSAW network for facial expressions", selection.describe(),
                selection.splitRule(), how, settings.size(), figures.isEmpty() ? null : last(figures).forCard(), temperatures,
                uncertainBelow, weightsSha256, null, null);
    }
}
