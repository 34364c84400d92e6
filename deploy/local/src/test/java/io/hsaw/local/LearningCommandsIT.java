package io.hsaw.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hsaw.broker.testing.KafkaForTests;
import io.hsaw.contracts.Box;
import io.hsaw.contracts.CameraSettings;
import io.hsaw.contracts.Expression;
import io.hsaw.contracts.LabeledFrame;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.Topics;
import io.hsaw.contracts.TrainingCommand;
import io.hsaw.contracts.TrainingProgress;
import io.hsaw.messaging.StageRecords;
import io.hsaw.messaging.TopicSetup;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the learning loop on a real broker. */
class LearningCommandsIT {

    @TempDir
    private Path folder;
    private KafkaForTests kafka;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void broker() throws Exception {
        kafka = KafkaForTests.start();
        new TopicSetup(kafka.bootstrapServers(), Stream.concat(Topics.all().stream(), Topics.learningLoop().stream())
                .toList(), 2, 1).ensure();
    }

    @AfterEach
    void stop() {
        kafka.close();
    }

    @Test
    void importPublishesEachPictureWithWhatTheDataSetSaysOfIt() throws Exception {
        Path set = pictureFolder();

        assertEquals(0, run("import", "--dataset", "folder", set.toString()), err::toString);

        Map<String, ConsumerRecord<byte[], byte[]>> samples = read(Topics.LABELED_FRAMES);
        assertEquals(Set.of("folder/happy/a", "folder/sad/b"), samples.keySet());
        ConsumerRecord<byte[], byte[]> sad = samples.get("folder/sad/b");
        assertEquals(new LabeledFrame("folder/sad/b", "folder", Expression.SADNESS, null, true, null, null),
                LabeledFrame.read(sad.key(), StageRecords.headers(sad)));
        assertTrue(Arrays.equals(TestPictures.bytes("grace_hopper.jpg"), sad.value()));
        assertEquals("image/jpeg", new String(sad.headers().lastHeader("content-type").value(), UTF_8));
        assertEquals("image/png",
                new String(samples.get("folder/happy/a").headers().lastHeader("content-type").value(), UTF_8));
    }

    @Test
    void importingTwiceAddsNothingAndWhatHasChangedOrWasErasedIsPublishedAnew() throws Exception {
        Path set = pictureFolder();
        run("import", "--dataset", "folder", set.toString());

        assertEquals(0, run("import", "--dataset", "folder", set.toString()), err::toString);
        assertResult("published", 0);
        assertResult("unchanged", 2);

        Files.move(set.resolve("sad/b.jpg"), Files.createDirectories(set.resolve("fear")).resolve("b.jpg"));
        Files.delete(set.resolve("sad"));
        run("import", "--dataset", "folder", set.toString());
        assertResult("published", 1);

        Files.copy(TestPictures.path("astronaut.png"), set.resolve("fear/c.png"));
        assertEquals(0, run("erase", "--sample", "folder/happy/a"), err::toString);
        run("import", "--dataset", "folder", set.toString());
        assertResult("published", 2);
        run("import", "--dataset", "folder", set.toString());
        assertResult("published", 0);
    }

    @Test
    void aPictureThatIsNoneIsNamedAndLeftOutAndTheOthersArePublished() throws Exception {
        Path set = pictureFolder();
        Files.writeString(set.resolve("sad/text.png"), "only text");

        assertEquals(1, run("import", "--dataset", "folder", set.toString()));

        assertTrue(err.toString().contains("text.png"), err::toString);
        assertResult("refused", 1);
        assertEquals(2, read(Topics.LABELED_FRAMES).size());
    }

    @Test
    void splitsOfTheDataSetTravelAndWhatIsNotForTrainingIsNeverTrainedOn() throws Exception {
        Path csv = fer2013(5);

        run("import", "--dataset", "fer2013", csv.toString());
        Map<LabeledFrame.Split, Integer> parts = new HashMap<>();
        for (LabeledFrame frame : frames()) {
            parts.merge(frame.split(), 1, Integer::sum);
        }
        assertEquals(Map.of(LabeledFrame.Split.TRAINING, 5, LabeledFrame.Split.VALIDATION, 5), parts);

        run("import", "--dataset", "fer2013", "--split", "PrivateTest", "--name", "tests", csv.toString());
        assertResult("published", 5);
        assertTrue(frames().stream().filter(frame -> frame.dataSet().equals("tests"))
                .allMatch(frame -> frame.split() == LabeledFrame.Split.VALIDATION));

        assertEquals(1, run("import", "--dataset", "fer2013", "--split", "nonesuch", csv.toString()));
        assertTrue(err.toString().contains("PrivateTest, PublicTest, Training"), err::toString);
    }

    @Test
    void labelsAreMadeWrongOnPurposeForTheSameSamplesEachTimeAndListed() throws Exception {
        Path csv = fer2013(50);
        Path list = folder.resolve("wrong.csv");
        String[] command = {"import", "--dataset", "fer2013", csv.toString(), "--wrong-labels", "0.1", "--seed", "7",
            "--wrong-labels-list", list.toString()};

        assertEquals(0, run(command), err::toString);

        List<String> lines = Files.readAllLines(list);
        assertEquals("sample,label,published", lines.get(0));
        assertEquals(6, lines.size());
        Map<String, LabeledFrame> published = new HashMap<>();
        frames().forEach(frame -> published.put(frame.sampleId(), frame));
        int happy = 25;
        for (String line : lines.subList(1, lines.size())) {
            String[] fields = line.split(",");
            happy += fields[1].equals("happiness") ? -1 : 1;
            assertEquals(Set.of("happiness", "sadness"), Set.of(fields[1], fields[2]));
            assertEquals(fields[2], published.get(fields[0]).label().label());
            assertEquals(LabeledFrame.Split.TRAINING, published.get(fields[0]).split());
        }
        assertEquals(happy, published.values().stream().filter(frame -> frame.split() == LabeledFrame.Split.TRAINING
                && frame.label() == Expression.HAPPINESS).count(), "all others as they were");
        run(command);
        assertResult("published", 0);
    }

    @Test
    void retrainOrdersARunAndFollowsItToItsEnd() throws Exception {
        String run = "a-run";
        try (RecordPublisher trainer = new RecordPublisher(kafka.bootstrapServers())) {
            Thread answers = new Thread(() -> {
                try (TopicReader<TrainingCommand> commands = new TopicReader<>(kafka.bootstrapServers(),
                        Topics.TRAINING_COMMANDS, RecordCodec.TRAINING_COMMANDS, true, warning -> { })) {
                    List<TrainingCommand> orders = commands.poll();
                    while (orders.isEmpty()) {
                        orders = commands.poll();
                    }
                    for (TrainingProgress progress : List.of(
                            progress("another", TrainingProgress.Phase.FAILED, null),
                            progress(run, TrainingProgress.Phase.TRAINING, 0.625),
                            progress(run, TrainingProgress.Phase.RELEASED, 0.75))) {
                        trainer.publish(Topics.TRAINING_PROGRESS, progress.runId(),
                                RecordCodec.TRAINING_PROGRESS.encode(progress), Map.of());
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            answers.start();

            assertEquals(0, run("retrain", "--run", run, "--epochs", "3", "--relabel-from", "1", "--margin", "0.2",
                    "--size", "64", "--stage", "parts", "--dataset", "fer2013"), err::toString);
            answers.join();
        }
        TrainingCommand order = RecordCodec.TRAINING_COMMANDS.decode(read(Topics.TRAINING_COMMANDS).get(run).value());
        assertEquals(TrainingCommand.Action.START, order.action());
        assertEquals(List.of("fer2013"), order.dataSets());
        assertEquals(3, order.settings().epochs());
        assertEquals(0.2, order.settings().margin());
        assertTrue(err.toString().contains("62.5 % of the validation part right"), err::toString);
        assertTrue(err.toString().contains("4 proposed, 2 accepted, 1 rejected, 1 wait"), err::toString);
        assertEquals(TrainingProgress.Phase.RELEASED,
                RecordCodec.TRAINING_PROGRESS.decode(lastLine().getBytes(UTF_8)).phase());

        assertEquals(0, run("retrain", "--follow", run), err::toString);
        assertEquals(1, run("retrain", "--follow", "another"), err::toString);
        assertTrue(err.toString().contains("no-samples"), err::toString);
    }

    @Test
    void aCameraMayKeepFacesOnlyUntilThatIsTakenBack() throws Exception {
        assertEquals(0, run("camera", "--id", "door", "--capture", "rare faces", "--every", "2m", "--keep", "7d"),
                err::toString);
        CameraSettings given = settings("door");
        assertEquals(new CameraSettings.Capture("rare faces", 120, 7, given.at()), given.capture());

        assertEquals(0, run("camera", "--id", "door", "--no-capture"), err::toString);
        assertNull(settings("door").capture());
    }

    @Test
    void consentToCaptureGoesOnWhenItsTimesChangeAndIsANewOneAfterItWasTakenBack() throws Exception {
        run("camera", "--id", "door", "--capture", "rare faces", "--keep", "7d");
        run("camera", "--id", "window", "--capture", "rare faces");
        Instant since = settings("door").consentedSince();

        assertEquals(0, run("camera", "--id", "door", "--capture", "poor light", "--keep", "8d"), err::toString);
        assertEquals(new CameraSettings.Capture("poor light", 60, 8, since), settings("door").capture());

        run("camera", "--id", "door", "--no-capture");
        assertEquals(0, run("camera", "--id", "door", "--capture", "poor light", "--keep", "8d"), err::toString);
        assertTrue(settings("door").consentedSince().isAfter(since));

        run("erase", "--camera", "window");
        assertEquals(0, run("camera", "--id", "window", "--capture", "rare faces"), err::toString);
        assertEquals(settings("window").at(), settings("window").consentedSince());
    }

    @Test
    void erasingACameraReachesItsSamplesTheirLabelsItsConsentAndItsTracksAndNothingElse() throws Exception {
        run("import", "--dataset", "folder", pictureFolder().toString());
        run("camera", "--id", "door", "--capture", "rare faces");
        try (RecordPublisher publisher = new RecordPublisher(kafka.bootstrapServers())) {
            for (String camera : List.of("door", "window")) {
                LabeledFrame frame = new LabeledFrame("captured/" + camera + "/1", "captured", null, null, true,
                        new Box(0, 0, 4, 4), new LabeledFrame.Capture(camera, "rare faces", Instant.now(), null));
                publisher.publish(Topics.LABELED_FRAMES, frame.sampleId(), TestPictures.bytes("astronaut.png"),
                        frame.headers("test", Instant.now(), "image/png"));
                publisher.publish(Topics.CAMERA_STATE, camera, "{}".getBytes(UTF_8), Map.of());
            }
            publisher.flush();
        }

        assertEquals(0, run("erase", "--camera", "door"), err::toString);

        assertEquals(Set.of("folder/happy/a", "folder/sad/b", "captured/window/1"), read(Topics.LABELED_FRAMES).keySet());
        assertEquals(Set.of("window"), read(Topics.CAMERA_STATE).keySet());
        assertEquals(Set.of(), read(Topics.CAMERA_SETTINGS).keySet());
        assertEquals(1, run("erase", "--camera", "door"));
        assertTrue(err.toString().contains("nothing is kept of camera door"), err::toString);
    }

    private static TrainingProgress progress(String run, TrainingProgress.Phase phase, Double accuracy) {
        return new TrainingProgress(TrainingProgress.SCHEMA, run, phase, 1, 3, 10, 0.5, null, accuracy, accuracy, 20,
                new TrainingProgress.Relabels(4, 2, 1, 1), 5.0, "1", phase == TrainingProgress.Phase.FAILED
                        ? new TrainingProgress.Problem("no-samples", "import some") : null, Instant.now());
    }

    private CameraSettings settings(String camera) throws Exception {
        return RecordCodec.CAMERA_SETTINGS.decode(read(Topics.CAMERA_SETTINGS).get(camera).value());
    }

    private List<LabeledFrame> frames() throws Exception {
        List<LabeledFrame> frames = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : read(Topics.LABELED_FRAMES).values()) {
            frames.add(LabeledFrame.read(record.key(), StageRecords.headers(record)));
        }
        return frames;
    }

    /** The newest record of each key, without those erased. */
    private Map<String, ConsumerRecord<byte[], byte[]>> read(String topic) {
        Map<String, ConsumerRecord<byte[], byte[]>> records = new LinkedHashMap<>();
        LogReader.read(kafka.bootstrapServers(), topic, record -> {
            String key = new String(record.key(), UTF_8);
            if (record.value() == null) {
                records.remove(key);
            } else {
                records.put(key, record);
            }
        }, left -> { });
        return records;
    }

    private Path pictureFolder() throws Exception {
        Path set = folder.resolve("set");
        Files.copy(TestPictures.path("astronaut.png"), Files.createDirectories(set.resolve("happy")).resolve("a.png"));
        Files.copy(TestPictures.path("grace_hopper.jpg"), Files.createDirectories(set.resolve("sad")).resolve("b.jpg"));
        return set;
    }

    /** Of each part so many faces, happy and sad ones by turns. */
    private Path fer2013(int each) throws Exception {
        List<String> lines = new ArrayList<>(List.of("emotion,pixels,Usage"));
        for (String usage : List.of("Training", "PublicTest", "PrivateTest")) {
            for (int i = 0; i < each; i++) {
                lines.add((i % 2 == 0 ? "3," : "4,") + (i % 256 + " ").repeat(48 * 48).strip() + "," + usage);
            }
        }
        return Files.write(folder.resolve("fer2013.csv"), lines);
    }

    private void assertResult(String field, int expected) throws Exception {
        JsonNode result = new ObjectMapper().readTree(lastLine());
        assertEquals(expected, result.get(field).asInt(), result::toString);
    }

    private String lastLine() {
        List<String> lines = out.toString().lines().toList();
        return lines.get(lines.size() - 1);
    }

    private int run(String... command) {
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(1, List.of("--bootstrap", kafka.bootstrapServers()));
        return Hsaw.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true))
                .execute(arguments.toArray(String[]::new));
    }
}
