package io.hsaw.trainer.robustness;

import io.hsaw.network.Interval;
import io.hsaw.network.Temperatures;
import io.hsaw.trainer.evaluation.EvaluationFigures;
import io.hsaw.trainer.evaluation.Outcome;
import java.util.List;

/**
 * How well the model reads faces under one condition.
 *
 * @param kind              of the condition; null for the pictures as they are
 * @param series            tells lines of one plot apart
 * @param level             how strong it is
 * @param samples           how many
 * @param changed           in so many of them something was changed
 * @param facesFound        in so many a face was found; all count
 * @param accuracy          fused, from 0 to 1
 * @param interval          of the accuracy, 95 %
 * @param meanClassAccuracy mean recall of the classes that occur
 */
public record Measured(Kind kind, String series, String level, int samples, int changed, int facesFound, double accuracy,
        Interval interval, double meanClassAccuracy) {

    /** The name of what nothing is done to. */
    static final String PLAIN = "as it is";

    static Measured of(Kind kind, String series, String level, int changed, List<Outcome> outcomes) {
        EvaluationFigures figures = EvaluationFigures.of(outcomes, Temperatures.NONE);
        return new Measured(kind, series, level, outcomes.size(), changed, figures.facesFound(), figures.accuracy(),
                figures.accuracyInterval(), figures.meanClassAccuracy());
    }

    boolean isOf(Condition condition) {
        return condition.kind() == kind && condition.series().equals(series) && condition.level().equals(level);
    }
}
