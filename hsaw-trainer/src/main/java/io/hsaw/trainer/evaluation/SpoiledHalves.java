package io.hsaw.trainer.evaluation;

import io.hsaw.contracts.HalfFacePair;
import io.hsaw.network.HalfFaceFigures.Change;
import io.hsaw.network.HalfFaceFigures.Difference;
import io.hsaw.network.HalfFaceFigures.Share;
import io.hsaw.network.Prediction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.function.Function;

/**
 * A network that reads each face as it is and besides with one half spoiled, in every way of {@link HalfChange}: seven
 * passes for each face. Gives the predictions of the faces as they are and keeps the others for {@link #changes}.
 */
public final class SpoiledHalves implements Function<List<HalfFacePair>, List<Prediction>> {

    private final Function<List<HalfFacePair>, List<Prediction>> network;
    private final List<Variant> variants = new ArrayList<>();

    private record Variant(HalfChange change, Half half, List<Prediction> predictions) {
    }

    /** @param network one prediction per face, in the same order */
    public SpoiledHalves(Function<List<HalfFacePair>, List<Prediction>> network) {
        this.network = network;
        for (HalfChange change : HalfChange.values()) {
            for (Half half : Half.values()) {
                variants.add(new Variant(change, half, new ArrayList<>()));
            }
        }
    }

    @Override
    public List<Prediction> apply(List<HalfFacePair> faces) {
        for (Variant variant : variants) {
            variant.predictions.addAll(network.apply(
                    faces.stream().map(face -> variant.change.of(face, variant.half)).toList()));
        }
        return network.apply(faces);
    }

    /**
     * What each change did.
     *
     * @param outcomes of all faces that were read, at least one, in that order
     */
    List<Change> changes(List<Outcome> outcomes) {
        return variants.stream().map(variant -> change(variant, outcomes)).toList();
    }

    private static Change change(Variant variant, List<Outcome> outcomes) {
        int n = outcomes.size();
        double[] own = new double[n];
        double[] other = new double[n];
        double[] right = new double[n];
        double[] contribution = new double[n];
        double before = 0;
        int after = 0;
        for (int i = 0; i < n; i++) {
            Outcome outcome = outcomes.get(i);
            Prediction plain = outcome.prediction();
            Prediction changed = variant.predictions.get(i);
            own[i] = variant.half.weight(changed) - variant.half.weight(plain);
            other[i] = variant.half.other().weight(changed) - variant.half.other().weight(plain);
            contribution[i] = contribution(variant.half, changed) - contribution(variant.half, plain);
            before += contribution(variant.half, plain) / n;
            int rightAfter = Answer.right(outcome.label(), changed);
            right[i] = rightAfter - Answer.right(outcome.label(), plain);
            after += rightAfter;
        }
        int falls = (int) Arrays.stream(own).filter(difference -> difference < 0).count();
        return new Change(variant.change.label(), variant.half.label(), n, Difference.of(own), Difference.of(other),
                Share.of(falls, n), before, Difference.of(contribution), Share.of(after, n), Difference.of(right));
    }

    /** The greatest less the least of what the half adds to the seven logits. */
    private static double contribution(Half half, Prediction prediction) {
        DoubleSummaryStatistics logits = Arrays.stream(half.logits(prediction)).summaryStatistics();
        return half.weight(prediction) * (logits.getMax() - logits.getMin());
    }
}
