package io.hsaw.trainer.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.contracts.HalfFacePair;
import io.hsaw.network.Prediction;
import io.hsaw.network.Temperatures;
import io.hsaw.trainer.dataset.DataSet;
import io.hsaw.trainer.dataset.DataSetException;
import io.hsaw.trainer.dataset.DataSetFormat;
import io.hsaw.trainer.dataset.Progress;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluatorTest {

    private static final int PER_CLASS = 20;

    @TempDir
    Path folder;

    private final List<Integer> batches = new ArrayList<>();
    private final Evaluator evaluator = new Evaluator(this::darkIsAngerAndBrightIsHappiness, 2);

    /** Dark pictures named angry, bright ones named happy, one bright one named angry. */
    @BeforeEach
    void pictures() throws Exception {
        for (int i = 0; i < PER_CLASS; i++) {
            picture("angry", i, i == 0 ? 200 : 50);
            picture("happy", i, 200);
        }
    }

    private void picture(String name, int number, int level) throws Exception {
        BufferedImage image = new BufferedImage(48, 48, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < 48 * 48; i++) {
            image.getRaster().setSample(i % 48, i / 48, 0, level + i % 7);
        }
        Path file = folder.resolve(name).resolve(number + ".png");
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
    }

    private EvaluationFigures figures(DataSet pictures, int limit, Progress progress) throws Exception {
        return EvaluationFigures.of(evaluator.outcomes(pictures, "all", limit, progress), Temperatures.NONE);
    }

    private List<Prediction> darkIsAngerAndBrightIsHappiness(List<HalfFacePair> faces) {
        batches.add(faces.size());
        return faces.stream().map(face -> {
            double[] all = new double[7];
            all[(face.left().pixels()[0] & 255) < 128 ? 0 : 3] = 3;
            return new Prediction(all, new double[7], new double[7], 0.5, 0.5);
        }).toList();
    }

    @Test
    void everySampleCountsAgainstItsLabelWhetherAFaceIsFoundOrNot() throws Exception {
        try (DataSet pictures = DataSetFormat.FOLDER.open(folder)) {
            List<Integer> progress = new ArrayList<>();
            EvaluationFigures figures =
                    figures(pictures, Integer.MAX_VALUE, (done, total) -> progress.add(done));
            assertEquals(40, figures.samples());
            assertEquals(39 / 40.0, figures.accuracy());
            assertEquals(19 / 20.0, figures.recall().get("anger"));
            assertEquals(1.0, figures.recall().get("happiness"));
            assertEquals(0, figures.facesFound());
            assertEquals(40, batches.stream().mapToInt(n -> n).sum());
            assertEquals(40, progress.get(progress.size() - 1));
        }
    }

    @Test
    void aLimitTakesSamplesOfAllClasses() throws Exception {
        try (DataSet pictures = DataSetFormat.FOLDER.open(folder)) {
            EvaluationFigures figures = figures(pictures, 10, Progress.NONE);
            assertEquals(10, figures.samples());
            assertEquals(5, figures.confusion().get(3).get(3));
            assertThrows(IllegalArgumentException.class, () -> figures(pictures, 0, Progress.NONE));
        }
    }

    @Test
    void aPictureThatCannotBeReadIsNamedAndNotLeftOut() throws Exception {
        Files.write(folder.resolve("happy/9.png"), new byte[] {1, 2, 3});
        try (DataSet pictures = DataSetFormat.FOLDER.open(folder)) {
            String message = assertThrows(DataSetException.class,
                    () -> figures(pictures, Integer.MAX_VALUE, Progress.NONE)).getMessage();
            assertTrue(message.startsWith(folder.resolve("happy/9.png") + ": expected a complete picture"), message);
        }
    }
}
