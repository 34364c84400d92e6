package io.hsaw.inference.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.broker.testing.KafkaRecords;
import io.hsaw.broker.testing.KafkaTestResource;
import io.hsaw.contracts.Box;
import io.hsaw.contracts.CloudEvents;
import io.hsaw.contracts.DetectedFace;
import io.hsaw.contracts.EmotionChange;
import io.hsaw.contracts.FaceReply;
import io.hsaw.contracts.FrameInfo;
import io.hsaw.contracts.FrameReply;
import io.hsaw.contracts.HalfFacePair;
import io.hsaw.contracts.HalfFaces;
import io.hsaw.contracts.KeyPoints;
import io.hsaw.contracts.ModelRelease;
import io.hsaw.contracts.Point;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.RejectionCode;
import io.hsaw.contracts.RgbImage;
import io.hsaw.contracts.SplitFace;
import io.hsaw.contracts.Topics;
import io.hsaw.messaging.ModelReleases;
import io.hsaw.network.store.ModelStore;
import io.hsaw.network.store.StoredModel;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(KafkaTestResource.class)
@QuarkusTestResource(UntrainedModel.class)
class InferenceServiceIT {

    private static final int PARTITION = 1;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrap;

    @ConfigProperty(name = "hsaw.inference.model")
    String configured;

    @ConfigProperty(name = "hsaw.inference.model-store")
    String store;

    @Inject
    @Readiness
    ModelReadiness readiness;

    @Test
    void everyHalfFacesRecordGetsOneReplyInOrderAndNewFacesBegin() throws Exception {
        FrameInfo frame = new FrameInfo("door", "f1", Instant.EPOCH, 640, 480, null, Map.of("face-detector", 5.0));
        FrameInfo refused = new FrameInfo("door", "f3", Instant.EPOCH, 0, 0, null, Map.of())
                .rejected(RejectionCode.TOO_LARGE, "too many pixels");
        ProducerRecord<byte[], byte[]> poison = record("no record at all".getBytes(StandardCharsets.UTF_8));
        poison.headers().add(CloudEvents.ID, "f2".getBytes(StandardCharsets.UTF_8));

        KafkaRecords.publish(bootstrap, List.of(
                record(RecordCodec.HALF_FACES.encode(new HalfFaces(frame, List.of(face(20), face(300))))),
                poison,
                record(RecordCodec.HALF_FACES.encode(new HalfFaces(refused, List.of())))));
        List<ConsumerRecord<byte[], byte[]>> written = replies(PARTITION, 3);

        assertEquals(3, written.size());
        written.forEach(record -> {
            assertEquals(PARTITION, record.partition());
            assertEquals("door", new String(record.key(), StandardCharsets.UTF_8));
        });
        FrameReply reply = RecordCodec.EMOTIONS.decode(written.get(0).value());
        assertEquals("f1", reply.frameId());
        assertEquals(2, reply.faces().size());
        assertEquals(UntrainedModel.NAME, reply.model().name());
        assertEquals(List.of(true, true), reply.faces().stream().map(FaceReply::uncertain).toList());
        assertEquals(List.of("face-detector", "hsaw-inference-wait", "hsaw-inference"),
                List.copyOf(reply.timings().keySet()));

        FrameReply answered = RecordCodec.EMOTIONS.decode(written.get(1).value());
        assertEquals("f2", answered.frameId());
        assertEquals(RejectionCode.INTERNAL_ERROR, answered.rejection().code());
        assertTrue(answered.rejection().detail().contains(HalfFaces.SCHEMA), answered.rejection().detail());

        assertEquals(refused.rejection(), RecordCodec.EMOTIONS.decode(written.get(2).value()).rejection());

        List<ConsumerRecord<byte[], byte[]>> changes = KafkaRecords.read(bootstrap, Topics.EMOTION_CHANGES, 2);
        assertEquals(2, changes.size());
        for (int i = 0; i < changes.size(); i++) {
            EmotionChange change = RecordCodec.EMOTION_CHANGES.decode(changes.get(i).value());
            assertEquals(EmotionChange.Kind.BEGAN, change.kind());
            assertEquals(reply.faces().get(i).trackId(), change.trackId());
            assertEquals(PARTITION, changes.get(i).partition());
        }
    }

    @Test
    void aPromotedModelAnswersUntilItIsTakenBackAndHealthSaysWhichOneDoes() throws Exception {
        StoredModel model = new ModelStore(Path.of(store))
                .put(UntrainedModel.write(Path.of(configured).resolveSibling("2"), "2", 2));
        ModelRelease release = new ModelRelease(model.card().ref(), ModelRelease.Role.CHALLENGER, model.cardSha256(), null,
                null, "person", null, Instant.now());
        await(readiness::call, ready -> ready.getStatus() == HealthCheckResponse.Status.UP);

        KafkaRecords.publish(bootstrap, ModelReleases.read(bootstrap).promotion(release, "person", null, Instant.now()));
        await(readiness::call, ready -> ready.getData().orElseThrow().get("model").equals("untrained/2"));
        assertEquals("2", answeringVersion(1));
        assertEquals("following topic model-releases", readiness.call().getData().orElseThrow().get("releases"));

        KafkaRecords.publish(bootstrap, ModelReleases.read(bootstrap).dethronement("person", Instant.now()));
        await(readiness::call, ready -> ready.getData().orElseThrow().get("model").equals("untrained/1"));
        assertEquals("1", answeringVersion(2));
        assertEquals(ModelRelease.Role.RETIRED, ModelReleases.read(bootstrap).of(model.card().ref()).orElseThrow().role());
    }

    /** Of the model that answers a frame without faces, the n-th on a partition of its own. */
    private String answeringVersion(int n) throws Exception {
        FrameInfo frame = new FrameInfo("window", "f" + n, Instant.EPOCH, 640, 480, null, Map.of());
        KafkaRecords.publish(bootstrap, List.of(new ProducerRecord<>(Topics.HALF_FACES, PARTITION + 1,
                "window".getBytes(StandardCharsets.UTF_8), RecordCodec.HALF_FACES.encode(new HalfFaces(frame, List.of())))));
        return RecordCodec.EMOTIONS.decode(replies(PARTITION + 1, n).get(n - 1).value()).model().version();
    }

    /** The first replies on a partition. */
    private List<ConsumerRecord<byte[], byte[]>> replies(int partition, int count) {
        return await(() -> KafkaRecords.readAll(bootstrap, Topics.EMOTIONS).stream()
                .filter(reply -> reply.partition() == partition).toList(), found -> found.size() >= count);
    }

    private static <T> T await(Supplier<T> look, Predicate<T> enough) {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        T found = look.get();
        while (!enough.test(found)) {
            assertTrue(System.nanoTime() < end, "waited in vain, found only " + found);
            LockSupport.parkNanos(50_000_000);
            found = look.get();
        }
        return found;
    }

    private static ProducerRecord<byte[], byte[]> record(byte[] value) {
        return new ProducerRecord<>(Topics.HALF_FACES, PARTITION, "door".getBytes(StandardCharsets.UTF_8), value);
    }

    private static SplitFace face(double x) {
        Point point = new Point(x + 50, 70);
        RgbImage half = new RgbImage(8, 16, new byte[3 * 8 * 16]);
        return new SplitFace(new DetectedFace(new Box(x, 20, 100, 100),
                new KeyPoints(point, point, point, point, point), 0.9, 5, -3), new HalfFacePair(half, half));
    }
}
