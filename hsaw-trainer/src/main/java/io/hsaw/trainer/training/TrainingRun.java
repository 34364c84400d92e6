package io.hsaw.trainer.training;

import io.hsaw.network.HsawModel;
import io.hsaw.network.InvalidModelException;
import io.hsaw.network.ModelCard;
import io.hsaw.network.ModelFiles;
import io.hsaw.network.NetworkSettings;
import io.hsaw.network.Temperatures;
import io.hsaw.network.training.TrainingEngine;
import io.hsaw.network.training.TrainingException;
import io.hsaw.network.training.TrainingListener;
import io.hsaw.network.training.TrainingSettings;
import io.hsaw.network.weights.InitialWeights;
import io.hsaw.network.weights.InvalidWeightsException;
import io.hsaw.network.weights.NetworkLayout;
import io.hsaw.network.weights.Tensor;
import io.hsaw.trainer.dataset.DataSet;
import io.hsaw.trainer.dataset.DataSetException;
import io.hsaw.trainer.dataset.FramedDataSet;
import io.hsaw.trainer.dataset.Progress;
import io.hsaw.trainer.dataset.TrainingSelection;
import io.hsaw.trainer.evaluation.EvaluationFigures;
import io.hsaw.trainer.evaluation.Evaluator;
import io.hsaw.trainer.evaluation.Outcome;
import io.hsaw.trainer.evaluation.TemperatureFit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One training run from a data set to a model directory. In the run's folder: framed pictures, checkpoints, and in the end
 * {@code model/}. Stopped at any moment, the same call goes on where it was.
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

    /** The folder with the finished model. */
    public Path model() {
        return output.resolve("model");
    }

    /** Told how far the run is. */
    public interface Listener extends TrainingListener {

        /** While pictures of a split are framed. */
        void framing(String split, int done, int total);

        /** While the finished model is measured. */
        void measuring(int done, int total);
    }

    /**
     * Trains and measures.
     *
     * @return figures of the finished model on the validation split
     * @throws TrainingException if training cannot go on
     */
    public EvaluationFigures run(DataSet dataSet, Listener listener) throws DataSetException, TrainingException,
            InvalidWeightsException, InvalidModelException, IOException, InterruptedException {
        // first, since framing takes long
        Map<String, Tensor> weights = startWeights();
        Files.createDirectories(output);
        TrainingSelection selection = TrainingSelection.of(dataSet);
        FramedDataSet training = FramedDataSet.frame(selection.samples(), output.resolve("training.framed"), threads,
                (done, total) -> listener.framing(dataSet.trainingSplit(), done, total));
        FramedDataSet validation = FramedDataSet.frame(dataSet.samples(dataSet.validationSplit()),
                output.resolve("validation.framed"), threads,
                (done, total) -> listener.framing(dataSet.validationSplit(), done, total));
        try (TrainingEngine engine = new TrainingEngine(settings, weights, bfloat16, threads)) {
            engine.train(training, validation, output.resolve("checkpoint"), listener);
            weights = engine.weights();
        }
        return release(dataSet, selection, weights, listener::measuring);
    }

    private Map<String, Tensor> startWeights() throws IOException, InvalidWeightsException {
        if (start == null) {
            return InitialWeights.random(settings.seed());
        }
        if (!Files.isRegularFile(start)) {
            throw new InvalidWeightsException(start, "no weights to start from are there; give the path of a .safetensors"
                    + " file");
        }
        return NetworkLayout.read(start);
    }

    /** Writes the model, measures it as it will be used, fits its temperatures and completes its card. */
    private EvaluationFigures release(DataSet dataSet, TrainingSelection selection, Map<String, Tensor> weights,
            Progress measured) throws IOException, InvalidModelException, DataSetException, InterruptedException {
        ModelFiles.write(model(), weights, hash -> card(dataSet, selection, null, Temperatures.NONE, hash));
        List<Outcome> outcomes;
        try (HsawModel model = HsawModel.load(model(), new NetworkSettings(NetworkSettings.Device.AUTO,
                NetworkSettings.Precision.FP32, threads))) {
            outcomes = new Evaluator(model::predict, threads)
                    .outcomes(dataSet, dataSet.validationSplit(), Integer.MAX_VALUE, measured);
        }
        Temperatures temperatures = TemperatureFit.fit(outcomes);
        EvaluationFigures figures = EvaluationFigures.of(outcomes, temperatures);
        ModelFiles.write(model(), weights, hash -> card(dataSet, selection, figures.forCard(), temperatures, hash));
        return figures;
    }

    private ModelCard card(DataSet dataSet, TrainingSelection selection, ModelCard.Figures figures,
            Temperatures temperatures, String weightsSha256) {
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
        String data = dataSet.name() + ": " + selection.samples().size() + " faces of " + dataSet.trainingSplit() + "; "
                + selection.blank() + " blank ones and " + selection.alsoInOtherPart()
                + " that are in another split too were left out";
        return new ModelCard(name, version, "HSAW network for facial expressions", data, dataSet.splitRule(), how, figures,
                temperatures, null, weightsSha256);
    }
}
