package io.hsaw.trainer.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.HalfFacePair;
import io.hsaw.contracts.RgbImage;
import io.hsaw.network.Prediction;
import io.hsaw.network.training.Augmentation;
import io.hsaw.network.training.TrainingData;
import io.hsaw.network.training.TrainingEngine;
import io.hsaw.network.training.TrainingException;
import io.hsaw.network.training.TrainingListener;
import io.hsaw.network.training.TrainingSettings;
import io.hsaw.network.training.Validation;
import io.hsaw.network.weights.InitialWeights;
import io.hsaw.network.weights.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldedJudgeTest {

    private static final TrainingSettings SETTINGS = new TrainingSettings.Builder().size(64).batch(2, 2).lasting(2, null)
            .augmentation(Augmentation.NONE).build();
    private static final Map<String, Tensor> START = InitialWeights.random(1);
    private static final int[] FOLDS = {0, 1, 0, 1, 1, 0, 1};

    @TempDir
    private Path folder;

    /** Against networks trained by hand on what is not in the fold. */
    @Test
    void eachSampleIsJudgedByANetworkThatWasTrainedOnTheOthers() throws Exception {
        int[][] judged = {{0, 2, 5}, {1, 3, 4, 6}};
        Prediction[] expected = new Prediction[FOLDS.length];
        for (int fold = 0; fold < 2; fold++) {
            try (TrainingEngine engine = new TrainingEngine(SETTINGS, START, false, 1)) {
                engine.train(faces(judged[1 - fold]), faces(judged[fold]), null, new Silent());
                List<Prediction> read = engine.judge(faces(judged[fold]), done -> { });
                for (int i = 0; i < read.size(); i++) {
                    expected[judged[fold][i]] = read.get(i);
                }
            }
        }

        assertSame(List.of(expected), judge(() -> false));
    }

    @Test
    void stoppedAndCalledAgainItComesToTheSame() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        assertThrows(TrainingException.class, () -> judge(() -> asked.incrementAndGet() > 9), "in the second fold");
        List<Prediction> resumed = judge(() -> false);

        folder = Files.createDirectory(folder.resolve("through"));
        assertSame(judge(() -> false), resumed);
    }

    /** 0xffffffff = 5 · 858993459. */
    @Test
    void aPictureIsInTheFoldThatItsHashSays() {
        assertEquals(0, FoldedJudge.fold("a".repeat(56) + "ffffffff", 5));
        assertEquals(4, FoldedJudge.fold("b".repeat(56) + "fffffffe", 5));
        assertEquals(2, FoldedJudge.fold("c".repeat(56) + "00000002", 5));
    }

    @Test
    void theLargestFoldLeavesTheFewestToTrainOn() {
        assertEquals(3, FoldedJudge.fewestToTrainOn(FOLDS));
        assertEquals(0, FoldedJudge.fewestToTrainOn(new int[4]));
    }

    private List<Prediction> judge(BooleanSupplier stopped) throws TrainingException {
        return new FoldedJudge(SETTINGS, START, false, 1, FOLDS, folder, stopped)
                .judge(faces(IntStream.range(0, FOLDS.length).toArray()), done -> { });
    }

    private static void assertSame(List<Prediction> expected, List<Prediction> found) {
        assertEquals(expected.size(), found.size());
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i).fused(), found.get(i).fused());
            assertArrayEquals(expected.get(i).aux(), found.get(i).aux());
        }
    }

    /** Grey faces, the lighter the higher their number; even ones happy, odd ones sad. */
    private static TrainingData faces(int... numbers) {
        return new TrainingData() {
            @Override
            public int size() {
                return numbers.length;
            }

            @Override
            public HalfFacePair halves(int index) {
                byte[] grey = new byte[32 * 64 * 3];
                Arrays.fill(grey, (byte) (30 * numbers[index]));
                RgbImage half = new RgbImage(32, 64, grey);
                return new HalfFacePair(half, half);
            }

            @Override
            public Expression label(int index) {
                return numbers[index] % 2 == 0 ? Expression.HAPPINESS : Expression.SADNESS;
            }
        };
    }

    private static final class Silent implements TrainingListener {

        @Override
        public void step(Step step) {
            // nobody looks
        }

        @Override
        public void validated(double epoch, Validation figures) {
            // nobody looks
        }
    }
}
