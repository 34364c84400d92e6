package io.hsaw.local;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.hsaw.broker.testing.KafkaForTests;
import io.hsaw.broker.testing.KafkaRecords;
import io.hsaw.contracts.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All services in one process with traces and logs in JSON switched on, and one frame through them. */
class SeenFromOutsideIT {

    private static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN_ID = "b7ad6b7169203331";
    private static final List<String> STAGES = List.of("face-detector", "half-face-splitter", "hsaw-inference");

    @TempDir
    private static Path model;
    private static KafkaForTests kafka;
    private static HttpServer collector;
    private static final Queue<String> EXPORTED = new ConcurrentLinkedQueue<>();
    private static JavaProcess hsaw;
    private static Management management;

    @BeforeAll
    static void start() throws Exception {
        UntrainedModel.write(model);
        kafka = KafkaForTests.start();
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/v1/traces", exchange -> {
            EXPORTED.add(new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.start();
        hsaw = JavaProcess.hsaw(Map.of(
                "QUARKUS_OTEL_SDK_DISABLED", "false",
                "QUARKUS_OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:" + collector.getAddress().getPort(),
                "QUARKUS_OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf",
                "QUARKUS_OTEL_BSP_SCHEDULE_DELAY", "100ms",
                "QUARKUS_LOG_CONSOLE_JSON_ENABLED", "true",
                "KAFKA_SSL_KEYSTORE_PASSWORD", "not to be seen"),
                "up", "--no-demo", "--no-learning", "--management-port", "0", "--bootstrap", kafka.bootstrapServers(), "--model",
                model.toString());
        management = Management.of(hsaw);
        ProducerRecord<byte[], byte[]> frame = new ProducerRecord<>(Topics.FRAMES, "door".getBytes(UTF_8),
                TestPictures.bytes("grace_hopper.jpg"));
        frame.headers().add("traceparent", ("00-" + TRACE_ID + "-" + SPAN_ID + "-01").getBytes(UTF_8));
        KafkaRecords.publish(kafka.bootstrapServers(), List.of(frame));
    }

    @AfterAll
    static void stop() throws Exception {
        hsaw.close();
        collector.stop(0);
        kafka.close();
    }

    @Test
    void onePublishersTraceHasASpanOfEachStageAndArrivesOnTheEvents() throws Exception {
        for (String topic : List.of(Topics.EMOTIONS, Topics.EMOTION_CHANGES)) {
            ConsumerRecord<byte[], byte[]> event = KafkaRecords.read(kafka.bootstrapServers(), topic, 1).get(0);
            String context = new String(event.headers().lastHeader("traceparent").value(), UTF_8);
            assertTrue(context.matches("00-" + TRACE_ID + "-[0-9a-f]{16}-01"), context);
            assertTrue(!context.contains(SPAN_ID), "is the last stage's, not the publisher's: " + context);
        }
        String traceId = new String(HexFormat.of().parseHex(TRACE_ID), ISO_8859_1);
        Management.await(() -> count(exported(), traceId) == STAGES.size());
        assertEquals(1, count(exported(), new String(HexFormat.of().parseHex(SPAN_ID), ISO_8859_1)),
                "one span is the publisher's child");
        // a span's name is field 5, with its length before it
        STAGES.forEach(stage -> assertEquals(1, count(exported(), "*" + (char) stage.length() + stage), stage));
    }

    private static String exported() {
        return String.join("", EXPORTED);
    }

    private static int count(String text, String part) {
        return text.split(Pattern.quote(part), -1).length - 1;
    }

    @Test
    void thePageNamesEachMetricThatIsServedWithItsTypeAndLabels() throws Exception {
        Set<String> documented = MetricsPage.documented(
                name -> !name.startsWith("hsaw_trainer_") && !LearningServicesIT.ofRelabelFeedback(name));
        Management.await(() -> MetricsPage.served(management.metrics()).size() >= documented.size());
        assertEquals(documented, MetricsPage.served(management.metrics()));
    }

    @Test
    void aFrameIsCountedByEveryStage() throws Exception {
        for (String stage : STAGES) {
            Management.await(() -> management.metrics().contains("hsaw_frames_total{stage=\"" + stage + "\"} 1.0"));
        }
        String metrics = management.metrics();
        assertTrue(metrics.contains("hsaw_faces_total{stage=\"face-detector\"} 1.0"), metrics);
        Management.await(() -> management.metrics().contains("hsaw_replies_total{kind=\"faces\",reason=\"none\"} 1.0"));
    }

    @Test
    void logLinesAreJsonAndSettingsAreShownWithoutSecrets() throws IOException {
        String line = hsaw.errors().stream().filter(one -> one.contains("settings: ")).findFirst().orElseThrow();
        JsonNode json = new ObjectMapper().readTree(line);
        String message = json.get("message").asText();
        assertTrue(message.contains(" hsaw.messaging.bootstrap=" + kafka.bootstrapServers()), message);
        assertTrue(message.contains("quarkus.management.port=0"), message);
        assertTrue(message.contains("kafka.ssl.keystore.password=(hidden)"), message);
        assertTrue(hsaw.errors().stream().noneMatch(one -> one.contains("not to be seen")), message);
        assertTrue(hsaw.errors().stream().anyMatch(one -> one.contains("\"stage\":\"hsaw-inference\"")),
                () -> hsaw.errors().toString());
    }
}
