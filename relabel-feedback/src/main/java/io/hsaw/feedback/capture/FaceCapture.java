package io.hsaw.feedback.capture;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hsaw.contracts.CameraSettings;
import io.hsaw.contracts.Faces;
import io.hsaw.contracts.FrameLimits;
import io.hsaw.contracts.InvalidRecordException;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.Topics;
import io.hsaw.feedback.Queries;
import io.hsaw.feedback.Queries.CapturedSample;
import io.hsaw.messaging.CompactionNudge;
import io.hsaw.messaging.StageRecords;
import io.hsaw.messaging.TopicFollower;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Metrics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jboss.logging.Logger;

/**
 * Keeps faces of cameras whose settings allow it, as samples without a label for people to look at, and erases those that
 * may be kept no longer: their time is over, or the consent that they were kept under was taken back, also if another one
 * was given since. Where no camera's settings allow it, no picture is read at all. Several processes share the cameras.
 */
public final class FaceCapture implements AutoCloseable {

    /** The consumer group. */
    public static final String GROUP = "face-capture";

    private static final Logger LOG = Logger.getLogger(FaceCapture.class);
    private static final String SOURCE = "/hsaw/relabel-feedback";
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);
    private static final Duration CLOSE = Duration.ofSeconds(5);
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final int SESSION_MILLIS = 6_000;
    /** Samples erased at a time. */
    private static final int MOST_ERASED = 1_000;

    private final String bootstrap;
    private final String replica;
    private final Queries ledger;
    private final Clock clock;
    private final Duration betweenSweeps;
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicInteger cameras = new AtomicInteger();
    private final Counter kept = Counter.builder("hsaw.captured.faces").description("Faces of cameras kept as samples.")
            .register(Metrics.globalRegistry);
    private final Counter erased = Counter.builder("hsaw.captured.faces.erased")
            .description("Erasures of kept faces, by time or because consent was taken back.").register(Metrics.globalRegistry);
    private String said;

    /**
     * @param replica       name of this process among those of its service
     * @param ledger        knows what was kept
     * @param clock         says when the time of a sample is over
     * @param betweenSweeps between two looks for what may be kept no longer
     */
    public FaceCapture(String bootstrap, String replica, Queries ledger, Clock clock, Duration betweenSweeps) {
        this.bootstrap = bootstrap;
        this.replica = replica;
        this.ledger = ledger;
        this.clock = clock;
        this.betweenSweeps = betweenSweeps;
        thread = new Thread(this::run, GROUP);
        thread.setDaemon(true);
        Gauge.builder("hsaw.capture.cameras", cameras, AtomicInteger::get)
                .description("Cameras whose faces may be kept.").register(Metrics.globalRegistry);
    }

    /** Begins. Kafka and the ledger's database need not answer yet. */
    public void start() {
        thread.start();
    }

    private void run() {
        while (closing.getCount() > 0) {
            try (Session session = new Session()) {
                session.run();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                if (closing.getCount() == 0) {
                    return;
                }
                // once for each reason: it is tried again each second
                if (!String.valueOf(e.getMessage()).equals(said)) {
                    said = String.valueOf(e.getMessage());
                    LOG.warnf("No faces are kept or erased for now: %s", e.getMessage());
                }
                LOG.debug("why no faces are kept", e);
                try {
                    closing.await(BETWEEN_TRIES.toMillis(), TimeUnit.MILLISECONDS);
                } catch (InterruptedException interrupted) {
                    return;
                }
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        closing.countDown();
        thread.join(CLOSE.toMillis());
        thread.interrupt();
        thread.join();
    }

    /** As long as all is well. */
    private final class Session implements AutoCloseable, ConsumerRebalanceListener {

        private final Consents consents = new Consents();
        private final TopicFollower settings;
        private final KafkaConsumer<byte[], byte[]> faces;
        private final KafkaProducer<byte[], byte[]> producer;
        private final CompactionNudge nudge;
        private boolean reading = true;
        private Instant nextSweep = Instant.EPOCH;

        Session() {
            settings = new TopicFollower(bootstrap, Topics.CAMERA_SETTINGS, GROUP + "-settings-" + replica);
            faces = new KafkaConsumer<>(Map.of(
                    ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap,
                    ConsumerConfig.GROUP_ID_CONFIG, GROUP,
                    ConsumerConfig.CLIENT_ID_CONFIG, GROUP + "-" + replica,
                    ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed",
                    // only what comes from now on: nothing of before somebody agreed
                    ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest",
                    ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false,
                    ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false,
                    ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_MILLIS,
                    ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FrameLimits.MAX_RECORD_BYTES),
                    new ByteArrayDeserializer(), new ByteArrayDeserializer());
            producer = new KafkaProducer<>(Map.of(
                    ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap,
                    ProducerConfig.MAX_BLOCK_MS_CONFIG, TIMEOUT_MILLIS,
                    ProducerConfig.MAX_REQUEST_SIZE_CONFIG, FrameLimits.MAX_RECORD_BYTES),
                    new ByteArraySerializer(), new ByteArraySerializer());
            nudge = new CompactionNudge(bootstrap, List.of(Topics.definition(Topics.LABELED_FRAMES),
                    Topics.definition(Topics.LABELS), Topics.definition(Topics.CAMERA_SETTINGS)));
        }

        void run() throws InterruptedException {
            while (!settings.atEnd()) {
                followSettings(POLL);
            }
            faces.subscribe(List.of(Topics.FACES), this);
            while (closing.getCount() > 0) {
                followSettings(Duration.ZERO);
                readOnlyIfAllowed();
                for (ConsumerRecord<byte[], byte[]> record : faces.poll(POLL)) {
                    keep(record);
                }
                Instant now = clock.instant();
                if (!now.isBefore(nextSweep)) {
                    sweep(now);
                    nextSweep = now.plus(betweenSweeps);
                }
                nudge.nudge();
                said = null;
            }
        }

        private void followSettings(Duration most) {
            for (ConsumerRecord<byte[], byte[]> record : settings.poll(most)) {
                String camera = record.key() == null ? "" : new String(record.key(), UTF_8);
                try {
                    consents.put(camera, record.value() == null ? null
                            : StageRecords.value(record, RecordCodec.CAMERA_SETTINGS));
                } catch (InvalidRecordException e) {
                    // what cannot be read allows nothing
                    consents.put(camera, null);
                    LOG.warnf("Settings of a camera cannot be read, none of its faces are kept: %s", e.getMessage());
                }
                nextSweep = Instant.EPOCH;
                cameras.set(consents.since().size());
            }
        }

        private void readOnlyIfAllowed() {
            Set<TopicPartition> partitions = faces.assignment();
            if (consents.areNone()) {
                faces.pause(partitions);
                reading = false;
            } else if (!reading) {
                faces.seekToEnd(partitions);
                faces.resume(partitions);
                reading = true;
            }
        }

        private void keep(ConsumerRecord<byte[], byte[]> record) {
            try {
                Faces found = StageRecords.value(record, RecordCodec.FACES);
                if (found.faces().isEmpty()) {
                    return;
                }
                consents.take(found.frame().cameraId(), Instant.ofEpochMilli(record.timestamp())).ifPresent(consent -> {
                    Instant now = clock.instant();
                    for (CapturedFace face : CapturedFace.of(found, consent, now)) {
                        ProducerRecord<byte[], byte[]> sample = new ProducerRecord<>(Topics.LABELED_FRAMES,
                                face.frame().sampleId().getBytes(UTF_8), face.picture());
                        face.frame().headers(SOURCE, found.frame().capturedAt(), CapturedFace.CONTENT_TYPE)
                                .forEach((name, value) -> sample.headers().add(name, value.getBytes(UTF_8)));
                        producer.send(sample, (metadata, e) -> {
                            if (e != null) {
                                LOG.warnf("A face was not kept: %s", e.getMessage());
                            } else {
                                kept.increment();
                            }
                        });
                    }
                });
            } catch (InvalidRecordException e) {
                LOG.debugf("Not a record of faces: %s", e.getMessage());
            }
        }

        private void sweep(Instant now) {
            List<CapturedSample> over = ledger.capturesNotAllowed(now, consents.since(), MOST_ERASED);
            over.forEach(sample -> producer.send(new ProducerRecord<>(Topics.LABELED_FRAMES, sample.place().partition(),
                    sample.sampleId().getBytes(UTF_8), null)));
            producer.flush();
            erased.increment(over.size());
            if (!over.isEmpty()) {
                LOG.infof("Erased %d captured samples that may be kept no longer.", over.size());
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            consents.forgetTimes();
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            // paused again where nothing is allowed, before anything is fetched
            readOnlyIfAllowed();
        }

        @Override
        public void close() {
            settings.close();
            faces.close();
            producer.close(CLOSE);
            nudge.close();
        }
    }
}
