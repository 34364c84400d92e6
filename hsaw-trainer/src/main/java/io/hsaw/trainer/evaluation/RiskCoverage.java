package io.hsaw.trainer.evaluation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What is gained by not answering where confidence is low: how many of the given answers are wrong, against how many are
 * given.
 *
 * @param area           under the curve: the mean risk over all coverages; 0 is best
 * @param uncertainBelow the confidence below which answers are better not given: the threshold with the greatest number
 *                       of right answers less wrong ones (Chow's rule where an answer withheld is worth half a right
 *                       one). With well calibrated confidence it is near 0.5. 1 if no answer is worth giving
 * @param points         by growing coverage, at most one for each percent; the last one is of all answers
 */
public record RiskCoverage(double area, double uncertainBelow, List<Point> points) {

    private static final int STEPS = 100;

    /**
     * One threshold.
     *
     * @param threshold answers of at least this confidence are given
     * @param coverage  share of samples that get an answer
     * @param risk      share of those answers that is wrong
     */
    public record Point(double threshold, double coverage, double risk) {
    }

    /**
     * Of some outcomes.
     *
     * @param outcomes    at least one
     * @param temperature of the fused logits
     */
    public static RiskCoverage of(List<Outcome> outcomes, double temperature) {
        return of(Answer.of(outcomes, temperature));
    }

    static RiskCoverage of(List<Answer> answers) {
        List<Answer> surestFirst = answers.stream()
                .sorted(Comparator.comparingDouble(Answer::confidence).reversed()).toList();
        int all = surestFirst.size();
        List<Point> points = new ArrayList<>();
        double area = 0;
        double uncertainBelow = 1;
        int most = 0;
        int wrong = 0;
        int before = 0;
        for (int given = 1; given <= all; given++) {
            Answer answer = surestFirst.get(given - 1);
            wrong += answer.right() ? 0 : 1;
            // answers of the same confidence are given together or not at all
            if (given == all || surestFirst.get(given).confidence() < answer.confidence()) {
                double risk = (double) wrong / given;
                area += risk * (given - before) / all;
                if (given == all || given * STEPS / all > before * STEPS / all) {
                    points.add(new Point(answer.confidence(), (double) given / all, risk));
                }
                int gain = given - 2 * wrong;
                if (gain > 0 && gain >= most) {
                    most = gain;
                    uncertainBelow = answer.confidence();
                }
                before = given;
            }
        }
        return new RiskCoverage(area, uncertainBelow, List.copyOf(points));
    }
}
