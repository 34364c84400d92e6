package io.hsaw.trainer.evaluation;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hsaw.network.Interval;
import io.hsaw.network.Temperatures;
import io.hsaw.trainer.dataset.DataSet;
import io.hsaw.trainer.dataset.DataSetException;
import io.hsaw.trainer.dataset.Progress;
import io.hsaw.trainer.dataset.Repeats;
import io.hsaw.trainer.dataset.SampleRef;
import java.util.ArrayList;
import java.util.List;

/**
 * Pictures that data sets hold more than once, and what they do to a model's accuracy.
 *
 * @param accuracy for each data set; null where no model is measured
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LeakReport(Repeats repeats, List<Accuracy> accuracy) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * A model's accuracy on the pictures of a split.
     *
     * @param split    data set and split
     * @param all      every picture
     * @param repeated those of which a repeat is in a training part
     * @param others   the rest
     */
    public record Accuracy(String split, Share all, Share repeated, Share others) {
    }

    /** How many are read right; the accuracy is null where there are no samples. */
    public record Share(int samples, int right, Double accuracy, Interval interval) {
        private static Share of(List<Outcome> outcomes) {
            int n = outcomes.size();
            if (n == 0) {
                return new Share(0, 0, null, Interval.wilson(0, 0));
            }
            double accuracy = EvaluationFigures.of(outcomes, Temperatures.NONE).accuracy();
            int right = (int) Math.round(accuracy * n);
            return new Share(n, right, accuracy, Interval.wilson(right, n));
        }
    }

    /**
     * Measures on the split that a data set's figures are made on; where that is all of it, on its validation split.
     *
     * @param limit at most so many pictures, taken at equal distances
     */
    public static Accuracy measure(DataSet dataSet, Repeats repeats, Evaluator evaluator, int limit, Progress progress)
            throws DataSetException, InterruptedException {
        String split = dataSet.evaluationSplit().equals(DataSet.ALL) ? dataSet.validationSplit()
                : dataSet.evaluationSplit();
        List<SampleRef> samples = Evaluator.spread(dataSet.samples(split), limit);
        List<Outcome> all = evaluator.outcomes(dataSet, split, limit, progress);
        List<Outcome> repeated = new ArrayList<>();
        List<Outcome> others = new ArrayList<>();
        for (int i = 0; i < samples.size(); i++) {
            (repeats.inTraining().contains(samples.get(i)) ? repeated : others).add(all.get(i));
        }
        return new Accuracy(dataSet.name() + "/" + split, Share.of(all), Share.of(repeated), Share.of(others));
    }

    /** The report as one line of JSON. */
    public String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write a report", e);
        }
    }
}
