package io.hsaw.trainer.run;

import io.hsaw.network.Prediction;
import io.hsaw.network.training.Judge;
import io.hsaw.network.training.TrainingData;
import io.hsaw.network.training.TrainingEngine;
import io.hsaw.network.training.TrainingException;
import io.hsaw.network.training.TrainingListener;
import io.hsaw.network.training.TrainingSettings;
import io.hsaw.network.training.Validation;
import io.hsaw.network.weights.InvalidWeightsException;
import io.hsaw.network.weights.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleConsumer;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Judges each sample by a network that was not trained on it: for each fold one network is trained on all others. A
 * network that has learned a wrong label by heart would not contradict it.
 *
 * @param training how the networks are trained
 * @param start    their first weights, which should not have learned from these labels either
 * @param bfloat16 whether the trunk computes in 16 bits
 * @param threads  for training
 * @param folds    of each sample, from 0
 * @param folder   for their checkpoints: stopped and called again with the same labels, it goes on where it was
 * @param stopped  whether to stop, with a checkpoint
 */
record FoldedJudge(TrainingSettings training, Map<String, Tensor> start, boolean bfloat16, int threads, int[] folds,
        Path folder, BooleanSupplier stopped) implements Judge {

    /** The fold of a picture by its SHA-256 in hexadecimal: the same in each run, and the same for samples that share it. */
    static int fold(String pictureSha256, int count) {
        return (int) (Long.parseLong(pictureSha256.substring(56), 16) % count);
    }

    /** The fewest samples that a fold's network would be trained on. */
    static int fewestToTrainOn(int[] folds) {
        int[] sizes = new int[Arrays.stream(folds).max().orElse(0) + 1];
        Arrays.stream(folds).forEach(fold -> sizes[fold]++);
        return folds.length - Arrays.stream(sizes).max().orElse(0);
    }

    @Override
    public List<Prediction> judge(TrainingData data, IntConsumer progress) throws TrainingException {
        Prediction[] predictions = new Prediction[data.size()];
        int count = Arrays.stream(folds).max().orElse(0) + 1;
        for (int fold = 0; fold < count; fold++) {
            int own = fold;
            int[] judged = samples(of -> of == own);
            if (judged.length == 0) {
                continue;
            }
            TrainingData part = data.part(judged);
            try (TrainingEngine engine = new TrainingEngine(training, start, bfloat16, threads)) {
                engine.train(data.part(samples(of -> of != own)), part, folder.resolve("fold-" + fold), new Listener(stopped,
                        share -> progress.accept((int) (data.size() * (own + share) / count))));
                List<Prediction> read = engine.judge(part, done -> { });
                for (int i = 0; i < read.size(); i++) {
                    predictions[judged[i]] = read.get(i);
                }
            } catch (IOException | InvalidWeightsException e) {
                throw new TrainingException("the network that judges fold " + (fold + 1) + " of " + count
                        + " cannot be trained: " + e.getMessage(), e);
            }
        }
        return List.of(predictions);
    }

    private int[] samples(IntPredicate ofFold) {
        return IntStream.range(0, folds.length).filter(sample -> ofFold.test(folds[sample])).toArray();
    }

    private record Listener(BooleanSupplier stop, DoubleConsumer share) implements TrainingListener {

        @Override
        public void step(Step step) {
            if (!stop.getAsBoolean()) {
                share.accept(step.progress());
            }
        }

        @Override
        public void validated(double epoch, Validation figures) {
            // of one fold: says nothing about the run's model
        }

        @Override
        public boolean stopped() {
            return stop.getAsBoolean();
        }
    }
}
