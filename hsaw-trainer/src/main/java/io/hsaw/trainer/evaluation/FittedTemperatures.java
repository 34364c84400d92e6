package io.hsaw.trainer.evaluation;

import io.hsaw.network.Temperatures;
import java.util.ArrayList;
import java.util.List;

/**
 * Temperatures fitted to the samples that are being measured, and what they are worth.
 *
 * @param temperatures                fitted to all samples
 * @param calibrationError            with them, on the same samples: a little too good
 * @param crossFittedCalibrationError of every second sample with a temperature fitted to the others, and the reverse: what
 *                                    to expect on other pictures; null of a single sample
 * @param uncertainBelow              see {@link RiskCoverage}, with them
 */
public record FittedTemperatures(Temperatures temperatures, double calibrationError, Double crossFittedCalibrationError,
        double uncertainBelow) {

    /** @param outcomes at least one */
    public static FittedTemperatures of(List<Outcome> outcomes) {
        Temperatures temperatures = TemperatureFit.fit(outcomes);
        return new FittedTemperatures(temperatures,
                Reliability.of(outcomes, temperatures.fused()).calibrationError(), crossFitted(outcomes),
                RiskCoverage.of(outcomes, temperatures.fused()).uncertainBelow());
    }

    private static Double crossFitted(List<Outcome> outcomes) {
        if (outcomes.size() < 2) {
            return null;
        }
        List<List<Outcome>> folds = List.of(new ArrayList<>(), new ArrayList<>());
        for (int i = 0; i < outcomes.size(); i++) {
            folds.get(i % 2).add(outcomes.get(i));
        }
        List<Answer> answers = new ArrayList<>();
        for (int fold = 0; fold < 2; fold++) {
            answers.addAll(Answer.of(folds.get(fold), TemperatureFit.fit(folds.get(1 - fold)).fused()));
        }
        return Reliability.of(answers).calibrationError();
    }
}
