package io.hsaw.trainer.evaluation;

import static io.hsaw.contracts.Expression.ANGER;
import static io.hsaw.contracts.Expression.FEAR;
import static io.hsaw.contracts.Expression.NEUTRAL;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.HalfFacePair;
import io.hsaw.contracts.RgbImage;
import io.hsaw.network.HalfFaceFigures;
import io.hsaw.network.HalfFaceFigures.Change;
import io.hsaw.network.HalfFaceFigures.Share;
import io.hsaw.network.HalfFaceFigures.Weights;
import io.hsaw.network.Interval;
import io.hsaw.network.Prediction;
import io.hsaw.trainer.picture.Pixels;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HalvesTest {

    private static Outcome outcome(Expression label, Expression all, Expression left, Expression right, double weightLeft,
            double weightRight) {
        return new Outcome(label, new Prediction(Outcomes.logits(all, 1), Outcomes.logits(left, 3),
                Outcomes.logits(right, 3), weightLeft, weightRight), true);
    }

    private static final List<Outcome> FOUR = List.of(
            outcome(ANGER, ANGER, ANGER, ANGER, 0.5, 0.5),
            // P_aux: anger 3 × 0.75, fear 3 × 0.25
            outcome(ANGER, FEAR, ANGER, FEAR, 0.75, 0.25),
            outcome(FEAR, NEUTRAL, NEUTRAL, NEUTRAL, 0.25, 0.5),
            // P_aux: anger 1.5, fear 0.75; P: fear 1.75
            outcome(FEAR, FEAR, ANGER, FEAR, 0.5, 0.25));

    /**
     * The answer is anger where both halves are brighter than 100. A half of mean level m has the weight m / 255, and says the
     * same by a logit of m / 51.
     */
    private static List<Prediction> readsBrightness(List<HalfFacePair> faces) {
        return faces.stream().map(face -> {
            double left = mean(face.left());
            double right = mean(face.right());
            Expression answer = Math.min(left, right) > 100 ? ANGER : FEAR;
            return new Prediction(Outcomes.logits(answer, 1), Outcomes.logits(answer, left / 51),
                    Outcomes.logits(answer, right / 51), left / 255, right / 255);
        }).toList();
    }

    private static double mean(RgbImage image) {
        double sum = 0;
        for (byte level : image.pixels()) {
            sum += level & 255;
        }
        return sum / image.pixels().length;
    }

    private static HalfFaceFigures figures() {
        SpoiledHalves spoiled = new SpoiledHalves(HalvesTest::readsBrightness);
        List<HalfFacePair> faces = List.of(
                new HalfFacePair(Pixels.filled(20, 40, 200), Pixels.filled(20, 40, 150)),
                new HalfFacePair(Pixels.filled(20, 40, 110), Pixels.filled(20, 40, 150)));
        List<Prediction> plain = spoiled.apply(faces);
        return Halves.of("four samples", FOUR, spoiled,
                plain.stream().map(prediction -> new Outcome(ANGER, prediction, true)).toList());
    }

    @Test
    void eachPartIsCountedByItself() {
        HalfFaceFigures figures = figures();

        assertEquals("four samples", figures.data());
        assertEquals(List.of("left", "right", "whole", "auxiliary", "fused"), List.copyOf(figures.accuracy().keySet()));
        assertEquals(new Share(4, 0.5, Interval.wilson(2, 4)), figures.accuracy().get("left"));
        assertEquals(new Share(4, 0.5, Interval.wilson(2, 4)), figures.accuracy().get("right"));
        assertEquals(0.5, figures.accuracy().get("whole").share());
        assertEquals(0.5, figures.accuracy().get("auxiliary").share());
        assertEquals(0.75, figures.accuracy().get("fused").share());
    }

    @Test
    void weightsAreMeansOfTheLabelsSamples() {
        HalfFaceFigures figures = figures();

        assertEquals(Set.of("anger", "fear"), figures.weights().keySet());
        assertEquals(new Weights(2, 0.625, 0.375), figures.weights().get("anger"));
        assertEquals(new Weights(2, 0.375, 0.375), figures.weights().get("fear"));
    }

    @Test
    void agreementOfTheHalvesIsSetAgainstTheFusedAnswer() {
        HalfFaceFigures.Agreement agreement = figures().agreement();

        assertEquals(0.5, agreement.agree().share());
        // the two that agree: anger right, neutral wrong; of the others both are right
        assertEquals(0.5, agreement.whenAgree().share());
        assertEquals(new Share(2, 1.0, Interval.wilson(2, 2)), agreement.whenNot());
    }

    @Test
    void aShareOfNothingIsNone() {
        Share none = Share.of(0, 0);
        assertNull(none.share());
        assertEquals(new Interval(0, 1), none.interval());
    }

    @Test
    void aSpoiledHalfIsSetAgainstTheSameFaceAsItIs() {
        HalfFaceFigures figures = figures();

        assertEquals(6, figures.changes().size());
        Change occluded = figures.changes().get(0);
        assertEquals("occluded left", occluded.change() + " " + occluded.half());
        assertEquals(2, occluded.samples());
        // 200 → 128 and 110 → 128
        assertEquals((128 - 200 + 128 - 110) / 510.0, occluded.ownWeight().mean(), 1e-12);
        assertEquals(0, occluded.otherWeight().mean());
        assertEquals(new Share(2, 0.5, Interval.wilson(1, 2)), occluded.ownWeightFalls());
        assertEquals((200 * 200 + 110 * 110) / (2.0 * 255 * 51), occluded.ownContribution(), 1e-12);
        assertEquals((2 * 128 * 128 - 200 * 200 - 110 * 110) / (2.0 * 255 * 51), occluded.ownContributionDifference().mean(),
                1e-12);
        assertEquals(1.0, occluded.fusedAccuracy().share());
        assertEquals(0, occluded.fusedDifference().mean());

        Change darkened = figures.changes().get(3);
        assertEquals("darkened right", darkened.change() + " " + darkened.half());
        assertEquals((30 - 150) / 255.0, darkened.ownWeight().mean(), 1e-12);
        assertEquals(new Interval((30 - 150) / 255.0, (30 - 150) / 255.0), darkened.ownWeight().interval());
        assertEquals(1.0, darkened.ownWeightFalls().share());
        // too dark for anger, of which both were
        assertEquals(0.0, darkened.fusedAccuracy().share());
        assertEquals(-1, darkened.fusedDifference().mean());
    }

    @Test
    void onlyTheNamedHalfIsSpoiled() {
        RgbImage stripes = Pixels.filled(20, 40, 0);
        for (int i = 0; i < stripes.pixels().length; i += 6) {
            stripes.pixels()[i] = (byte) 200;
        }
        for (HalfChange change : HalfChange.values()) {
            HalfFacePair left = change.of(new HalfFacePair(stripes, stripes), Half.LEFT);
            assertNotEquals(stripes, left.left());
            assertEquals(stripes, left.right());
            HalfFacePair right = change.of(new HalfFacePair(stripes, stripes), Half.RIGHT);
            assertEquals(stripes, right.left());
            assertEquals(left.left(), right.right());
        }
        assertTrue(mean(HalfChange.BLURRED.of(stripes)) > 30);
    }
}
