package io.hsaw.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.InvalidRecordException;
import io.hsaw.contracts.LabeledFrame;
import io.hsaw.contracts.LabeledFrame.Split;
import io.hsaw.contracts.PseudoLabel;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.Topics;
import io.hsaw.contracts.TrainingCommand;
import io.hsaw.contracts.TrainingProgress;
import io.hsaw.contracts.TrainingProgress.Phase;
import io.hsaw.network.ModelCard;
import io.hsaw.network.ModelFiles;
import io.hsaw.network.store.ModelStore;
import io.hsaw.network.weights.NetworkLayout;
import io.hsaw.network.weights.Tensor;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The services of the learning loop, as packaged, on a broker that dies. */
@Timeout(300)
class KilledBrokerIT {

    private static final Path MODEL = Path.of(System.getProperty("hsaw.root"), "models", "fer2013-raf-db");
    private static final List<Expression> CLASSES = List.of(Expression.HAPPINESS, Expression.SADNESS, Expression.NEUTRAL);
    private static final int TRAINING = 24;
    private static final int VALIDATION = 8;

    @TempDir
    private Path folder;
    private JavaProcess broker;
    private String address;

    @Test
    void aRunWhoseBrokerIsKilledEndsWithTheSameLedgerAndTheSameWeightsAsOneWhoseBrokerIsNot() throws Exception {
        startBroker("0");
        ModelStore store = new ModelStore(folder.resolve("store"));
        String start = store.put(biased()).path();
        try (JavaProcess trainer = service("hsaw-trainer", "-Dhsaw.trainer.data=" + folder.resolve("trainer"),
                "-Dhsaw.trainer.model-store=" + store.directory(), "-Dhsaw.trainer.model=" + MODEL,
                "-Dhsaw.trainer.precision=fp32", "-Dhsaw.trainer.decisions-within=2m");
                JavaProcess ledger = service("relabel-feedback", "-Dquarkus.http.port=0", "-Dhsaw.feedback.policy=margin",
                        "-Dhsaw.feedback.margin=0.3", "-Dhsaw.feedback.database=jdbc:h2:file:" + folder.resolve("ledger"))) {
            Management training = Management.of(trainer);
            String labels = ledger.awaitError("Listening on: (http://127.0.0.1:\\d+)");
            publishSamples("whole");
            publishSamples("killed");
            start("whole", start);
            assertEquals(Phase.RELEASED, end("whole").phase());

            start("killed", start);
            await(Topics.PSEUDO_LABELS, RecordCodec.PSEUDO_LABELS, proposal -> proposal.runId().equals("killed"));
            broker.kill();
            restartBroker();
            progress(said -> said.runId().equals("killed") && said.phase() == Phase.TRAINING && said.epoch() > 1);
            broker.kill();
            // back when the trainer has nobody to propose labels to at an epoch's end, or to ask for the champion at the last's
            Management.await(() -> training.health().matches("(?s).*(relabelling|measuring) killed.*"));
            restartBroker();
            TrainingProgress end = end("killed");
            assertEquals(Phase.RELEASED, end.phase(), end::toString);
            assertTrue(end.relabels().accepted() > 0 && end.relabels().rejected() > 0, end::toString);

            SortedMap<String, String> proposals = proposals("whole");
            assertFalse(proposals.isEmpty());
            assertEquals(proposals, proposals("killed"));
            assertEquals(proposals.keySet(), recorded(labels, "killed").keySet());
            assertEquals(recorded(labels, "whole"), recorded(labels, "killed"));
            ModelCard whole = store.open("hsaw/whole").card();
            ModelCard killed = store.open("hsaw/killed").card();
            assertEquals(whole.weightsSha256(), killed.weightsSha256());
            assertEquals(whole.settings(), killed.settings());
        } finally {
            broker.close();
        }
    }

    private void startBroker(String port) throws IOException, InterruptedException {
        broker = JavaProcess.hsaw("broker", "--data", folder.resolve("broker").toString(), "--port", port);
        address = broker.awaitOutput("Kafka broker at (\\S+),");
    }

    private void restartBroker() throws IOException, InterruptedException {
        startBroker(address.substring(address.indexOf(':') + 1));
    }

    private JavaProcess service(String module, String... settings) throws IOException {
        String[] properties = new String[settings.length + 2];
        properties[0] = "-Dkafka.bootstrap.servers=" + address;
        properties[1] = "-Dquarkus.management.port=0";
        System.arraycopy(settings, 0, properties, 2, settings.length);
        return JavaProcess.service(module, properties);
    }

    /** Noise of three classes; each run has a data set of its own, so that no label of one becomes one of the other's. */
    private void publishSamples(String dataSet) throws IOException, InterruptedException {
        try (RecordPublisher publisher = new RecordPublisher(address)) {
            for (int i = 0; i < TRAINING + VALIDATION; i++) {
                LabeledFrame frame = new LabeledFrame(dataSet + "/" + i, dataSet, CLASSES.get(i % CLASSES.size()),
                        i < TRAINING ? Split.TRAINING : Split.VALIDATION, true, null, null);
                publisher.publish(Topics.LABELED_FRAMES, frame.sampleId(), noise(i),
                        frame.headers("test", Instant.now(), "image/png"));
            }
            publisher.flush();
        }
    }

    /**
     * A model that says of every face that it is happy, perhaps neutral. After an epoch P of happiness, by softmax, is still
     * ahead of that of sadness by 0.44 and of neutral by 0.19: with a margin of 0.3 between them, what is labelled sad becomes
     * happy and what is labelled neutral stays so. Made of the shipped one, whose own answers do not matter here: V is 1 nearly
     * everywhere.
     */
    private Path biased() throws Exception {
        ModelCard card = ModelFiles.readCard(MODEL);
        Map<String, Tensor> weights = ModelFiles.readWeights(MODEL, card);
        float[] kernel = weights.get(NetworkLayout.SUBPIXEL_WEIGHT).values();
        for (int i = 0; i < kernel.length; i++) {
            kernel[i] *= 0.01f;
        }
        weights.get(NetworkLayout.SUBPIXEL_BIAS).values()[0] = 1;
        Arrays.fill(weights.get(NetworkLayout.SELF_WEIGHT).values(), 0);
        for (String head : List.of(NetworkLayout.HALF_FC, NetworkLayout.GLOBAL_FC)) {
            float[] rows = weights.get(head).values();
            Arrays.fill(rows, 0);
            fill(rows, Expression.HAPPINESS, 2);
            fill(rows, Expression.NEUTRAL, 1.5f);
        }
        Path model = folder.resolve("biased");
        ModelFiles.write(model, weights, hash -> new ModelCard("biased", "1", "made by a test", card.data(), card.splitRule(),
                Map.of(), card.figures(), card.temperatures(), null, hash));
        return model;
    }

    private static void fill(float[] rows, Expression expression, float logit) {
        int row = expression.ordinal() * NetworkLayout.FEATURES;
        Arrays.fill(rows, row, row + NetworkLayout.FEATURES, logit / NetworkLayout.FEATURES);
    }

    private static byte[] noise(long seed) throws IOException {
        BufferedImage image = new BufferedImage(48, 48, BufferedImage.TYPE_BYTE_GRAY);
        byte[] pixels = new byte[48 * 48];
        new Random(seed).nextBytes(pixels);
        image.getRaster().setDataElements(0, 0, 48, 48, pixels);
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        return png.toByteArray();
    }

    /** One thread: the same run gives the same weights. */
    private void start(String run, String from) throws InterruptedException {
        TrainingCommand command = TrainingCommand.start(run, null, null, List.of(run), from, new TrainingCommand.Settings(null,
                64, 8, null, 3, null, null, null, null, null, null, 1, null, null, 1), Instant.now());
        try (RecordPublisher publisher = new RecordPublisher(address)) {
            publisher.publish(Topics.TRAINING_COMMANDS, run, RecordCodec.TRAINING_COMMANDS.encode(command), Map.of());
            publisher.flush();
        }
    }

    private TrainingProgress end(String run) {
        return progress(said -> said.runId().equals(run) && said.phase().isEnd());
    }

    private TrainingProgress progress(Predicate<TrainingProgress> wanted) {
        return await(Topics.TRAINING_PROGRESS, RecordCodec.TRAINING_PROGRESS, wanted);
    }

    /** The first on a topic that is so. */
    private <T> T await(String topic, RecordCodec<T> codec, Predicate<T> wanted) {
        try (TopicReader<T> reader = new TopicReader<>(address, topic, codec, true, System.err::println)) {
            while (true) {
                for (T value : reader.poll()) {
                    if (wanted.test(value)) {
                        return value;
                    }
                }
            }
        }
    }

    /** What a run proposed, by epoch and sample, as everyone can read it. */
    private SortedMap<String, String> proposals(String run) {
        SortedMap<String, String> proposals = new TreeMap<>();
        LogReader.read(address, Topics.PSEUDO_LABELS, record -> {
            try {
                PseudoLabel proposal = RecordCodec.PSEUDO_LABELS.decode(record.value());
                if (proposal.runId().equals(run)) {
                    String said = proposals.put(withoutRun(proposal.proposalId(), run), describe(proposal));
                    assertTrue(said == null || said.equals(describe(proposal)), () -> said + " and " + describe(proposal));
                }
            } catch (InvalidRecordException e) {
                throw new IllegalStateException(e);
            }
        }, left -> { });
        return proposals;
    }

    private static String describe(PseudoLabel proposal) {
        return String.join(" ", proposal.label().label(), proposal.proposed().label(), proposal.fused().toString(),
                proposal.whole().toString(), proposal.auxiliary().toString(), String.valueOf(proposal.weightLeft()),
                String.valueOf(proposal.weightRight()));
    }

    /** What the ledger has of them: each is there once. */
    private SortedMap<String, String> recorded(String labels, String run) throws IOException {
        Path file = folder.resolve(run + ".csv");
        StringWriter err = new StringWriter();
        assertEquals(0, Hsaw.commandLine().setErr(new PrintWriter(err, true)).setOut(new PrintWriter(new StringWriter()))
                .execute("labels", "export", "--proposals", "--url", labels, "--run", run, file.toString()), err::toString);
        SortedMap<String, String> recorded = new TreeMap<>();
        List<String> rows = Files.readAllLines(file, UTF_8);
        for (String row : rows.subList(1, rows.size())) {
            // without the time
            String without = withoutRun(row.substring(0, row.lastIndexOf(',')), run);
            assertEquals(null, recorded.put(without.substring(0, without.indexOf(',')), without), row);
        }
        return recorded;
    }

    /** Runs and their data sets have the same names. */
    private static String withoutRun(String text, String run) {
        return text.replace(run, "RUN").replaceFirst("^RUN/", "");
    }
}
