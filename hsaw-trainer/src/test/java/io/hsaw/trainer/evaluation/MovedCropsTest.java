package io.hsaw.trainer.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.HalfFacePair;
import io.hsaw.contracts.RgbImage;
import io.hsaw.network.Prediction;
import io.hsaw.network.Temperatures;
import io.hsaw.trainer.picture.Pixels;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MovedCropsTest {

    /** 100 high and wide; each pixel's level is twice its column. */
    private static HalfFacePair ramp() {
        return new HalfFacePair(ramp(50), ramp(0));
    }

    private static RgbImage ramp(int from) {
        RgbImage half = Pixels.filled(50, 100, 0);
        for (int i = 0; i < half.pixels().length; i++) {
            half.pixels()[i] = (byte) (2 * (from + i / 3 % 50));
        }
        return half;
    }

    private static int level(RgbImage image, int x, int y) {
        return image.pixels()[3 * (y * image.width() + x)] & 255;
    }

    @Test
    void aFaceThatIsNotMovedStaysAsItIs() {
        assertEquals(ramp(), MovedCrops.moved(ramp(), 0, 0, 1));
    }

    @Test
    void aFrameMovedToTheRightShowsWhatIsFurtherRightAndRepeatsTheBorder() {
        HalfFacePair moved = MovedCrops.moved(ramp(), 0.03, 0, 1);

        // the person's right half is the image's left
        assertEquals(2 * 3, level(moved.right(), 0, 50));
        assertEquals(2 * 53, level(moved.left(), 0, 50));
        assertEquals(2 * 99, level(moved.left(), 49, 50));
    }

    @Test
    void aSmallerFrameShowsLess() {
        HalfFacePair moved = MovedCrops.moved(ramp(), 0, 0, 0.9);

        assertEquals(90, moved.left().height());
        assertEquals(2 * 5, level(moved.right(), 0, 0));
        assertEquals(2 * 94, level(moved.left(), 44, 0));
    }

    @Test
    void theMeanOfPredictionsHasTheMeanOfTheirFusedLogits() {
        List<Prediction> predictions = IntStream.range(0, 3).mapToObj(i -> new Prediction(
                Outcomes.logits(Expression.FEAR, i), Outcomes.logits(Expression.ANGER, 2 * i + 1),
                Outcomes.logits(Expression.DISGUST, 3 - i), i / 2.0, 1 - i / 4.0)).toList();
        double[] expected = new double[Expression.COUNT];
        for (Prediction prediction : predictions) {
            for (int i = 0; i < expected.length; i++) {
                expected[i] += prediction.fused()[i] / 3;
            }
        }
        Prediction mean = MovedCrops.mean(predictions);

        assertArrayEquals(expected, mean.fused(), 1e-12);
        assertEquals(0.5, mean.weightLeft(), 1e-12);
        assertEquals(0.75, mean.weightRight(), 1e-12);
    }

    @Test
    void theMeanIsSetAgainstThePlainCropOfTheSameFaces() {
        // anger, but fear wherever the first column is not black: in every crop but those moved left
        MovedCrops moved = new MovedCrops(faces -> faces.stream().map(face -> new Prediction(
                Outcomes.logits(level(face.right(), 0, 50) == 0 ? Expression.ANGER : Expression.FEAR, 1),
                new double[7], new double[7], 0.5, 0.5)).toList(), 5);
        List<Prediction> plain = moved.apply(List.of(ramp()));
        assertEquals(Expression.ANGER, Prediction.named(plain.get(0).fused()));
        moved.apply(List.of(ramp()));

        // plain, left and larger say anger, right and smaller fear
        List<Outcome> outcomes = List.of(new Outcome(Expression.ANGER, plain.get(0), true),
                new Outcome(Expression.FEAR, plain.get(0), true));
        MovedCrops.Figures figures = moved.figures(outcomes, Temperatures.NONE);
        assertEquals(5, figures.crops());
        assertEquals(0.5, figures.accuracy());
        assertEquals(0, figures.difference().mean());
        assertTrue(figures.plainMillis() > 0 && figures.price() > 1, figures.toString());
        assertEquals(figures.movedMillis() / figures.plainMillis(), figures.price(), 1e-9);
        // 3/5 against 2/5 of a logit: e^0.6 / (e^0.6 + e^0.4 + 5) = 0.219, right once in two
        assertEquals(0.5 - Math.exp(0.6) / (Math.exp(0.6) + Math.exp(0.4) + 5), figures.calibrationError(), 1e-12);
    }

    @Test
    void oneCropAndTooManyAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new MovedCrops(faces -> List.of(), 1));
        assertThrows(IllegalArgumentException.class, () -> new MovedCrops(faces -> List.of(), MovedCrops.MOST + 1));
    }
}
