package io.hsaw.network.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.HalfFacePair;
import io.hsaw.network.HsawModel;
import io.hsaw.network.ModelFiles;
import io.hsaw.network.NetworkSettings;
import io.hsaw.network.Prediction;
import io.hsaw.network.RandomNetwork;
import io.hsaw.network.heads.Losses;
import io.hsaw.network.weights.InitialWeights;
import io.hsaw.network.weights.NetworkLayout;
import io.hsaw.network.weights.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingEngineTest {

    private static final Map<String, Tensor> START = InitialWeights.random(1);

    @TempDir
    Path directory;

    @Test
    void aFewFacesAreLearnedByHeart() throws Exception {
        Recorder recorder = new Recorder();
        try (TrainingEngine engine = new TrainingEngine(settings(12), START, false, 2)) {
            engine.train(faces(2), faces(1), null, recorder);
        }
        double first = recorder.steps.get(0).crossEntropy();
        double last = recorder.steps.get(recorder.steps.size() - 1).crossEntropy();
        assertTrue(last < 0.5 * first, "cross-entropy went from " + first + " to " + last);
    }

    @Test
    void aRunThatWasStoppedGoesOnAsIfItHadNotBeen() throws Exception {
        Map<String, Tensor> through = trained(directory.resolve("through"), 2, new Recorder());

        Path stopped = directory.resolve("stopped");
        assertThrows(TrainingException.class, () -> trained(stopped, 2, new Recorder() {
            @Override
            public boolean stopped() {
                return true;
            }
        }));
        Recorder rest = new Recorder();
        Map<String, Tensor> resumed = trained(stopped, 2, rest);

        assertEquals(2, rest.steps.get(0).step(), "the first step was not done again");
        // The mean, not the greatest difference: where a gradient is all but nothing its sign is rounding, and the optimiser's
        // first steps have the learning rate's size (3e-4) whatever the gradient's.
        through.forEach((name, tensor) -> assertEquals(0, meanDifference(tensor, resumed.get(name)), 3e-6, name));
    }

    /** With gradient descent and momentum: the second update is 0.9 of the first and the second batch's own gradient. */
    @Test
    void anUpdateIsMadeOfItsOwnBatchesGradientsAlone() throws Exception {
        Map<String, Tensor> afterOne = new LinkedHashMap<>();
        Map<String, Tensor> afterTwo = descended(START, 2, afterOne);
        Map<String, Tensor> secondAlone = descended(afterOne, 1, new LinkedHashMap<>());

        for (String name : List.of(NetworkLayout.SELF_WEIGHT, NetworkLayout.HALF_FC, NetworkLayout.GLOBAL_FC,
                NetworkLayout.SUBPIXEL_WEIGHT, "layer4.1.conv2.weight", "layer1.0.bn1.weight")) {
            float[] start = START.get(name).values();
            float[] one = afterOne.get(name).values();
            float[] expected = secondAlone.get(name).values().clone();
            double update = 0;
            for (int i = 0; i < expected.length; i++) {
                expected[i] += (float) TrainingSettings.MOMENTUM * (one[i] - start[i]);
                update += Math.abs(one[i] - start[i]) / expected.length;
            }
            assertTrue(update > 0, name + " learns");
            assertEquals(0, meanDifference(new Tensor(START.get(name).shape(), expected), afterTwo.get(name)), 0.05 * update,
                    name);
        }
    }

    @Test
    void anInterruptionEndsTraining() {
        try (TrainingEngine engine = new TrainingEngine(settings(1), START, false, 2)) {
            Thread.currentThread().interrupt();
            TrainingException ended = assertThrows(TrainingException.class,
                    () -> engine.train(faces(2), faces(1), null, new Recorder()));
            assertTrue(ended.getMessage().contains("interrupted"), ended.getMessage());
        } finally {
            assertTrue(Thread.interrupted(), "the thread still knows");
        }
    }

    @Test
    void aDamagedCheckpointIsRefusedByName() throws Exception {
        trained(directory, 1, new Recorder());
        Checkpoint.State state = Checkpoint.readState(directory);
        Checkpoint.write(directory, state.step(), state.seconds(), state.settings(), START);
        TrainingException incomplete = assertThrows(TrainingException.class, () -> trained(directory, 1, new Recorder()));
        assertTrue(incomplete.getMessage().contains(directory.toString()) && incomplete.getMessage().contains("momentum.")
                && incomplete.getMessage().contains("remove"), incomplete.getMessage());

        Files.writeString(directory.resolve("checkpoint.json"), "{\"file\":");
        TrainingException noJson = assertThrows(TrainingException.class, () -> trained(directory, 1, new Recorder()));
        assertTrue(noJson.getMessage().contains("checkpoint.json") && noJson.getMessage().contains("remove"),
                noJson.getMessage());
    }

    @Test
    void aCheckpointOfAnotherRunIsRefused() throws Exception {
        trained(directory, 1, new Recorder());
        TrainingException refused = assertThrows(TrainingException.class, () -> trained(directory, 2, new Recorder()));
        assertTrue(refused.getMessage().contains("another run"), refused.getMessage());
    }

    @Test
    void onWholeFacesOnlyTrunkAndGlobalHeadLearnAndFrozenStagesStay() throws Exception {
        Map<String, Tensor> after;
        try (TrainingEngine engine = new TrainingEngine(settings(1).training(TrainingSettings.Stage.WHOLE, 1), START, false,
                2)) {
            engine.train(faces(2), faces(1), null, new Recorder());
            after = engine.weights();
        }
        for (String same : List.of(NetworkLayout.SELF_WEIGHT, NetworkLayout.HALF_FC, "conv1.weight",
                "layer1.1.conv2.weight", "layer1.1.bn2.bias")) {
            assertArrayEquals(START.get(same).values(), after.get(same).values(), same);
        }
        for (String changed : List.of(NetworkLayout.GLOBAL_FC, "layer2.0.conv1.weight", "layer4.1.bn2.weight",
                NetworkLayout.SUBPIXEL_WEIGHT, "bn1.running_mean")) {
            assertNotEquals(START.get(changed), after.get(changed), changed);
        }
    }

    @Test
    void validationReadsFacesAsTheReleasedModelDoes() throws Exception {
        TrainingData data = faces(3);
        Validation figures;
        try (TrainingEngine engine = new TrainingEngine(settings(1), START, false, 2)) {
            figures = engine.validate(data);
        }
        ModelFiles.write(directory, START, RandomNetwork::card);
        try (HsawModel model = HsawModel.load(directory,
                new NetworkSettings(NetworkSettings.Device.CPU, NetworkSettings.Precision.FP32, 2))) {
            List<HalfFacePair> faces = new ArrayList<>();
            for (int i = 0; i < data.size(); i++) {
                faces.add(data.halves(i));
            }
            List<Prediction> predictions = model.predict(faces);
            double left = predictions.stream().mapToDouble(Prediction::weightLeft).average().orElseThrow();
            double right = predictions.stream().mapToDouble(Prediction::weightRight).average().orElseThrow();
            // 16-bit weights in the released model
            assertEquals(left, figures.weightLeft(), 5e-3);
            assertEquals(right, figures.weightRight(), 5e-3);
        }
    }

    @Test
    void theMicroBatchMustDivideTheBatch() {
        assertThrows(IllegalArgumentException.class, () -> new TrainingSettings(TrainingSettings.Stage.FULL, 0, 10, 4, 1, null,
                TrainingSettings.Optimizer.SGD, 0.1, 0.1, false, 0, new Losses(3, 1, 2, 0), Augmentation.NONE, 1));
    }

    @Test
    void ratesAndTimesThatCannotBeAreRefused() {
        TrainingSettings modern = TrainingSettings.modern();
        assertThrows(IllegalArgumentException.class, () -> modern.learningAt(-1e-3, 1e-3));
        assertThrows(IllegalArgumentException.class, () -> modern.learningAt(1e-3, Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> modern.lasting(1, Duration.ZERO));
    }

    @Test
    void thePaperPresetHasThePapersSettings() {
        TrainingSettings paper = TrainingSettings.paper();
        assertEquals(128, paper.batch());
        assertEquals(50, paper.epochs());
        assertEquals(0.001, paper.trunkLearningRate());
        assertEquals(new Losses(3, 1, 2, 0), paper.losses());
        assertEquals(1, paper.rate(0.5));
    }

    @Test
    void theLearningRateWarmsUpAndFallsToNothing() {
        TrainingSettings modern = TrainingSettings.modern();
        assertTrue(modern.rate(0) < 0.05);
        assertEquals(1, modern.rate(0.03), 1e-9);
        assertEquals(0.5, modern.rate(0.515), 1e-9);
        assertEquals(0, modern.rate(1), 1e-9);
    }

    private static Map<String, Tensor> trained(Path directory, int epochs, TrainingListener listener) throws Exception {
        try (TrainingEngine engine = new TrainingEngine(settings(epochs), START, false, 1)) {
            engine.train(faces(2), faces(1), directory, listener);
            return engine.weights();
        }
    }

    /** Plain gradient descent with momentum on unchanged faces, at a constant rate. */
    private static Map<String, Tensor> descended(Map<String, Tensor> start, int epochs, Map<String, Tensor> afterOne)
            throws Exception {
        TrainingSettings settings = new TrainingSettings(TrainingSettings.Stage.FULL, 0, 2, 2, epochs, null,
                TrainingSettings.Optimizer.SGD, 1e-3, 1e-2, true, 0, new Losses(3, 1, 2, 0), Augmentation.NONE, 7);
        try (TrainingEngine engine = new TrainingEngine(settings, start, false, 2)) {
            engine.train(faces(2), faces(1), null, new Recorder() {
                @Override
                public void step(Step step) {
                    if (step.step() == 1) {
                        afterOne.putAll(engine.weights());
                    }
                }
            });
            return engine.weights();
        }
    }

    private static double meanDifference(Tensor one, Tensor other) {
        double sum = 0;
        for (int i = 0; i < one.values().length; i++) {
            sum += Math.abs(one.values()[i] - other.values()[i]);
        }
        return sum / one.values().length;
    }

    private static TrainingSettings settings(int epochs) {
        return new TrainingSettings(TrainingSettings.Stage.FULL, 0, 2, 2, epochs, null, TrainingSettings.Optimizer.ADAMW, 3e-4,
                3e-4, false, 0.02, new Losses(3, 1, 2, 0), new Augmentation(5, 0.05, 0.02, 0.1, 5, 0.2), 7);
    }

    private static TrainingData faces(int n) {
        List<HalfFacePair> faces = RandomNetwork.faces(n, 3);
        return new TrainingData() {
            @Override
            public int size() {
                return n;
            }

            @Override
            public HalfFacePair halves(int index) {
                return faces.get(index);
            }

            @Override
            public Expression label(int index) {
                return Expression.values()[index % Expression.COUNT];
            }
        };
    }

    private static class Recorder implements TrainingListener {
        final List<Step> steps = new ArrayList<>();

        @Override
        public void step(Step step) {
            steps.add(step);
        }

        @Override
        public void validated(double epoch, Validation figures) {
            assertTrue(figures.faces() > 0);
        }
    }
}
