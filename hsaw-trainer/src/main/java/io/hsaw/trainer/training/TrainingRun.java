package io.hsaw.trainer.training;

import io.hsaw.network.InvalidModelException;
import io.hsaw.network.training.TrainingEngine;
import io.hsaw.network.training.TrainingException;
import io.hsaw.network.training.TrainingListener;
import io.hsaw.network.training.TrainingSettings;
import io.hsaw.network.weights.InitialWeights;
import io.hsaw.network.weights.InvalidWeightsException;
import io.hsaw.network.weights.Tensor;
import io.hsaw.trainer.dataset.DataSet;
import io.hsaw.trainer.dataset.DataSetException;
import io.hsaw.trainer.dataset.FramedDataSet;
import io.hsaw.trainer.dataset.TrainingSelection;
import io.hsaw.trainer.evaluation.EvaluationFigures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

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
     * @return figures of the finished model by the data sets' names; of several also {@value FinishedModel#TOGETHER}
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
            engine.train(faces.training(), FramedDataSet.joined(faces.validation().values()), output.resolve("checkpoint"),
                    new RunHistory(output, listener));
            weights = engine.weights();
        }
        return FinishedModel.write(model(), weights, new FinishedModel.Origin(name, version, selection.describe(),
                selection.splitRule(), settings.size(), FinishedModel.settings(settings, start == null ? null : origin, bfloat16)),
                faces.validation(), threads, listener::measuring).figures();
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
}
