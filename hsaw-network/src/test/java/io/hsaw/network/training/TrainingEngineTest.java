package io.hsaw.network.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.HalfFacePair;
import io.hsaw.network.HsawModel;
import io.hsaw.network.ModelCard;
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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingEngineTest {

    private static final Map<String, Tensor> START = InitialWeights.random(1);

    @TempDir
    Path directory;

    @Test
    void aFewFacesAreLearnedByHeart() throws Exception {
        Recorder recorder = new Recorder();
        TrainingSettings settings = settings(12).but().augmentation(new Augmentation(5, 0.05, 0.02, 0.1, 5, 0, 0, 0, 0, 0, 0)).build();
        try (TrainingEngine engine = new TrainingEngine(settings, START, false, 2)) {
            engine.train(faces(2), faces(1), null, recorder);
        }
        double first = recorder.steps.get(0).crossEntropy();
        double last = recorder.steps.get(recorder.steps.size() - 1).crossEntropy();
        assertTrue(last < 0.5 * first, "cross-entropy went from " + first + " to " + last);
    }

    @ParameterizedTest
    @EnumSource(TrainingSettings.Stage.class)
    void everyStageLearnsAtASmallSize(TrainingSettings.Stage stage) throws Exception {
        Recorder recorder = new Recorder();
        TrainingSettings settings = settings(40).but().stage(stage, 0).size(64).pooledWeight(0.5).rates(1e-3, 1e-3)
                .augmentation(Augmentation.NONE).build();
        try (TrainingEngine engine = new TrainingEngine(settings, START, false, 2)) {
            engine.train(faces(2), faces(1), null, recorder);
        }
        double first = recorder.steps.get(0).crossEntropy();
        double last = recorder.steps.get(recorder.steps.size() - 1).crossEntropy();
        assertTrue(last < 0.7 * first, stage + ": cross-entropy went from " + first + " to " + last);
    }

    @Test
    void averagesAreWhatIsKept() throws Exception {
        TrainingSettings plain = settings(3).but().size(64).build();
        Map<String, Tensor> weights = trained(plain, null);
        Map<String, Tensor> averages = trained(plain.but().averaging(0.9).build(), null);
        for (String name : List.of("layer4.1.conv2.weight", NetworkLayout.GLOBAL_FC)) {
            double moved = meanDifference(START.get(name), weights.get(name));
            double movedLess = meanDifference(START.get(name), averages.get(name));
            assertTrue(movedLess > 0 && movedLess < moved, name + " moved by " + moved + ", its average by " + movedLess);
        }
    }

    @Test
    void aRunWithAveragesGoesOnAsIfItHadNotBeenStopped() throws Exception {
        TrainingSettings settings = settings(3).but().size(64).averaging(0.9).mixup(0.4).balance(0.5).pooledWeight(0.5)
                .build();
        Map<String, Tensor> through = trained(settings, directory.resolve("through"));
        Path stopped = directory.resolve("stopped");
        try (TrainingEngine engine = new TrainingEngine(settings, START, false, 1)) {
            assertThrows(TrainingException.class, () -> engine.train(faces(2), faces(1), stopped, new Recorder() {
                @Override
                public boolean stopped() {
                    return steps.size() == 2;
                }
            }));
        }
        Map<String, Tensor> resumed = trained(settings, stopped);
        through.forEach((name, tensor) -> assertArrayEquals(tensor.values(), resumed.get(name).values(), name));
    }

    /** Labels change after the first epoch by what the network read; a run stopped in the second one repeats that. */
    @Test
    void aRunWhoseLabelsChangeGoesOnAsIfItHadNotBeenStopped() throws Exception {
        TrainingSettings settings = settings(3).but().size(64).averaging(0.5).build();
        Relabelled faces = new Relabelled();
        Map<String, Tensor> through;
        try (TrainingEngine engine = new TrainingEngine(settings, START, false, 1)) {
            engine.train(faces, faces(1), directory.resolve("through"), faces.relabelling(false));
            through = engine.weights();
        }
        assertEquals(List.of(1, 2, 3), faces.begun);
        assertEquals(List.of(1, 2), faces.ended);

        Relabelled stopped = new Relabelled();
        try (TrainingEngine engine = new TrainingEngine(settings, START, false, 1)) {
            assertThrows(TrainingException.class, () -> engine.train(stopped, faces(1), directory.resolve("stopped"),
                    stopped.relabelling(true)));
        }
        stopped.begun.clear();
        try (TrainingEngine engine = new TrainingEngine(settings, START, false, 1)) {
            engine.train(stopped, faces(1), directory.resolve("stopped"), stopped.relabelling(false));
            engine.weights().forEach((name, tensor) -> assertArrayEquals(through.get(name).values(), tensor.values(), name));
        }
        assertEquals(List.of(2, 3), stopped.begun);
    }

    /** Four faces; each gets the label that the network gives the next one, from the second epoch on. */
    private static final class Relabelled implements TrainingData {
        private final TrainingData faces = faces(4);
        private final Map<Integer, Expression[]> labels = new HashMap<>();
        private final List<Integer> begun = new ArrayList<>();
        private final List<Integer> ended = new ArrayList<>();
        private Expression[] now;

        @Override
        public int size() {
            return faces.size();
        }

        @Override
        public HalfFacePair halves(int index) {
            return faces.halves(index);
        }

        @Override
        public Expression label(int index) {
            return now == null ? faces.label(index) : now[index];
        }

        @Override
        public void epochBegins(int epoch) {
            begun.add(epoch);
            now = labels.get(epoch);
        }

        private TrainingListener relabelling(boolean stopInTheSecondEpoch) {
            return new Recorder() {
                @Override
                public void epochEnded(int epoch, Judge judge) throws TrainingException {
                    ended.add(epoch);
                    List<Prediction> read = judge.judge(faces, count -> { });
                    Expression[] next = new Expression[size()];
                    for (int i = 0; i < next.length; i++) {
                        next[i] = Prediction.named(read.get((i + 1) % next.length).fused());
                    }
                    labels.put(epoch + 1, next);
                }

                @Override
                public boolean stopped() {
                    return stopInTheSecondEpoch && steps.get(steps.size() - 1).step() == 3;
                }
            };
        }
    }

    @Test
    void rareClassesAreShownMoreOftenWhereAsked() throws Exception {
        // six faces of the first class, two of the second
        int[] labels = {0, 0, 0, 0, 0, 0, 1, 1};
        assertArrayEquals(new int[] {6, 2}, shown(labels, 0));
        assertArrayEquals(new int[] {4, 4}, shown(labels, 1));
    }

    /** How often an epoch shows faces of the first two classes. */
    private static int[] shown(int[] labels, double balance) throws Exception {
        int[] shown = new int[2];
        TrainingData faces = faces(labels.length);
        TrainingData counted = new TrainingData() {
            @Override
            public int size() {
                return labels.length;
            }

            @Override
            public HalfFacePair halves(int index) {
                synchronized (shown) {
                    shown[labels[index]]++;
                }
                return faces.halves(index);
            }

            @Override
            public Expression label(int index) {
                return Expression.values()[labels[index]];
            }
        };
        TrainingSettings settings = settings(1).but().size(64).stage(TrainingSettings.Stage.WHOLE, 0).balance(balance).build();
        try (TrainingEngine engine = new TrainingEngine(settings, START, false, 2)) {
            engine.train(counted, faces(1), null, new Recorder());
        }
        return shown;
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
        through.forEach((name, tensor) -> assertArrayEquals(tensor.values(), resumed.get(name).values(), name));
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
    void aCheckpointOfARunFromOtherWeightsIsRefused() throws Exception {
        TrainingSettings settings = settings(1).but().size(64).build();
        trained(settings, directory);
        try (TrainingEngine engine = new TrainingEngine(settings, RandomNetwork.weights(99), false, 1)) {
            TrainingException refused = assertThrows(TrainingException.class,
                    () -> engine.train(faces(2), faces(1), directory, new Recorder()));
            assertTrue(refused.getMessage().contains("another run"), refused.getMessage());
        }
    }

    @Test
    void onWholeFacesOnlyTrunkAndGlobalHeadLearnAndFrozenStagesStay() throws Exception {
        Map<String, Tensor> after;
        try (TrainingEngine engine = new TrainingEngine(settings(1).but().stage(TrainingSettings.Stage.WHOLE, 1).build(), START, false,
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

    @ParameterizedTest
    @ValueSource(ints = {96, 224})
    void validationReadsFacesAsTheReleasedModelDoes(int size) throws Exception {
        TrainingData data = faces(3);
        Validation figures;
        try (TrainingEngine engine = new TrainingEngine(settings(1).but().size(size).build(), START, false, 2)) {
            figures = engine.validate(data);
        }
        ModelFiles.write(directory, START, sha256 -> {
            ModelCard card = RandomNetwork.card(sha256);
            return new ModelCard(card.name(), card.version(), card.description(), card.data(), card.splitRule(), card.settings(),
                    size, null, card.temperatures(), null, sha256, null, null);
        });
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
        assertThrows(IllegalArgumentException.class, () -> TrainingSettings.modern().but().batch(10, 4).build());
    }

    @Test
    void smallCropsComeInLargerMicroBatches() {
        assertEquals(32, TrainingSettings.microBatch(128, 224));
        assertEquals(128, TrainingSettings.microBatch(128, 96), "32 * 224 * 224 / (96 * 96) is 174");
        assertEquals(150, TrainingSettings.microBatch(300, 96));
        assertEquals(24, TrainingSettings.microBatch(48, 224));
        assertEquals(32, TrainingSettings.microBatch(32, 64));
    }

    @Test
    void ratesAndTimesThatCannotBeAreRefused() {
        TrainingSettings modern = TrainingSettings.modern();
        assertThrows(IllegalArgumentException.class, () -> modern.but().rates(-1e-3, 1e-3).build());
        assertThrows(IllegalArgumentException.class, () -> modern.but().rates(1e-3, Double.NaN).build());
        assertThrows(IllegalArgumentException.class, () -> modern.but().lasting(1, Duration.ZERO).build());
        assertThrows(IllegalArgumentException.class, () -> modern.but().averaging(1).build());
        assertThrows(IllegalArgumentException.class, () -> modern.but().balance(1.5).build());
        assertThrows(IllegalArgumentException.class, () -> modern.but().size(100).build());
    }

    @Test
    void thePlainNetworkNeedsItsClassifier() {
        TrainingSettings.Builder plain = TrainingSettings.modern().but().stage(TrainingSettings.Stage.PLAIN, 0);
        assertThrows(IllegalArgumentException.class, plain::build);
        assertEquals(1, plain.pooledWeight(1).build().pooledWeight());
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

    private static Map<String, Tensor> trained(TrainingSettings settings, Path directory) throws Exception {
        try (TrainingEngine engine = new TrainingEngine(settings, START, false, 1)) {
            engine.train(faces(2), faces(1), directory, new Recorder());
            return engine.weights();
        }
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
        TrainingSettings settings = TrainingSettings.paper().but().batch(2, 2).lasting(epochs, null)
                .optimizer(TrainingSettings.Optimizer.SGD, 0).rates(1e-3, 1e-2).augmentation(Augmentation.NONE).seed(7).build();
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
        return new TrainingSettings.Builder().batch(2, 2).lasting(epochs, null).losses(new Losses(3, 1, 2, 0))
                .augmentation(new Augmentation(5, 0.05, 0.02, 0.1, 5, 0.2, 0.5, 0.5, 0.5, 0, 0)).seed(7).build();
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
