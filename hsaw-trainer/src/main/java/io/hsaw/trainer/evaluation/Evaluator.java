package io.hsaw.trainer.evaluation;

import io.hsaw.contracts.HalfFacePair;
import io.hsaw.network.Prediction;
import io.hsaw.trainer.dataset.DataSet;
import io.hsaw.trainer.dataset.DataSetException;
import io.hsaw.trainer.dataset.FramedDataSet;
import io.hsaw.trainer.dataset.FramedSample;
import io.hsaw.trainer.dataset.ParallelFramer;
import io.hsaw.trainer.dataset.Progress;
import io.hsaw.trainer.dataset.SampleRef;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Measures a model on a split of a data set, against the data set's own labels. Every sample of the split counts. */
public final class Evaluator {

    /** Faces given to the network at once. */
    private static final int BATCH = 16;

    private final Function<List<HalfFacePair>, List<Prediction>> network;
    private final int threads;

    /**
     * @param network one prediction per face, in the same order: {@code HsawModel::predict}
     * @param threads samples framed at a time
     */
    public Evaluator(Function<List<HalfFacePair>, List<Prediction>> network, int threads) {
        this.network = network;
        this.threads = threads;
    }

    /**
     * What the network says of each sample of a split, in order.
     *
     * @param limit at most so many samples, taken at equal distances so that all classes occur
     * @throws DataSetException if there is no such split, it is empty, or a picture cannot be read
     */
    public List<Outcome> outcomes(DataSet dataSet, String split, int limit, Progress progress)
            throws DataSetException, InterruptedException {
        return outcomes(spread(dataSet.samples(split), limit), progress);
    }

    /** What the network says of samples, in order; otherwise as above. */
    public List<Outcome> outcomes(List<SampleRef> samples, Progress progress)
            throws DataSetException, InterruptedException {
        List<Outcome> outcomes = new ArrayList<>(samples.size());
        try (ParallelFramer framer = new ParallelFramer(threads)) {
            for (int from = 0; from < samples.size(); from += BATCH) {
                List<SampleRef> batch = samples.subList(from, Math.min(samples.size(), from + BATCH));
                List<FramedSample> framed = framer.frame(batch);
                List<Prediction> predictions = network.apply(framed.stream().map(FramedSample::halves).toList());
                for (int i = 0; i < batch.size(); i++) {
                    outcomes.add(new Outcome(batch.get(i).label(), predictions.get(i), framed.get(i).faceFound()));
                }
                progress.at(outcomes.size(), samples.size());
            }
        }
        return outcomes;
    }

    /**
     * What the network says of faces that are framed already, in order.
     */
    public static List<Outcome> outcomes(Function<List<HalfFacePair>, List<Prediction>> network, FramedDataSet faces,
            Progress progress) {
        List<Outcome> outcomes = new ArrayList<>(faces.size());
        while (outcomes.size() < faces.size()) {
            int from = outcomes.size();
            List<HalfFacePair> batch = IntStream.range(from, Math.min(faces.size(), from + BATCH)).mapToObj(faces::halves)
                    .toList();
            for (Prediction prediction : network.apply(batch)) {
                int i = outcomes.size();
                outcomes.add(new Outcome(faces.label(i), prediction, faces.found(i)));
            }
            progress.at(outcomes.size(), faces.size());
        }
        return outcomes;
    }

    /** At most so many of the samples, at equal distances, in order. */
    public static List<SampleRef> spread(List<SampleRef> samples, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("at least one sample must be evaluated, found a limit of " + limit);
        }
        int n = Math.min(limit, samples.size());
        return IntStream.range(0, n).mapToObj(i -> samples.get((int) ((long) i * samples.size() / n))).toList();
    }
}
