package io.hsaw.inference.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.broker.testing.KafkaForTests;
import io.hsaw.broker.testing.KafkaRecords;
import io.hsaw.contracts.Box;
import io.hsaw.contracts.CloudEvents;
import io.hsaw.contracts.DetectedFace;
import io.hsaw.contracts.EmotionChange;
import io.hsaw.contracts.EmotionChange.Kind;
import io.hsaw.contracts.FrameInfo;
import io.hsaw.contracts.FrameReply;
import io.hsaw.contracts.HalfFacePair;
import io.hsaw.contracts.HalfFaces;
import io.hsaw.contracts.InvalidRecordException;
import io.hsaw.contracts.KeyPoints;
import io.hsaw.contracts.Point;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.RejectionCode;
import io.hsaw.contracts.RgbImage;
import io.hsaw.contracts.SplitFace;
import io.hsaw.contracts.Topics;
import io.hsaw.messaging.Delivery;
import io.hsaw.messaging.TransactionalHop;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** Tracks through the death of processes, on a real broker. */
class TracksIT {

    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final int CAMERAS = 3;
    private static final int FRAMES = 300;

    /** What came of the frames, by camera. */
    private record Outcome(Map<String, List<FrameReply>> replies, Map<String, List<EmotionChange>> changes) {
    }

    @Test
    void tracksOfReplicasThatAreKilledGoOnAsIfNothingHadHappened() throws Exception {
        Outcome undisturbed;
        try (KafkaForTests kafka = KafkaForTests.start();
                TransactionalHop hop = start(kafka, Delivery.EXACTLY_ONCE)) {
            InferenceHop.topics(kafka.bootstrapServers()).ensure();
            KafkaRecords.publish(kafka.bootstrapServers(), frames(0, FRAMES));
            undisturbed = outcome(kafka.bootstrapServers());
        }
        Outcome disturbed;
        try (KafkaForTests kafka = KafkaForTests.start()) {
            String bootstrap = kafka.bootstrapServers();
            InferenceHop.topics(bootstrap).ensure();
            // its replica stays away, another one takes over; that one is killed and started again
            String[] replicas = {"1", "2", "2"};
            for (int life = 0; life < replicas.length; life++) {
                Process process = InferenceHop.process(bootstrap, replicas[life], LONG);
                try {
                    KafkaRecords.publish(bootstrap, frames(life * FRAMES / 3, (life + 1) * FRAMES / 3));
                    KafkaRecords.read(bootstrap, Topics.EMOTIONS, CAMERAS * (life * FRAMES / 3 + 50));
                    if (life == replicas.length - 1) {
                        KafkaRecords.read(bootstrap, Topics.EMOTIONS, CAMERAS * FRAMES);
                    }
                } finally {
                    process.destroyForcibly().waitFor();
                }
            }
            disturbed = outcome(bootstrap);
        }

        assertEquals(undisturbed, disturbed);
        disturbed.changes().forEach((camera, changes) -> {
            assertEquals(2, changes.stream().filter(change -> change.kind() == Kind.BEGAN).count(), camera);
            assertEquals(0, changes.stream().filter(change -> change.kind() == Kind.ENDED).count(), camera);
            assertTrue(changes.stream().filter(change -> change.kind() == Kind.CHANGED).count() > 10, camera);
        });
    }

    @Test
    void theTracksOfACameraThatWasSilentWhenItsReplicaDiedEndOnceByTheOneThatTookOver() throws Exception {
        try (KafkaForTests kafka = KafkaForTests.start()) {
            String bootstrap = kafka.bootstrapServers();
            InferenceHop.topics(bootstrap).ensure();
            Process first = InferenceHop.process(bootstrap, "1", LONG);
            KafkaRecords.publish(bootstrap, frames(0, 1));
            List<EmotionChange> began = changes(KafkaRecords.read(bootstrap, Topics.EMOTION_CHANGES, 2 * CAMERAS));
            first.destroyForcibly().waitFor();
            try (TransactionalHop second = InferenceHop.start(bootstrap, "2", Duration.ofSeconds(2),
                    Delivery.EXACTLY_ONCE)) {
                List<EmotionChange> all =
                        changes(KafkaRecords.read(bootstrap, Topics.EMOTION_CHANGES, 4 * CAMERAS));
                assertEquals(ids(began), ids(all.stream().filter(change -> change.kind() == Kind.ENDED).toList()));
                List<ConsumerRecord<byte[], byte[]>> states =
                        KafkaRecords.read(bootstrap, Topics.CAMERA_STATE, 2 * CAMERAS);
                assertEquals(CAMERAS, states.stream().filter(state -> state.value() == null).count());
            }
        }
    }

    @Test
    void recordsOfANewerVersionAreNamedAndHoldNothingUp() throws Exception {
        try (KafkaForTests kafka = KafkaForTests.start()) {
            String bootstrap = kafka.bootstrapServers();
            InferenceHop.topics(bootstrap).ensure();
            ProducerRecord<byte[], byte[]> state = new ProducerRecord<>(Topics.CAMERA_STATE, 0, key(0),
                    "something else".getBytes(UTF_8));
            state.headers().add(CloudEvents.TYPE, "hsaw.camera-state.v2".getBytes(UTF_8));
            ProducerRecord<byte[], byte[]> newer = new ProducerRecord<>(Topics.HALF_FACES, 0, key(0),
                    "something else".getBytes(UTF_8));
            newer.headers().add(CloudEvents.TYPE, "hsaw.half-faces.v2".getBytes(UTF_8));
            newer.headers().add(CloudEvents.ID, "newer".getBytes(UTF_8));
            KafkaRecords.publish(bootstrap, List.of(state, newer));
            KafkaRecords.publish(bootstrap, frames(0, 1));
            try (TransactionalHop hop = start(kafka, Delivery.EXACTLY_ONCE)) {
                Outcome outcome = outcome(bootstrap, 1 + CAMERAS);
                FrameReply refused = outcome.replies().get("camera-0").get(0);
                assertEquals("newer", refused.frameId());
                assertEquals(RejectionCode.INTERNAL_ERROR, refused.rejection().code());
                assertTrue(refused.rejection().detail().endsWith("schema must be hsaw.half-faces.v1, found"
                        + " hsaw.half-faces.v2, which a newer version wrote: update this service"),
                        refused.rejection().detail());
                assertEquals(2, outcome.replies().get("camera-0").get(1).faces().size());
            }
        }
    }

    private static TransactionalHop start(KafkaForTests kafka, Delivery delivery) {
        return InferenceHop.start(kafka.bootstrapServers(), "1", LONG, delivery);
    }

    /** Of each camera the frames of these numbers, 30 a second, with two faces that move and change. */
    private static List<ProducerRecord<byte[], byte[]>> frames(int from, int to) {
        List<ProducerRecord<byte[], byte[]>> frames = new ArrayList<>();
        for (int i = from; i < to; i++) {
            for (int camera = 0; camera < CAMERAS; camera++) {
                FrameInfo frame = new FrameInfo("camera-" + camera, "f" + i, START.plusMillis(i * 100L / 3), 640, 480,
                        null, Map.of());
                frames.add(new ProducerRecord<>(Topics.HALF_FACES, camera % InferenceHop.PARTITIONS, key(camera),
                        RecordCodec.HALF_FACES.encode(new HalfFaces(frame,
                                List.of(face(20 + i % 40, i + camera), face(300 - i % 30, 3 * i))))));
            }
        }
        return frames;
    }

    private static byte[] key(int camera) {
        return ("camera-" + camera).getBytes(UTF_8);
    }

    private static SplitFace face(double x, int grey) {
        Point point = new Point(x + 50, 70);
        RgbImage half = new RgbImage(1, 1, new byte[] {(byte) grey, 0, 0});
        return new SplitFace(new DetectedFace(new Box(x, 20, 100, 100),
                new KeyPoints(point, point, point, point, point), 0.9, 5, -3), new HalfFacePair(half, half));
    }

    private static Outcome outcome(String bootstrap) throws InvalidRecordException {
        return outcome(bootstrap, CAMERAS * FRAMES);
    }

    private static Outcome outcome(String bootstrap, int frames) throws InvalidRecordException {
        Outcome outcome = new Outcome(new TreeMap<>(), new TreeMap<>());
        for (ConsumerRecord<byte[], byte[]> record : KafkaRecords.read(bootstrap, Topics.EMOTIONS, frames)) {
            FrameReply reply = RecordCodec.EMOTIONS.decode(record.value());
            outcome.replies().computeIfAbsent(reply.cameraId(), id -> new ArrayList<>()).add(new FrameReply(
                    FrameReply.SCHEMA, reply.cameraId(), reply.frameId(), reply.capturedAt(), reply.width(),
                    reply.height(), reply.rejection(), reply.model(), Map.of(), reply.faces()));
        }
        for (EmotionChange change : changes(KafkaRecords.readAll(bootstrap, Topics.EMOTION_CHANGES))) {
            outcome.changes().computeIfAbsent(change.cameraId(), id -> new ArrayList<>()).add(change);
        }
        return outcome;
    }

    private static List<EmotionChange> changes(List<ConsumerRecord<byte[], byte[]>> records)
            throws InvalidRecordException {
        List<EmotionChange> changes = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            changes.add(RecordCodec.EMOTION_CHANGES.decode(record.value()));
        }
        return changes;
    }

    private static List<String> ids(List<EmotionChange> changes) {
        return changes.stream().map(EmotionChange::trackId).sorted().toList();
    }
}
