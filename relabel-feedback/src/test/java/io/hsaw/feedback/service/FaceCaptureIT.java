package io.hsaw.feedback.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.broker.testing.KafkaForTests;
import io.hsaw.broker.testing.KafkaRecords;
import io.hsaw.contracts.Box;
import io.hsaw.contracts.CameraSettings;
import io.hsaw.contracts.DetectedFace;
import io.hsaw.contracts.FaceCrop;
import io.hsaw.contracts.Faces;
import io.hsaw.contracts.FrameInfo;
import io.hsaw.contracts.KeyPoints;
import io.hsaw.contracts.LabeledFrame;
import io.hsaw.contracts.Point;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.RgbImage;
import io.hsaw.contracts.Topics;
import io.hsaw.feedback.Database;
import io.hsaw.feedback.Ledger;
import io.hsaw.feedback.Policy;
import io.hsaw.feedback.Queries;
import io.hsaw.feedback.capture.FaceCapture;
import io.hsaw.messaging.StageRecords;
import io.hsaw.messaging.TopicSetup;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Faces of cameras as samples, with and without consent. */
class FaceCaptureIT {

    private static final int WIDTH = 24;
    private static final int HEIGHT = 32;

    @TempDir
    private Path folder;
    private KafkaForTests broker;
    private String bootstrap;
    private Database database;
    private Worker reading;
    private FaceCapture capture;
    private int frames;

    @BeforeEach
    void start() throws Exception {
        broker = KafkaForTests.start();
        bootstrap = broker.bootstrapServers();
        new TopicSetup(bootstrap, Topics.all(), Topics.DEFAULT_PARTITIONS, 1).ensure();
        TopicSetup topics = new TopicSetup(bootstrap, Topics.learningLoop(), Topics.DEFAULT_PARTITIONS, 1);
        topics.ensure();
        database = new Database("jdbc:h2:file:" + folder.resolve("labels"), null, null);
        reading = new LedgerReading(new Kafka(bootstrap, "test"), topics,
                new Ledger(database, new Policy(Policy.Kind.PAPER, 0), () -> { }));
        reading.start();
        startCapture();
    }

    private void startCapture() {
        capture = new FaceCapture(bootstrap, "1", new Queries(database), Clock.systemUTC(), Duration.ofMillis(500));
        capture.start();
    }

    @AfterEach
    void stop() throws Exception {
        capture.close();
        reading.close();
        database.close();
        broker.close();
    }

    @Test
    void facesAreKeptAsLongAsTheirCamerasSettingsAllowItAndErasedWhenConsentIsTakenBack() throws Exception {
        allow("door", 30);
        Map<String, ConsumerRecord<byte[], byte[]>> kept = Feedback.await(() -> {
            see("door", "window");
            Map<String, ConsumerRecord<byte[], byte[]>> found = samples();
            return camerasOf(found).contains("door") ? found : null;
        });

        assertFalse(camerasOf(kept).contains("window"));
        ConsumerRecord<byte[], byte[]> sample = kept.values().stream()
                .filter(record -> camera(record).equals("door")).findFirst().orElseThrow();
        LabeledFrame frame = LabeledFrame.read(sample.key(), StageRecords.headers(sample));
        assertNull(frame.label());
        assertTrue(frame.crop());
        assertEquals("to see rare faces", frame.capture().reason());
        Duration left = Duration.between(Instant.now(), frame.capture().expires());
        assertTrue(left.toHours() >= 30 * 24 - 1 && left.toHours() <= 30 * 24, left::toString);
        BufferedImage picture = ImageIO.read(new ByteArrayInputStream(sample.value()));
        assertEquals(List.of(WIDTH, HEIGHT), List.of(picture.getWidth(), picture.getHeight()));

        settings("door", null);
        allow("gate", 30);
        // frames of both go on; who reads them keeps the gate's
        Feedback.await(() -> {
            see("door", "gate");
            return camerasOf(samples()).equals(Set.of("gate")) ? "the door's are gone" : null;
        });
        Map<String, Integer> doors = new HashMap<>();
        KafkaRecords.readAll(bootstrap, Topics.LABELED_FRAMES).stream().filter(record -> record.value() != null)
                .forEach(record -> doors.merge(camera(record), 1, Integer::sum));
        int before = doors.get("door");
        int gates = doors.get("gate");
        Feedback.await(() -> {
            see("door", "gate");
            return KafkaRecords.readAll(bootstrap, Topics.LABELED_FRAMES).stream()
                    .filter(record -> record.value() != null && camera(record).equals("gate")).count() > gates ? "more" : null;
        });
        assertEquals(before, KafkaRecords.readAll(bootstrap, Topics.LABELED_FRAMES).stream()
                .filter(record -> record.value() != null && camera(record).equals("door")).count());
        settings("gate", null);
        Feedback.await(() -> samples().isEmpty() ? "all are gone" : null);
    }

    @Test
    void aSampleWhoseTimeIsOverIsErasedAndOthersAreNot() throws Exception {
        Instant since = allow("hall", 1);
        keepOne("hall", Set.of());
        publish("captured/over", "hall", Instant.now().minusSeconds(1), since);
        publish("captured/lasts", "hall", Instant.now().plusSeconds(3600), since);

        Feedback.await(() -> samples().containsKey("captured/over") ? null : "it is gone");
        assertTrue(samples().containsKey("captured/lasts"));

        settings("hall", null);
        Feedback.await(() -> samples().isEmpty() ? "all are gone" : null);
    }

    @Test
    void whatWasKeptUnderConsentThatWasTakenBackIsErasedAlsoIfItWasGivenAgainWhileNobodyLooked() throws Exception {
        allow("door", 30);
        Set<String> first = keepOne("door", Set.of());
        capture.close();
        settings("door", null);
        Instant since = allow("door", 30);
        publish("captured/late", "door", Instant.now().plusSeconds(3600), null);
        startCapture();

        first.add("captured/late");
        Set<String> second = keepOne("door", first);
        Feedback.await(() -> {
            Set<String> left = samples().keySet();
            return first.stream().noneMatch(left::contains) ? "they are gone" : null;
        });
        sweepOnce("door", since);
        assertTrue(samples().keySet().containsAll(second), second::toString);
    }

    @Test
    void otherTimesUnderTheSameConsentEraseNothing() throws Exception {
        Instant since = allow("door", 30);
        Set<String> first = keepOne("door", Set.of());
        settings("door", new CameraSettings.Capture("to see rare faces", 1, 7, since));
        Feedback.await(() -> {
            see("door");
            for (ConsumerRecord<byte[], byte[]> sample : samples().values()) {
                Instant expires = LabeledFrame.read(sample.key(), StageRecords.headers(sample)).capture().expires();
                if (expires.isBefore(Instant.now().plus(Duration.ofDays(8)))) {
                    return "what is kept now goes by the other times";
                }
            }
            return null;
        });
        capture.close();
        startCapture();

        sweepOnce("door", since);
        assertTrue(samples().keySet().containsAll(first), first::toString);
    }

    /** A camera is seen until a face of it is kept that was not. All samples that are then. */
    private Set<String> keepOne(String camera, Set<String> before) throws Exception {
        return Feedback.await(() -> {
            see(camera);
            Set<String> kept = new TreeSet<>(samples().keySet());
            kept.removeAll(before);
            return kept.isEmpty() ? null : kept;
        });
    }

    /** What may be kept no longer is erased, once more. */
    private void sweepOnce(String camera, Instant since) throws Exception {
        publish("captured/over", camera, Instant.now().minusSeconds(1), since);
        Feedback.await(() -> samples().containsKey("captured/over") ? null : "it is gone");
    }

    private void publish(String id, String camera, Instant expires, Instant since) throws Exception {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(Topics.LABELED_FRAMES, id.getBytes(UTF_8),
                Feedback.PICTURE);
        new LabeledFrame(id, "captured", null, null, true, null, new LabeledFrame.Capture(camera, "a test", expires, since))
                .headers("a test", Instant.now(), "image/png")
                .forEach((name, value) -> record.headers().add(name, value.getBytes(UTF_8)));
        KafkaRecords.publish(bootstrap, List.of(record));
    }

    /** Since when. */
    private Instant allow(String camera, int days) throws Exception {
        return settings(camera, new CameraSettings.Capture("to see rare faces", 1, days, null));
    }

    private Instant settings(String camera, CameraSettings.Capture capture) throws Exception {
        CameraSettings settings = new CameraSettings(camera, capture, Instant.now());
        KafkaRecords.publish(bootstrap, List.of(new ProducerRecord<>(Topics.CAMERA_SETTINGS, camera.getBytes(UTF_8),
                RecordCodec.CAMERA_SETTINGS.encode(settings))));
        return settings.consentedSince();
    }

    /** A frame of each camera, with one face. */
    private void see(String... cameras) throws Exception {
        byte[] pixels = new byte[3 * WIDTH * HEIGHT];
        Arrays.fill(pixels, (byte) 120);
        Point point = new Point(12, 16);
        KeyPoints points = new KeyPoints(point, point, point, point, point);
        FaceCrop face = new FaceCrop(new DetectedFace(new Box(0, 0, WIDTH, HEIGHT), points, 0.9, 0, 0),
                new RgbImage(WIDTH, HEIGHT, pixels), points);
        for (String camera : cameras) {
            FrameInfo frame = new FrameInfo(camera, "frame-" + frames++, Instant.now(), 640, 480, null, Map.of());
            KafkaRecords.publish(bootstrap, List.of(new ProducerRecord<>(Topics.FACES, camera.getBytes(UTF_8),
                    RecordCodec.FACES.encode(new Faces(frame, List.of(face))))));
        }
    }

    /** Captured samples that stand on the topic. */
    private Map<String, ConsumerRecord<byte[], byte[]>> samples() throws Exception {
        Map<String, ConsumerRecord<byte[], byte[]>> samples = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : KafkaRecords.readAll(bootstrap, Topics.LABELED_FRAMES)) {
            String id = new String(record.key(), UTF_8);
            if (record.value() == null) {
                samples.remove(id);
            } else if (id.startsWith("captured/")) {
                samples.put(id, record);
            }
        }
        return samples;
    }

    private static Set<String> camerasOf(Map<String, ConsumerRecord<byte[], byte[]>> samples) {
        Set<String> cameras = new TreeSet<>();
        samples.values().forEach(record -> cameras.add(camera(record)));
        return cameras;
    }

    private static String camera(ConsumerRecord<byte[], byte[]> record) {
        byte[] camera = StageRecords.headers(record).apply(LabeledFrame.CAPTURED_FROM);
        return camera == null ? "" : new String(camera, UTF_8);
    }
}
