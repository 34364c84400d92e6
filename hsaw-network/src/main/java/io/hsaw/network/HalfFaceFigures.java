package io.hsaw.network;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the halves of faces say, each by itself and together, and whether a half's weight falls when the half is spoiled.
 * All intervals are of 95 %.
 *
 * @param data      which samples
 * @param accuracy  by part: {@code left}, {@code right}, {@code whole}, {@code auxiliary}, {@code fused}
 * @param weights   mean weights by the label's expression; expressions that do not occur are left out
 * @param agreement of the two halves' own answers
 * @param changes   one row for each change of each half
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record HalfFaceFigures(String data, Map<String, Share> accuracy, Map<String, Weights> weights,
        Agreement agreement, List<Change> changes) {

    /** @throws IllegalArgumentException naming what is missing */
    public HalfFaceFigures {
        require(data != null && accuracy != null && weights != null && agreement != null && changes != null,
                "halves needs data, accuracy, weights, agreement and changes");
        accuracy = Collections.unmodifiableMap(new LinkedHashMap<>(accuracy));
        weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
        changes = List.copyOf(changes);
    }

    /**
     * A share of some samples.
     *
     * @param samples  how many samples
     * @param share    from 0 to 1; null without samples
     * @param interval of the share
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Share(int samples, Double share, Interval interval) {

        /** @throws IllegalArgumentException if the share is none */
        public Share {
            require(samples == 0 ? share == null : share != null && share >= 0 && share <= 1 && interval != null,
                    "a share of " + samples + " samples cannot be " + share + " within " + interval);
        }

        /** The share {@code hits / samples}. */
        public static Share of(int hits, int samples) {
            return new Share(samples, samples == 0 ? null : (double) hits / samples, Interval.wilson(hits, samples));
        }
    }

    /**
     * The halves' mean weights, equation (2).
     *
     * @param samples how many
     * @param left    mean of w_left
     * @param right   mean of w_right
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Weights(int samples, double left, double right) {
    }

    /**
     * Agreement of the halves as a sign of a right answer.
     *
     * @param agree     share of samples whose P_left and P_right give the same expression
     * @param whenAgree fused accuracy of those
     * @param whenNot   fused accuracy of the others
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Agreement(Share agree, Share whenAgree, Share whenNot) {
    }

    /**
     * A mean change.
     *
     * @param mean     after less before
     * @param interval of the mean
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Difference(double mean, Interval interval) {

        /** Of each sample's change, at least one. */
        public static Difference of(double... changes) {
            return new Difference(Arrays.stream(changes).average().orElseThrow(), Interval.ofMean(changes));
        }
    }

    /**
     * What follows when one half of the face is spoiled and the other left as it is.
     *
     * @param change          what is done: {@code occluded}, {@code darkened} or {@code blurred}
     * @param half            to which half: {@code left} or {@code right}
     * @param samples         to how many faces
     * @param ownWeight       change of that half's weight; the method hopes that it falls
     * @param otherWeight     change of the other half's weight
     * @param ownWeightFalls  share of faces in which that half's weight falls
     * @param ownContribution what that half adds to P as the face is: mean over faces of the greatest less the least of its
     *                        seven terms w_i P_i of equation (5), in logits; null in cards from before it was measured
     * @param ownContributionDifference change of that, or null
     * @param fusedAccuracy   with the change
     * @param fusedDifference change of the fused accuracy
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Change(String change, String half, int samples, Difference ownWeight, Difference otherWeight,
            Share ownWeightFalls, Double ownContribution, Difference ownContributionDifference, Share fusedAccuracy,
            Difference fusedDifference) {
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
