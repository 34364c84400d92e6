package io.hsaw.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hsaw.broker.testing.KafkaForTests;
import io.hsaw.broker.testing.KafkaRecords;
import io.hsaw.contracts.Box;
import io.hsaw.contracts.CloudEvents;
import io.hsaw.contracts.Expression;
import io.hsaw.contracts.FaceReply;
import io.hsaw.contracts.FrameLimits;
import io.hsaw.contracts.FrameReply;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.RejectionCode;
import io.hsaw.contracts.Topics;
import io.hsaw.network.HsawModel;
import io.hsaw.network.NetworkSettings;
import io.hsaw.network.Prediction;
import io.hsaw.trainer.dataset.DataSet;
import io.hsaw.trainer.dataset.DataSetFormat;
import io.hsaw.trainer.dataset.Progress;
import io.hsaw.trainer.evaluation.Evaluator;
import io.hsaw.trainer.evaluation.Outcome;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged application with all three stages, and frames through it. */
class PipelineIT {

    /** Between the fused probabilities of two ways that must be one. */
    private static final double SAME = 1e-3;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private static Path folder;
    private static Path model;
    private static KafkaForTests kafka;
    private static JavaProcess hsaw;
    private static FramePublisher publisher;

    @BeforeAll
    static void start() throws Exception {
        model = folder.resolve("model");
        UntrainedModel.write(model);
        kafka = KafkaForTests.start();
        hsaw = JavaProcess.hsaw("up", "--no-demo", "--no-learning", "--management-port", "0", "--bootstrap", kafka.bootstrapServers(),
                "--model", model.toString());
        hsaw.awaitError("hsaw is up");
        publisher = new FramePublisher(kafka.bootstrapServers());
    }

    @AfterAll
    static void stop() throws InterruptedException {
        publisher.close();
        hsaw.close();
        kafka.close();
    }

    @Test
    void eachShippedPictureGetsOneReplyWithOneFace() throws Exception {
        List<FrameReply> replies = replies("shipped", TestPictures.bytes("astronaut.png"),
                TestPictures.bytes("grace_hopper.jpg"));

        assertEquals(List.of(1, 1), replies.stream().map(reply -> reply.faces().size()).toList());
        assertEquals(List.of(512, 512), replies.stream().map(FrameReply::width).toList());
        assertEquals(List.of(512, 600), replies.stream().map(FrameReply::height).toList());
        assertTrue(replies.get(0).timings().keySet().containsAll(
                List.of("face-detector", "half-face-splitter", "hsaw-inference")), () -> replies.toString());
    }

    @Test
    void poisonFramesAreAnsweredByNameInTheirPlaceAndTheirBytesAreKept() throws Exception {
        byte[] good = TestPictures.bytes("grace_hopper.jpg");
        List<byte[]> frames = List.of(good, new byte[0], Arrays.copyOf(good, good.length / 2),
                "no picture at all, only text".getBytes(UTF_8), hugePng(), good,
                Arrays.copyOf(good, FrameLimits.MAX_FRAME_BYTES + 1), good);

        List<FrameReply> replies = replies("poison", frames.toArray(byte[][]::new));

        assertEquals(IntStream.range(0, frames.size()).mapToObj(String::valueOf).toList(),
                replies.stream().map(FrameReply::frameId).toList());
        assertEquals(Arrays.asList(null, RejectionCode.INVALID_IMAGE, RejectionCode.INVALID_IMAGE,
                        RejectionCode.UNSUPPORTED_FORMAT, RejectionCode.TOO_LARGE, null, RejectionCode.TOO_LARGE, null),
                replies.stream().map(reply -> reply.rejection() == null ? null : reply.rejection().code()).toList());
        List<ConsumerRecord<byte[], byte[]>> dead = deadLetters("poison", 5);
        List<Integer> refused = List.of(1, 2, 3, 4, 6);
        for (int i = 0; i < refused.size(); i++) {
            assertArrayEquals(frames.get(refused.get(i)), dead.get(i).value());
            assertEquals(replies.get(refused.get(i)).rejection().code().label(),
                    new String(dead.get(i).headers().lastHeader(CloudEvents.REJECTION_CODE).value(), UTF_8));
        }
    }

    @Test
    void aFlippedPictureThatSaysItIsMirroredGetsTheSameProbabilities() throws Exception {
        for (String name : TestPictures.NAMES) {
            FaceReply face = onlyFace(replies("upright-" + name, TestPictures.png(name)).get(0));
            FaceReply mirrored = onlyFace(replies("mirrored-" + name, true, TestPictures.flipped(name)).get(0));

            assertSame(face, mirrored);
            Box box = face.box();
            Box other = mirrored.box();
            assertEquals(TestPictures.width(name), box.x() + box.width() + other.x(), 1, "boxes are the picture's own");
            assertEquals(face.keyPoints().leftEye().x(),
                    TestPictures.width(name) - mirrored.keyPoints().leftEye().x(), 1);
        }
    }

    @Test
    void aReplayReadsRecordedFramesAgainBesideThePipelineAndComparesEachFaceWithItsAnswer(@TempDir Path other)
            throws Exception {
        String camera = "replayed";
        replies(camera, TestPictures.bytes("astronaut.png"), TestPictures.bytes("grace_hopper.jpg"),
                "no picture".getBytes(UTF_8));
        Map<TopicPartition, OffsetAndMetadata> committed = committed();

        JsonNode same = replay(model, camera);

        assertEquals(3, same.get("frames").asInt());
        assertEquals(2, same.get("faces").asInt());
        assertEquals(0, same.get("withoutAnswer").asInt() + same.get("otherFaces").asInt());
        assertEquals(2, same.get("answeredBy").get("untrained/1").asInt());
        assertEquals(1, same.get("agreement").get("share").asDouble());
        assertEquals(0, same.get("meanDifference").asDouble(), SAME);
        assertTrue(same.get("millisPerFace").get("median").asDouble() > 0);

        JsonNode found = replay(model, camera, "--from-frames", "--to", "emotions-found-again");
        assertEquals(3, found.get("frames").asInt());
        assertEquals(1, found.get("agreement").get("share").asDouble());
        assertEquals(0, found.get("meanDifference").asDouble(), SAME);

        UntrainedModel.write(other, "2", 2);
        JsonNode changed = replay(other, camera);

        assertEquals("untrained/2", changed.get("model").asText());
        assertTrue(changed.get("meanDifference").asDouble() > SAME);
        int compared = 0;
        for (JsonNode row : changed.get("changes")) {
            for (JsonNode count : row) {
                compared += count.asInt();
            }
        }
        assertEquals(2, compared);

        List<FrameReply> shadow = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : KafkaRecords.readAll(kafka.bootstrapServers(), "emotions-shadow")) {
            shadow.add(RecordCodec.EMOTIONS.decode(record.value()));
        }
        assertEquals(List.of("1", "1", "1", "2", "2", "2"), shadow.stream().map(reply -> reply.model().version()).toList());
        assertEquals(List.of("0", "1", "2", "0", "1", "2"), shadow.stream().map(FrameReply::frameId).toList());
        assertEquals(RejectionCode.UNSUPPORTED_FORMAT, shadow.get(2).rejection().code());
        assertEquals(committed, committed(), "nobody's place in the pipeline's topics has moved");
    }

    private static JsonNode replay(Path model, String camera, String... more) throws Exception {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> line = new ArrayList<>(List.of("replay", "--bootstrap", kafka.bootstrapServers(), "--model",
                model.toString(), "--camera", camera, "--since", "1h"));
        line.addAll(List.of(more));
        assertEquals(0, Hsaw.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err))
                .execute(line.toArray(String[]::new)), err::toString);
        assertTrue(err.toString().contains("answered \\ now"), err::toString);
        return new ObjectMapper().readTree(out.toString());
    }

    /** Of hsaw-inference, once it has committed all that is there. */
    private static Map<TopicPartition, OffsetAndMetadata> committed() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            return admin.listConsumerGroupOffsets("hsaw-inference").partitionsToOffsetAndMetadata().get();
        }
    }

    @Test
    void anEvaluationOfTheSamePicturesGivesTheSameProbabilities(@TempDir Path data) throws Exception {
        Path happiness = Files.createDirectories(data.resolve("happiness"));
        List<FaceReply> live = new ArrayList<>();
        for (String name : TestPictures.NAMES) {
            Files.write(happiness.resolve(name), TestPictures.bytes(name));
            live.add(onlyFace(replies("live-" + name, TestPictures.bytes(name)).get(0)));
        }

        List<Outcome> outcomes;
        try (DataSet dataSet = DataSetFormat.FOLDER.open(data);
                HsawModel network = HsawModel.load(model, NetworkSettings.AUTO)) {
            outcomes = new Evaluator(network::predict, 1)
                    .outcomes(dataSet, DataSet.ALL, Integer.MAX_VALUE, Progress.NONE);
        }

        for (int i = 0; i < live.size(); i++) {
            assertArrayEquals(softmax(outcomes.get(i).prediction()), live.get(i).probabilities().toArray(), SAME);
            assertTrue(outcomes.get(i).faceFound());
        }
    }

    @Test
    void facesOfOneCameraAreFollowedAndStillsOfTwoAreNot() throws Exception {
        byte[] picture = TestPictures.bytes("grace_hopper.jpg");
        List<FrameReply> one = replies("one", picture, picture, picture);
        List<FrameReply> two = replies("two", picture);

        assertEquals(1, one.stream().map(PipelineIT::onlyFace).map(FaceReply::trackId).distinct().count());
        assertTrue(onlyFace(two.get(0)).trackId().startsWith("two/"), () -> two.toString());
    }

    private static void assertSame(FaceReply expected, FaceReply actual) {
        for (Expression expression : Expression.values()) {
            assertEquals(expected.probabilities().of(expression), actual.probabilities().of(expression), SAME);
            assertEquals(expected.halves().left().probabilities().of(expression),
                    actual.halves().left().probabilities().of(expression), SAME);
        }
    }

    private static FaceReply onlyFace(FrameReply reply) {
        assertEquals(1, reply.faces().size(), reply::toString);
        return reply.faces().get(0);
    }

    private static double[] softmax(Prediction prediction) {
        double[] fused = prediction.fused();
        double max = Arrays.stream(fused).max().orElseThrow();
        double sum = Arrays.stream(fused).map(logit -> Math.exp(logit - max)).sum();
        return Arrays.stream(fused).map(logit -> Math.exp(logit - max) / sum).toArray();
    }

    /** A small file that claims to be far larger than a frame may be. */
    private static byte[] hugePng() throws IOException {
        byte[] png = TestPictures.png("astronaut.png");
        CRC32 checksum = new CRC32();
        ByteBuffer header = ByteBuffer.wrap(png).putInt(16, 60_000).putInt(20, 60_000);
        checksum.update(png, 12, 17);
        header.putInt(29, (int) checksum.getValue());
        return Arrays.copyOf(png, 4096);
    }

    private static List<FrameReply> replies(String camera, byte[]... pictures) throws InterruptedException {
        return replies(camera, false, pictures);
    }

    /** Publishes pictures as frames 0, 1, … of a camera of the test's own, and waits for as many replies. */
    private static List<FrameReply> replies(String camera, boolean mirrored, byte[]... pictures)
            throws InterruptedException {
        try (TopicReader<FrameReply> reader = new TopicReader<>(kafka.bootstrapServers(), Topics.EMOTIONS,
                RecordCodec.EMOTIONS, false, warning -> {
                    throw new AssertionError(warning);
                })) {
            for (int i = 0; i < pictures.length; i++) {
                publisher.publish(new FramePublisher.Frame(camera, String.valueOf(i),
                        Instant.EPOCH.plusMillis(100L * i), "application/octet-stream", mirrored, pictures[i]));
            }
            publisher.flush();
            List<FrameReply> replies = new ArrayList<>();
            Instant end = Instant.now().plus(PATIENCE);
            while (replies.size() < pictures.length && Instant.now().isBefore(end)) {
                reader.poll().stream().filter(reply -> reply.cameraId().equals(camera)).forEach(replies::add);
            }
            assertEquals(pictures.length, replies.size(), () -> "replies: " + replies + "\nlog: " + hsaw.errors());
            return replies;
        }
    }

    private static List<ConsumerRecord<byte[], byte[]>> deadLetters(String camera, int count) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"),
                new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(consumer.partitionsFor(Topics.DEAD_LETTERS).stream()
                    .map(p -> new TopicPartition(p.topic(), p.partition())).toList());
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            Instant end = Instant.now().plus(PATIENCE);
            while (records.size() < count && Instant.now().isBefore(end)) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    if (camera.equals(new String(record.key(), UTF_8))) {
                        records.add(record);
                    }
                }
            }
            assertEquals(count, records.size());
            return records;
        }
    }
}
