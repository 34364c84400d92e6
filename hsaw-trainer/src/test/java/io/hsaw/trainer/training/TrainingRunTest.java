package io.hsaw.trainer.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.network.ModelCard;
import io.hsaw.network.ModelFiles;
import io.hsaw.network.training.TrainingException;
import io.hsaw.network.training.TrainingSettings;
import io.hsaw.network.training.Validation;
import io.hsaw.network.weights.InvalidWeightsException;
import io.hsaw.network.weights.SafeTensors;
import io.hsaw.network.weights.Tensor;
import io.hsaw.trainer.dataset.DataSet;
import io.hsaw.trainer.dataset.DataSetFormat;
import io.hsaw.trainer.evaluation.EvaluationFigures;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingRunTest {

    @TempDir
    Path folder;

    /** Six pictures of noise in each of two classes: one of each is held out. */
    private DataSet dataSet(String name, long seed) throws Exception {
        Random random = new Random(seed);
        for (String expression : List.of("happy", "sad")) {
            for (int n = 0; n < 6; n++) {
                BufferedImage image = new BufferedImage(48, 48, BufferedImage.TYPE_BYTE_GRAY);
                for (int i = 0; i < 48 * 48; i++) {
                    image.getRaster().setSample(i % 48, i / 48, 0, random.nextInt(256));
                }
                Path file = folder.resolve(name).resolve(expression).resolve(n + ".png");
                Files.createDirectories(file.getParent());
                ImageIO.write(image, "png", file.toFile());
            }
        }
        return DataSetFormat.FOLDER.open(folder.resolve(name)).named(name);
    }

    private TrainingRun run(Path start) {
        TrainingSettings settings = TrainingSettings.modern().but().stage(TrainingSettings.Stage.WHOLE, 0).size(64)
                .batch(10, 10).lasting(2, null).build();
        return new TrainingRun("tiny", "1", folder.resolve("run"), start, null, settings, false, 1);
    }

    /** Stops the run at a step; 0 for never. */
    private record StopAt(long step, long[] last) implements TrainingRun.Listener {
        @Override
        public void step(Step at) {
            last[0] = at.step();
        }

        @Override
        public boolean stopped() {
            return last[0] == step;
        }

        @Override
        public void validated(double epoch, Validation figures) {
            assertEquals(4, figures.faces(), "one face of each class of each data set");
        }

        @Override
        public void framing(String dataSet, int done, int total) {
            assertEquals(12, total);
        }

        @Override
        public void measuring(int done, int total) {
            assertTrue(done <= total);
        }
    }

    @Test
    void oneModelIsTrainedOnSeveralDataSetsAndStopsAndGoesOn() throws Exception {
        try (DataSet one = dataSet("one", 1); DataSet two = dataSet("two", 2)) {
            TrainingRun run = run(null);
            // two steps an epoch: in the middle of the second one
            assertThrows(TrainingException.class, () -> run.run(List.of(one, two), new StopAt(3, new long[1])));
            assertEquals(2, Files.readAllLines(folder.resolve("run/history.csv")).size());

            Map<String, EvaluationFigures> figures = run.run(List.of(one, two), new StopAt(0, new long[] {-1}));
            assertEquals(List.of("one", "two", FinishedModel.TOGETHER), List.copyOf(figures.keySet()));
            assertEquals(2, figures.get("two").samples());
            assertEquals(4, figures.get(FinishedModel.TOGETHER).samples());
            assertEquals(3, Files.readAllLines(folder.resolve("run/history.csv")).size());
            assertTrue(Files.exists(run.curve()));

            ModelCard card = ModelFiles.readCard(run.model());
            assertTrue(card.data().contains("one: 10 faces of train") && card.data().contains("two: 10 faces of train"),
                    card.data());
            assertTrue(card.splitRule().contains("train of one") && card.splitRule().contains("train of two"), card.splitRule());
            assertEquals(4, card.figures().samples());
        }
    }

    @Test
    void weightsOfAnotherShapeAreNamedBeforeAnythingElse() throws Exception {
        Path start = folder.resolve("other.safetensors");
        SafeTensors.write(start, Map.of("conv1.weight", new Tensor(new long[] {1}, new float[] {1})), name -> false);
        String message = assertThrows(InvalidWeightsException.class,
                () -> run(start).run(List.of(), new StopAt(0, new long[1]))).getMessage();
        assertTrue(message.contains("other.safetensors") && message.contains("conv1.weight")
                && message.contains("weights of another network"), message);
    }

    @Test
    void aFileWhereTheRunsFolderIsToBeIsNamed() throws Exception {
        Files.writeString(folder.resolve("run"), "no folder");
        String message = assertThrows(TrainingException.class,
                () -> run(null).run(List.of(), new StopAt(0, new long[1]))).getMessage();
        assertTrue(message.contains(folder.resolve("run").toString()), message);
    }
}
