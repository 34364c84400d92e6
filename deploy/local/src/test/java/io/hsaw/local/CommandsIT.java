package io.hsaw.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hsaw.broker.testing.KafkaForTests;
import io.hsaw.contracts.FrameReply;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.RejectionCode;
import io.hsaw.contracts.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged command, as it is used. */
class CommandsIT {

    @TempDir
    private static Path folder;
    private static String model;

    @BeforeAll
    static void model() throws Exception {
        UntrainedModel.write(folder.resolve("model"));
        model = folder.resolve("model").toString();
    }

    @Test
    void analyzeAnswersEachFileInOrderAndSaysWhatItCouldNotRead() throws Exception {
        Path pictures = Files.createDirectories(folder.resolve("pictures"));
        Files.copy(TestPictures.path("astronaut.png"), pictures.resolve("a.png"));
        Files.writeString(pictures.resolve("b.jpg"), "only text");
        Files.copy(TestPictures.path("grace_hopper.jpg"), pictures.resolve("c.jpg"));

        try (JavaProcess hsaw = JavaProcess.hsaw("analyze", "--model", model, pictures.toString(), "gone.jpg",
                TestPictures.path("grace_hopper.jpg").toString())) {
            assertEquals(1, hsaw.exitCode(), () -> hsaw.errors().toString());

            List<FrameReply> replies = new ArrayList<>();
            for (String line : hsaw.output()) {
                replies.add(RecordCodec.EMOTIONS.decode(line.getBytes(UTF_8)));
            }
            assertEquals(List.of("a.png", "b.jpg", "c.jpg", "grace_hopper.jpg"),
                    replies.stream().map(FrameReply::cameraId).toList());
            assertEquals(List.of(1, 0, 1, 1), replies.stream().map(reply -> reply.faces().size()).toList());
            assertEquals(RejectionCode.UNSUPPORTED_FORMAT, replies.get(1).rejection().code());
            assertEquals(1, hsaw.errors().size(), () -> hsaw.errors().toString());
            assertTrue(hsaw.errors().get(0).startsWith("hsaw: gone.jpg"), () -> hsaw.errors().toString());
        }
    }

    @Test
    void evaluateAndRobustnessMeasureTheSamePicturesAndLeaveFiguresAndPlots() throws Exception {
        Path happy = Files.createDirectories(folder.resolve("labelled").resolve("happy"));
        Files.copy(TestPictures.path("astronaut.png"), happy.resolve("a.png"));
        Files.copy(TestPictures.path("grace_hopper.jpg"), happy.resolve("b.jpg"));
        String labelled = happy.getParent().toString();
        Path report = folder.resolve("report");
        double accuracy;
        try (JavaProcess hsaw = JavaProcess.hsaw("evaluate", "--model", model, "--dataset", "folder", labelled,
                "--fit-temperatures", "--moved-crops", "2", "--halves", "--report", report.toString())) {
            assertEquals(0, hsaw.exitCode(), () -> hsaw.errors().toString());
            JsonNode figures = new ObjectMapper().readTree(hsaw.output().get(0));
            accuracy = figures.get("accuracy").asDouble();
            assertEquals(2, figures.get("facesFound").asInt());
            assertEquals(2, figures.get("movedCrops").get("crops").asInt());
            assertTrue(figures.get("fitted").get("temperatures").get("fused").asDouble() > 0);
            assertEquals(6, figures.get("halves").get("changes").size());
            // each weight is made from its own half's features alone, and a covered half has others
            JsonNode occluded = figures.get("halves").get("changes").get(0);
            assertEquals(0, occluded.get("otherWeight").get("mean").asDouble(), 1e-6);
            assertNotEquals(0, occluded.get("ownWeight").get("mean").asDouble());
        }
        for (String file : List.of("figures.json", "confusion.png", "reliability.png", "risk-coverage.png",
                "halves-weights.png", "halves-changes.png")) {
            assertTrue(Files.size(report.resolve(file)) > 0, file);
        }

        Path robustness = folder.resolve("robustness");
        String[] command = {"robustness", "--model", model, "--dataset", "folder", labelled, "--output",
            robustness.toString(), "--kinds", "grey,size"};
        try (JavaProcess hsaw = JavaProcess.hsaw(command)) {
            assertEquals(0, hsaw.exitCode(), () -> hsaw.errors().toString());
            assertTrue(hsaw.output().get(2).startsWith("| none |  | as it is | 2 | 0 | 2 | "
                    + String.format(Locale.ROOT, "%.1f %%", 100 * accuracy)), () -> hsaw.output().toString());
        }
        assertTrue(Files.size(robustness.resolve("size.png")) > 0);
    }

    @Test
    void upPrintsWhatTheDemoCameraShowsAndASecondOneOnTheSameDataIsRefused() throws Exception {
        String data = folder.resolve("demo").toString();
        try (JavaProcess up = up(data, "0")) {
            up.awaitOutput("  demo  a face appears: \\w+");
            try (JavaProcess second = up(data, "0")) {
                assertEquals(1, second.exitCode());
                assertEquals(1, second.errors().size(), () -> second.errors().toString());
                assertTrue(second.errors().get(0).contains("is in use by process"), () -> second.errors().toString());
            }
        }
    }

    @Test
    void upGoesOnWhereItWasAfterAKill() throws Exception {
        String data = folder.resolve("killed").toString();
        String address;
        try (JavaProcess first = up(data, "0", "--no-demo")) {
            address = first.awaitError("Kafka broker at (\\S+) ");
            try (JavaProcess publish = JavaProcess.hsaw("publish", "--bootstrap", address, "--camera", "before",
                    TestPictures.path("grace_hopper.jpg").toString())) {
                assertEquals(0, publish.exitCode(), () -> publish.errors().toString());
            }
            first.kill();
        }

        try (JavaProcess again = up(data, address.substring(address.indexOf(':') + 1), "--no-demo");
                JavaProcess events = JavaProcess.hsaw("events", "--bootstrap", address, "--camera", "before",
                        "--from-beginning", "--count", "1", "--wait", "180")) {
            assertEquals(0, events.exitCode(), () -> events.errors() + "\n" + again.errors());
            assertEquals("before", RecordCodec.EMOTIONS.decode(events.output().get(0).getBytes(UTF_8)).cameraId());
        }
    }

    @Test
    void upEndsQuietlyWhenItIsStopped() throws Exception {
        try (JavaProcess up = up(folder.resolve("stopped").toString(), "0")) {
            up.awaitError("hsaw is up");
            int before = up.errors().size();
            up.stop();

            assertTrue(List.of(130, 143).contains(up.exitCode()), () -> up.errors().toString());
            assertTrue(up.errors().subList(before, up.errors().size()).stream()
                    .noneMatch(line -> line.contains("Exception") || line.startsWith("hsaw: ")),
                    () -> up.errors().toString());
        }
    }

    @Test
    void upEndsWhereTheTopicsOfABrokerThatIsThereDoNotFit() throws Exception {
        try (KafkaForTests kafka = KafkaForTests.start()) {
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
                admin.createTopics(List.of(new NewTopic(Topics.FRAMES, 2, (short) 1),
                        new NewTopic(Topics.FACES, 1, (short) 1))).all().get();
            }
            try (JavaProcess up = JavaProcess.hsaw("up", "--no-learning", "--model", model, "--management-port", "0", "--bootstrap",
                    kafka.bootstrapServers())) {
                assertEquals(1, up.exitCode(), () -> up.errors().toString());
                assertTrue(up.errors().stream().anyMatch(line -> line.contains("--topic faces --partitions 2")),
                        () -> up.errors().toString());
            }
        }
    }

    @Test
    void aModelThatIsNotThereIsNamedInOneLine() throws Exception {
        try (JavaProcess hsaw = JavaProcess.hsaw("analyze", "--model", "nonesuch", "picture.jpg")) {
            assertEquals(1, hsaw.exitCode());
            assertEquals(1, hsaw.errors().size(), () -> hsaw.errors().toString());
            assertTrue(hsaw.errors().get(0).contains("nonesuch"), () -> hsaw.errors().toString());
        }
    }

    private static JavaProcess up(String data, String port, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of("up", "--model", model, "--data", data, "--port", port,
                "--management-port", "0", "--no-learning"));
        command.addAll(List.of(more));
        return JavaProcess.hsaw(command.toArray(String[]::new));
    }
}
