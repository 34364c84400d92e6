package io.hsaw.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hsaw.broker.testing.KafkaForTests;
import io.hsaw.contracts.FrameInfo;
import io.hsaw.contracts.FrameReply;
import io.hsaw.contracts.ModelRef;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.Topics;
import io.hsaw.messaging.TopicSetup;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** The packaged command against a system of its own that is disturbed, and against pipelines that break the promise. */
class VerifyDeliveryIT {

    private static final int FRAMES = 20;

    @Test
    void everyFrameIsAnsweredOnceAndInOrderWhileProcessesAreKilledFrozenAndPoisoned() throws Exception {
        try (JavaProcess verify = JavaProcess.hsaw("verify-delivery", "--local", "--frames", "200", "--fps", "20",
                "--waiting-network", "5", "--faults", "4", "--fault-kinds", "kill,freeze,poison,broker-restart")) {
            assertEquals(0, verify.exitCode(), () -> verify.errors().toString());
            JsonNode report = new ObjectMapper().readTree(verify.output().get(0));
            assertTrue(report.get("kept").asBoolean(), report::toString);
            assertTrue(report.get("published").asInt() >= 200, report::toString);
            for (String broken : List.of("missing", "doubled", "outOfOrder", "mismatched", "unknown")) {
                assertEquals(0, report.get(broken).asInt(), report::toString);
            }
            for (String kind : List.of("faces", "no-face", "invalid-image", "unsupported-format")) {
                assertTrue(report.get("replies").get(kind).asInt() > 0, report::toString);
            }
            assertEquals(1, report.get("replies").get("internal-error").asInt(), "the poisoned frame, and no other");
            Set<String> kinds = new HashSet<>();
            for (JsonNode fault : report.get("faults")) {
                kinds.add(fault.get("kind").asText());
                assertTrue(fault.get("inFlight").asInt() >= 50, report::toString);
            }
            assertEquals(Set.of("kill", "freeze", "poison", "broker-restart"), kinds);
            assertNothingIsLeft(verify);
        }
    }

    /** Even where the command has no chance to tidy up. */
    @Test
    void nothingStaysBehindWhenTheCommandItselfIsKilled() throws Exception {
        try (JavaProcess verify = JavaProcess.hsaw("verify-delivery", "--local", "--duration", "10m",
                "--waiting-network", "0")) {
            Path logs = Path.of(verify.awaitError("the broker is at .*, logs are in (.*)"));
            List<ProcessHandle> started = verify.descendants();
            // broker, guard, and five replicas
            assertTrue(started.size() >= 7, started::toString);
            verify.kill();

            for (ProcessHandle process : started) {
                process.onExit().join();
            }
            assertTrue(Files.notExists(logs.resolve("data")), logs::toString);
            LocalBroker.delete(logs);
        }
    }

    @Test
    void ctrlCEndsPublishingAndTheReportStillComes() throws Exception {
        try (JavaProcess verify = JavaProcess.hsaw("verify-delivery", "--local", "--duration", "10m",
                "--waiting-network", "0")) {
            verify.awaitError("the broker is at");
            List<ProcessHandle> started = verify.descendants();
            verify.stop();
            assertTrue(List.of(130, 143).contains(verify.exitCode()), () -> verify.errors().toString());

            JsonNode report = new ObjectMapper().readTree(verify.output().get(0));
            assertTrue(report.get("kept").asBoolean(), report::toString);
            for (ProcessHandle process : started) {
                process.onExit().join();
            }
        }
    }

    @Test
    void aDoubledReplyIsFound() throws Exception {
        JsonNode report = verify(1, replies -> {
            replies.add(replies.get(3));
            return replies;
        });

        assertEquals(1, report.get("doubled").asInt(), report::toString);
        assertEquals(0, report.get("missing").asInt() + report.get("outOfOrder").asInt(), report::toString);
    }

    @Test
    void doubledRepliesAreCountedButAllowedWhereThatIsWhatWasAskedFor() throws Exception {
        JsonNode report = verify(0, replies -> {
            replies.add(replies.get(3));
            return replies;
        }, "--allow-doubles");

        assertEquals(1, report.get("doubled").asInt(), report::toString);
        assertTrue(report.get("kept").asBoolean(), report::toString);
    }

    @Test
    void aMissingReplyIsFound() throws Exception {
        JsonNode report = verify(1, replies -> {
            replies.remove(3);
            return replies;
        }, "--last-replies", "2s");

        assertEquals(1, report.get("missing").asInt(), report::toString);
        assertEquals(0, report.get("doubled").asInt() + report.get("outOfOrder").asInt(), report::toString);
    }

    @Test
    void whereNobodyAnswersTheStagesAreNamedAsWhatToLookAt() throws Exception {
        JsonNode report = verify(1, replies -> List.of(), "--last-replies", "2s");

        assertEquals(FRAMES, report.get("missing").asInt(), report::toString);
        assertTrue(report.get("problems").get(0).asText().contains("whether all stages run"), report::toString);
    }

    /** Runs the command against a broker on which this test answers all frames, which show no face, at the end. */
    private static JsonNode verify(int exitCode, UnaryOperator<List<FrameReply>> pipeline, String... more)
            throws Exception {
        try (KafkaForTests kafka = KafkaForTests.start()) {
            new TopicSetup(kafka.bootstrapServers(), Topics.all(), 1, 1).ensure();
            List<String> command = new ArrayList<>(List.of("verify-delivery", "--bootstrap", kafka.bootstrapServers(),
                    "--cameras", "1", "--faces", "0", "--broken", "0", "--fps", "100", "--frames",
                    String.valueOf(FRAMES)));
            command.addAll(List.of(more));
            try (JavaProcess verify = JavaProcess.hsaw(command.toArray(String[]::new))) {
                List<FrameReply> replies = new ArrayList<>();
                for (ConsumerRecord<byte[], byte[]> frame : frames(kafka.bootstrapServers())) {
                    FrameInfo info = new FrameInfo(new String(frame.key(), StandardCharsets.UTF_8), new String(
                            frame.headers().lastHeader("ce_id").value(), StandardCharsets.UTF_8),
                            Instant.ofEpochMilli(frame.timestamp()), 1, 1, null, Map.of());
                    replies.add(new FrameReply(info, new ModelRef("none", "1"), List.of()));
                }
                write(kafka.bootstrapServers(), pipeline.apply(replies));
                assertEquals(exitCode, verify.exitCode(), () -> verify.errors().toString());
                return new ObjectMapper().readTree(verify.output().get(0));
            }
        }
    }

    private static List<ConsumerRecord<byte[], byte[]>> frames(String bootstrap) {
        List<ConsumerRecord<byte[], byte[]>> frames = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", bootstrap,
                "auto.offset.reset", "earliest"), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(new TopicPartition(Topics.FRAMES, 0)));
            while (frames.size() < FRAMES) {
                consumer.poll(Duration.ofSeconds(1)).forEach(frames::add);
            }
        }
        return frames;
    }

    private static void write(String bootstrap, List<FrameReply> replies) {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(Map.of("bootstrap.servers", bootstrap),
                new ByteArraySerializer(), new ByteArraySerializer())) {
            replies.forEach(reply -> producer.send(new ProducerRecord<>(Topics.EMOTIONS, 0,
                    reply.cameraId().getBytes(StandardCharsets.UTF_8), RecordCodec.EMOTIONS.encode(reply))));
        }
    }

    private static void assertNothingIsLeft(JavaProcess verify) {
        String folder = verify.errors().stream().filter(line -> line.contains("logs are in ")).findFirst().orElseThrow()
                .replaceAll(".*logs are in ", "");
        assertTrue(Files.notExists(Path.of(folder)), folder);
        assertTrue(ProcessHandle.allProcesses().noneMatch(process -> process.info().commandLine().orElse("")
                .contains(folder)), "a process still works in " + folder);
    }
}
