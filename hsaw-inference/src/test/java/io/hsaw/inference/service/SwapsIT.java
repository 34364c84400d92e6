package io.hsaw.inference.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.broker.testing.KafkaForTests;
import io.hsaw.broker.testing.KafkaRecords;
import io.hsaw.contracts.Box;
import io.hsaw.contracts.DetectedFace;
import io.hsaw.contracts.FrameInfo;
import io.hsaw.contracts.FrameReply;
import io.hsaw.contracts.HalfFacePair;
import io.hsaw.contracts.HalfFaces;
import io.hsaw.contracts.KeyPoints;
import io.hsaw.contracts.ModelRef;
import io.hsaw.contracts.ModelRelease;
import io.hsaw.contracts.ModelRelease.Role;
import io.hsaw.contracts.Point;
import io.hsaw.contracts.Probabilities;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.RgbImage;
import io.hsaw.contracts.SplitFace;
import io.hsaw.contracts.Topics;
import io.hsaw.inference.Cameras;
import io.hsaw.inference.TrackSettings;
import io.hsaw.inference.Tracks;
import io.hsaw.messaging.Delivery;
import io.hsaw.messaging.HopSettings;
import io.hsaw.messaging.ModelReleases;
import io.hsaw.messaging.TopicSetup;
import io.hsaw.messaging.TransactionalHop;
import io.hsaw.network.HsawModel;
import io.hsaw.network.ModelCard;
import io.hsaw.network.ModelFiles;
import io.hsaw.network.NetworkSettings;
import io.hsaw.network.SelfCheck;
import io.hsaw.network.Temperatures;
import io.hsaw.network.store.ModelStore;
import io.hsaw.network.store.StoredModel;
import io.hsaw.network.weights.InitialWeights;
import io.hsaw.network.weights.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that take over from one another while frames flow, on a real broker with the real network. */
class SwapsIT {

    private static final NetworkSettings FP32 =
            new NetworkSettings(NetworkSettings.Device.CPU, NetworkSettings.Precision.FP32, 0);
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int CAMERAS = 2;
    /** The smallest that the network reads: the models are to be exchanged, not to be good. */
    private static final int SIZE = 64;

    @TempDir
    private Path directory;
    private Path configured;
    private ModelStore store;
    private int published;

    /** The stage and what exchanges its models, as a service has them. */
    private record Service(TransactionalHop hop, ReleaseFollower follower, ModelInUse models) implements AutoCloseable {
        @Override
        public void close() {
            follower.close();
            hop.close();
            models.close();
        }
    }

    @BeforeEach
    void writeConfigured() throws Exception {
        store = new ModelStore(directory.resolve("store"));
        configured = write("configured", "0", 100, true);
    }

    @Test
    void modelsTakeOverWhileFramesFlowAndNothingIsLostDoubledOrOutOfOrder() throws Exception {
        try (KafkaForTests kafka = KafkaForTests.start(); Service service = start(kafka)) {
            String bootstrap = kafka.bootstrapServers();
            Map<ModelRef, Probabilities> expected = new HashMap<>();
            expected.put(ModelFiles.readCard(configured).ref(), probabilities(configured));
            publish(bootstrap, 20);
            for (int i = 1; i <= 4; i++) {
                StoredModel model = stored(String.valueOf(i));
                expected.put(model.card().ref(), probabilities(model.directory()));
                promote(bootstrap, model);
                while (!service.models().current().model().equals(model.card().ref())) {
                    publish(bootstrap, 5);
                }
                publish(bootstrap, 5);
            }

            List<FrameReply> replies = replies(bootstrap);

            assertEquals(CAMERAS * published, replies.size());
            Set<String> tracks = new LinkedHashSet<>();
            for (int camera = 0; camera < CAMERAS; camera++) {
                String id = "camera-" + camera;
                List<FrameReply> own = replies.stream().filter(reply -> reply.cameraId().equals(id)).toList();
                assertEquals(IntStream.range(0, published).mapToObj(n -> "f" + n).toList(),
                        own.stream().map(FrameReply::frameId).toList());
                List<String> versions = own.stream().map(reply -> reply.model().version()).distinct().toList();
                assertEquals(List.of("0", "1", "2", "3", "4"), versions);
                assertEquals(versions.size(), 1 + IntStream.range(1, own.size())
                        .filter(n -> !own.get(n).model().equals(own.get(n - 1).model())).count(), "each came once, for good");
                own.forEach(reply -> tracks.add(reply.faces().get(0).trackId()));
            }
            assertEquals(CAMERAS, tracks.size(), "tracks go on");
            for (FrameReply reply : replies) {
                assertEquals(expected.get(reply.model()), reply.faces().get(0).probabilities(), () -> reply.model().toString());
            }
            assertEquals(expected.size(), Set.copyOf(expected.values()).size(), "the models differ");
        }
    }

    @Test
    void whatCannotBeTakenIsRefusedWithAReasonTheOldModelGoesOnAndALaterGoodOneHeals() throws Exception {
        try (KafkaForTests kafka = KafkaForTests.start(); Service service = start(kafka)) {
            String bootstrap = kafka.bootstrapServers();
            StoredModel good = stored("good");
            promote(bootstrap, good);
            await(() -> service.models().current().model().version().equals("good"));

            StoredModel damaged = stored("damaged");
            byte[] weights = Files.readAllBytes(damaged.directory().resolve(ModelFiles.WEIGHTS));
            weights[weights.length / 2] ^= 1;
            Files.write(damaged.directory().resolve(ModelFiles.WEIGHTS), weights);
            assertRefused(bootstrap, service, damaged, "SHA-256");

            StoredModel exchanged = stored("exchanged");
            Files.writeString(exchanged.directory().resolve(ModelFiles.CARD), "\n",
                    StandardOpenOption.APPEND);
            assertRefused(bootstrap, service, exchanged, "was changed");

            assertRefused(bootstrap, service, store.put(write("hsaw", "wrong", 3, false)), "logits of fixed faces");

            StoredModel gone = stored("gone");
            Files.delete(gone.directory().resolve(ModelFiles.WEIGHTS));
            assertRefused(bootstrap, service, gone, "does not exist");

            ProducerRecord<byte[], byte[]> hostile = new ProducerRecord<>(Topics.MODEL_RELEASES,
                    ModelRelease.CHAMPION_KEY.getBytes(UTF_8),
                    new String(ModelReleases.record(ModelRelease.CHAMPION_KEY, release(good)).value(), UTF_8)
                            .replace("\"hsaw/good\"", "\"../../etc\"").getBytes(UTF_8));
            KafkaRecords.publish(bootstrap, List.of(hostile));

            publish(bootstrap, 5);
            assertTrue(replies(bootstrap).stream().allMatch(reply -> reply.model().version().equals("good")));

            promote(bootstrap, stored("healed"));
            await(() -> service.models().current().model().version().equals("healed"));
            await(() -> service.follower().status().startsWith("following"));
            publish(bootstrap, 1);
            assertEquals("healed", newest(bootstrap).version());
        }
    }

    @Test
    void theFirstReplyIsAlreadyTheChampionsAndOneThatIsMendedTakesOverFromTheConfiguredModel() throws Exception {
        try (KafkaForTests kafka = KafkaForTests.start()) {
            String bootstrap = kafka.bootstrapServers();
            topics(bootstrap, Topics.all()).ensure();
            topics(bootstrap, Topics.learningLoop()).ensure();
            promote(bootstrap, stored("1"));
            publish(bootstrap, 3);
            try (Service service = start(kafka)) {
                assertTrue(replies(bootstrap).stream().allMatch(reply -> reply.model().version().equals("1")));
            }

            Path moved = directory.resolve("unmounted");
            Files.move(store.directory(), moved);
            try (Service service = start(kafka)) {
                publish(bootstrap, 1);
                assertEquals("configured", newest(bootstrap).name());
                assertTrue(service.follower().status().contains("mounted"), service.follower().status());
                String key = ModelRelease.refusalKey("1", new ModelRef("hsaw", "1"));
                await(() -> ModelReleases.read(bootstrap).has(key));

                Files.move(moved, store.directory());
                await(() -> service.models().current().model().version().equals("1"));
                await(() -> !ModelReleases.read(bootstrap).has(key));

                KafkaRecords.publish(bootstrap, ModelReleases.read(bootstrap).dethronement("person", Instant.now()));
                await(() -> service.models().current().model().name().equals("configured"));
                publish(bootstrap, 1);
                assertEquals("configured", newest(bootstrap).name());
            }
        }
    }

    private void assertRefused(String bootstrap, Service service, StoredModel model, String reason) throws Exception {
        promote(bootstrap, model);
        ModelRef ref = model.card().ref();
        await(() -> !ModelReleases.read(bootstrap).refusals(ref).isEmpty());
        ModelRelease refused = ModelReleases.read(bootstrap).refusals(ref).get(0);
        assertEquals(Role.REFUSED, refused.role());
        assertEquals("replica 1", refused.by());
        assertTrue(refused.reason().contains(reason), refused.reason());
        assertTrue(service.follower().status().startsWith("refused " + model.path()), service.follower().status());
        assertEquals("good", service.models().current().model().version());
    }

    private Service start(KafkaForTests kafka) throws Exception {
        String bootstrap = kafka.bootstrapServers();
        Tracks tracks = new Tracks(TrackSettings.DEFAULT);
        ModelInUse models = new ModelInUse(RunningModel.load(configured, null, FP32, card -> 0, tracks), false);
        TransactionalHop hop = new TransactionalHop(
                new HopSettings(InferenceStage.NAME, Topics.HALF_FACES, bootstrap, Delivery.EXACTLY_ONCE, "1"),
                topics(bootstrap, Topics.all()),
                new InferenceStage(models, new Cameras(tracks, Duration.ofMinutes(10), 100), 8), () -> System.exit(1));
        ReleaseFollower follower = new ReleaseFollower(bootstrap, "1", topics(bootstrap, Topics.learningLoop()), store,
                configured, (folder, hash) -> RunningModel.load(folder, hash, FP32, card -> 0, tracks), models, new ModelMetrics());
        hop.start();
        follower.start();
        return new Service(hop, follower, models);
    }

    private static TopicSetup topics(String bootstrap, List<Topics.Definition> topics) {
        return new TopicSetup(bootstrap, topics, InferenceHop.PARTITIONS, 1);
    }

    private StoredModel stored(String version) throws Exception {
        return store.put(write("hsaw", version, version.hashCode(), true));
    }

    /** A model that nobody trained, with temperatures of its own. */
    private Path write(String name, String version, long seed, boolean ownLogits) throws Exception {
        Path model = directory.resolve(name + "-" + version);
        Map<String, Tensor> weights = InitialWeights.random(seed);
        ModelFiles.write(model, weights, hash -> card(name, version, seed, hash));
        List<List<Double>> logits = new ArrayList<>(SelfCheck.of(model));
        if (!ownLogits) {
            logits.replaceAll(row -> row.stream().map(logit -> logit + 1000).toList());
        }
        ModelFiles.write(model, weights, hash -> card(name, version, seed, hash).withSelfCheck(logits));
        return model;
    }

    private static ModelCard card(String name, String version, long seed, String hash) {
        double temperature = 1 + Math.abs(seed % 7);
        return new ModelCard(name, version, "made by a test", "none", "none", Map.of(), SIZE, null,
                new Temperatures(temperature, temperature, temperature), null, hash, null, null);
    }

    /** What the model says of the face that all frames show. */
    private static Probabilities probabilities(Path model) throws Exception {
        try (HsawModel loaded = HsawModel.load(model, FP32)) {
            double temperature = loaded.card().temperatures().fused();
            double[] exponents = Arrays.stream(loaded.predict(List.of(face().halves())).get(0).fused())
                    .map(logit -> Math.exp(logit / temperature)).toArray();
            double sum = Arrays.stream(exponents).sum();
            return Probabilities.of(Arrays.stream(exponents).map(e -> e / sum).toArray()).rounded();
        }
    }

    private static ModelRelease release(StoredModel model) {
        return new ModelRelease(model.card().ref(), Role.CHALLENGER, model.cardSha256(), null, null, "person", null,
                Instant.now());
    }

    private static void promote(String bootstrap, StoredModel model) throws Exception {
        topics(bootstrap, Topics.learningLoop()).ensure();
        KafkaRecords.publish(bootstrap,
                ModelReleases.read(bootstrap).promotion(release(model), "person", null, Instant.now()));
    }

    /** So many more frames of each camera, 30 a second by their own times. */
    private void publish(String bootstrap, int frames) throws Exception {
        topics(bootstrap, Topics.all()).ensure();
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < frames; i++) {
            int n = published++;
            for (int camera = 0; camera < CAMERAS; camera++) {
                String id = "camera-" + camera;
                FrameInfo frame = new FrameInfo(id, "f" + n, START.plusMillis(n * 100L / 3), 640, 480, null, Map.of());
                records.add(new ProducerRecord<>(Topics.HALF_FACES, camera % InferenceHop.PARTITIONS, id.getBytes(UTF_8),
                        RecordCodec.HALF_FACES.encode(new HalfFaces(frame, List.of(face())))));
            }
        }
        KafkaRecords.publish(bootstrap, records);
    }

    private static SplitFace face() {
        Point point = new Point(70, 70);
        byte[] pixels = new byte[3 * 8 * 16];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i * 37);
        }
        RgbImage half = new RgbImage(8, 16, pixels);
        return new SplitFace(new DetectedFace(new Box(20, 20, 100, 100),
                new KeyPoints(point, point, point, point, point), 0.9, 5, -3), new HalfFacePair(half, half));
    }

    /** The replies to all frames published so far, those of one camera in order. */
    private List<FrameReply> replies(String bootstrap) throws Exception {
        KafkaRecords.read(bootstrap, Topics.EMOTIONS, CAMERAS * published);
        List<FrameReply> replies = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : KafkaRecords.readAll(bootstrap, Topics.EMOTIONS)) {
            replies.add(RecordCodec.EMOTIONS.decode(record.value()));
        }
        return replies;
    }

    /** The model that answered the last frame. */
    private ModelRef newest(String bootstrap) throws Exception {
        return replies(bootstrap).stream().filter(reply -> reply.frameId().equals("f" + (published - 1))).findAny()
                .orElseThrow().model();
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "waited " + PATIENCE.toSeconds() + " s in vain");
            LockSupport.parkNanos(20_000_000);
        }
    }
}
