package io.hsaw.trainer.samples;

import io.hsaw.contracts.InvalidRecordException;
import io.hsaw.contracts.Label;
import io.hsaw.contracts.LabeledFrame;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.RejectionCode;
import io.hsaw.contracts.Topics;
import io.hsaw.facedetector.PictureRejectedException;
import io.hsaw.messaging.TopicSetup;
import io.hsaw.trainer.dataset.DataSetException;
import io.hsaw.trainer.dataset.FramedSample;
import io.hsaw.trainer.dataset.PackedHalves;
import io.hsaw.trainer.dataset.ParallelFramer;
import io.hsaw.trainer.dataset.PictureFacts;
import io.hsaw.trainer.dataset.Progress;
import io.hsaw.trainer.dataset.Sample;
import io.hsaw.trainer.dataset.SampleFramer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jboss.logging.Logger;

/**
 * A local copy of the log's samples, {@code labeled-frames} joined with {@code labels}, kept up all the time without
 * reading again what it has. Pictures are framed once, when they come, by the pipeline's own code; a sample that cannot be
 * used is kept with the reason. An erased sample is gone from the copy's file too, seconds after the copy has read of it.
 * Safe for use by several threads.
 */
public final class SampleCopy implements AutoCloseable {

    private static final String USABLE = "usable";
    private static final String UNLABELLED = "unlabelled";
    private static final String UNKNOWN_LABEL = "unknown-label";
    private static final String INVALID_RECORD = "invalid-record";

    /** What {@link #counts} counts. */
    public static final List<String> STATES = List.of(USABLE, UNLABELLED, UNKNOWN_LABEL, INVALID_RECORD,
            RejectionCode.INVALID_IMAGE.label(), RejectionCode.UNSUPPORTED_FORMAT.label(), RejectionCode.TOO_LARGE.label(), RejectionCode.INTERNAL_ERROR.label());

    private static final Logger LOG = Logger.getLogger(SampleCopy.class);
    /** Raised when half faces of the same sample come out different: then all are framed anew. */
    private static final String FRAMING = "framing";
    private static final Duration BETWEEN_WORDS = Duration.ofMillis(500);

    private final LogClients clients;
    private final SampleStore store;
    private final ParallelFramer framer;
    private final LogFollower frames;
    private final LogFollower labels;
    private final Map<String, Integer> counts = new TreeMap<>();
    private final Object news = new Object();

    /**
     * Opens the copy in a folder, empty if there is none yet.
     *
     * @param topics  of the learning loop
     * @param threads pictures framed at a time
     * @throws IOException if the folder cannot be used; the message says what to do
     */
    public SampleCopy(Path folder, LogClients clients, TopicSetup topics, int threads) throws IOException {
        this.clients = clients;
        store = new SampleStore(folder);
        framer = new ParallelFramer(threads);
        frames = new LogFollower(Topics.LABELED_FRAMES, clients, topics, store, new Frames(), this::changed);
        labels = new LogFollower(Topics.LABELS, clients, topics, store, new Labels(), this::changed);
        String framing = String.valueOf(SampleFramer.VERSION);
        if (!store.mark(FRAMING).map(framing::equals).orElse(false)) {
            store.change(changes -> {
                changes.forgetSamples();
                changes.forgetMarks(Topics.LABELED_FRAMES + "/");
                changes.mark(FRAMING, framing);
            });
        }
        store.forEach((id, sample) -> count(sample.sample(), 1));
    }

    /** Begins to follow the log. */
    public void start() {
        frames.start();
        labels.start();
    }

    /** Why the copy does not follow the log now, for a person; empty if it does. */
    public Optional<String> problem() {
        return frames.problem().map(why -> Topics.LABELED_FRAMES + ": " + why)
                .or(() -> labels.problem().map(why -> Topics.LABELS + ": " + why));
    }

    /** Whether the copy can be kept up; if not, a restart of the process is the remedy, and room on its disk. */
    public boolean alive() {
        return store.isUsable();
    }

    /** How many samples there are: usable, unlabelled, and by the reason why they cannot be used. */
    public Map<String, Integer> counts() {
        synchronized (counts) {
            return new TreeMap<>(counts);
        }
    }

    /**
     * Waits until the copy has all that is in the log now.
     *
     * @param progress records read, and how many there are to read; called at least every half second
     * @throws ExecutionException if Kafka does not say where the log ends
     */
    public void awaitCaughtUp(Progress progress) throws ExecutionException, InterruptedException {
        Map<TopicPartition, Long> ends = ends();
        long missing = missing(ends);
        for (long left = missing; left > 0; left = missing(ends)) {
            progress.at((int) (missing - left), (int) missing);
            awaitNews(BETWEEN_WORDS);
        }
        progress.at((int) missing, (int) missing);
    }

    private long missing(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .mapToLong(end -> Math.max(0, end.getValue() - LogFollower.position(store, end.getKey()))).sum();
    }

    private Map<TopicPartition, Long> ends() throws ExecutionException, InterruptedException {
        try (Admin admin = clients.admin()) {
            Map<TopicPartition, OffsetSpec> latest = new LinkedHashMap<>();
            for (TopicDescription topic : admin.describeTopics(List.of(Topics.LABELED_FRAMES, Topics.LABELS)).allTopicNames()
                    .get().values()) {
                topic.partitions().forEach(partition -> latest.put(new TopicPartition(topic.name(), partition.partition()),
                        OffsetSpec.latest()));
            }
            Map<TopicPartition, Long> ends = new LinkedHashMap<>();
            admin.listOffsets(latest, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED)).all().get()
                    .forEach((partition, end) -> ends.put(partition, end.offset()));
            return ends;
        }
    }

    /** Waits until something changes, at most so long. */
    public void awaitNews(Duration most) throws InterruptedException {
        synchronized (news) {
            TimeUnit.MILLISECONDS.timedWait(news, most.toMillis());
        }
    }

    private void changed() {
        synchronized (news) {
            news.notifyAll();
        }
    }

    /** All samples that can be used, by id. Without captures whose time is over. */
    public List<KnownSample> samples() {
        long now = System.currentTimeMillis();
        List<KnownSample> samples = new ArrayList<>();
        store.forEach((id, of) -> {
            StoredSample sample = of.sample();
            if (sample.problem() == null && (sample.expires() == null || sample.expires() > now)) {
                samples.add(new KnownSample(id, sample.dataSet(), sample.published(),
                        of.label() == null ? sample.published() : of.label().label(), sample.split(), sample.picture(),
                        sample.pixels(), sample.blank()));
            }
        });
        return samples;
    }

    /** A sample's half faces, if a face's were found in it, and whether they were; empty where it is not there any longer. */
    public Optional<Halves> halves(String sampleId) {
        return store.sample(sampleId).flatMap(sample -> store.halves(sampleId)
                .map(halves -> new Halves(sample.picture(), sample.faceFound(), halves)));
    }

    /**
     * The half faces of a sample.
     *
     * @param picture   SHA-256 of the picture they are from
     * @param faceFound whether a face was found; if not, they are those of the centre line
     * @param packed    the halves
     */
    public record Halves(String picture, boolean faceFound, PackedHalves packed) {
    }

    /** The answers to a run's proposals, one for each sample: the newest. */
    public List<Label> answers(String runId) {
        return store.labels(Label.forkKey(runId, ""));
    }

    private void count(StoredSample sample, int by) {
        String state = sample.problem() != null ? sample.problem().code()
                : sample.published() == null ? UNLABELLED : USABLE;
        synchronized (counts) {
            counts.merge(state, by, Integer::sum);
        }
    }

    /** Topic {@code labels}. */
    private static final class Labels implements LogFollower.Content {

        @Override
        public SampleStore.Change read(List<ConsumerRecord<byte[], byte[]>> records) {
            Map<String, byte[]> read = new LinkedHashMap<>();
            for (ConsumerRecord<byte[], byte[]> record : records) {
                try {
                    if (record.value() == null
                            || RecordCodec.LABELS.decode(record.value()).key().equals(text(record.key()))) {
                        read.put(text(record.key()), record.value());
                    } else {
                        LOG.warnf("%s is left out: its key is not that of the label in it", place(record));
                    }
                } catch (InvalidRecordException e) {
                    LOG.warnf("%s is left out: %s", place(record), e.getMessage());
                }
            }
            return changes -> read.forEach(changes::label);
        }

        @Override
        public void forget(SampleStore.Changes changes) {
            changes.forgetLabels();
        }
    }

    /** Topic {@code labeled-frames}. */
    private final class Frames implements LogFollower.Content {

        /** What a record comes to; nothing where it erases its sample. */
        private record Read(String id, StoredSample sample, PackedHalves halves, boolean samePicture) {
        }

        @Override
        public SampleStore.Change read(List<ConsumerRecord<byte[], byte[]>> records) throws InterruptedException {
            Map<String, ConsumerRecord<byte[], byte[]>> newest = new LinkedHashMap<>();
            for (ConsumerRecord<byte[], byte[]> record : records) {
                newest.put(text(record.key()), record);
            }
            List<Read> read;
            try {
                read = framer.each(List.copyOf(newest.values()), Frames.this::read);
            } catch (DataSetException e) {
                throw new IllegalStateException(e); // what cannot be read is no exception here
            }
            return changes -> {
                for (Read one : read) {
                    store.sample(one.id).ifPresent(before -> count(before, -1));
                    if (one.sample == null) {
                        changes.erase(one.id);
                        continue;
                    }
                    count(one.sample, 1);
                    if (one.samePicture) {
                        changes.sample(one.id, one.sample);
                    } else {
                        changes.sample(one.id, one.sample, one.halves);
                    }
                }
            };
        }

        private Read read(SampleFramer with, ConsumerRecord<byte[], byte[]> record) {
            String id = text(record.key());
            if (record.value() == null) {
                return new Read(id, null, null, false);
            }
            LabeledFrame frame;
            try {
                frame = LabeledFrame.read(record.key(), name -> value(record.headers().lastHeader(name)));
            } catch (InvalidRecordException e) {
                LOG.warnf("%s cannot be used: %s", place(record), e.getMessage());
                String code = e.getMessage().contains(LabeledFrame.LABEL) ? UNKNOWN_LABEL : INVALID_RECORD;
                return new Read(id, StoredSample.unusable(null, code, e.getMessage()), null, false);
            }
            String picture = sha256(record.value());
            String framed = picture + " " + frame.face() + " " + frame.crop();
            Optional<StoredSample> before = store.sample(id).filter(known -> framed.equals(known.framed()));
            if (before.isPresent()) {
                return new Read(id, before.get().as(frame), null, true);
            }
            Sample sample = new Sample(id, place(record), record.value(), frame.label(), null, frame.crop(), frame.face());
            try {
                PictureFacts facts = PictureFacts.of(sample);
                FramedSample halves = with.frame(sample);
                PackedHalves packed = PackedHalves.of(halves.halves());
                return new Read(id, new StoredSample(frame.dataSet(), frame.label(), frame.split(), StoredSample.expires(frame),
                        picture, framed, facts.hash(), facts.nearConstant(), halves.faceFound(), packed.width(),
                        packed.height(), null), packed, false);
            } catch (RuntimeException e) {
                LOG.warnf(e, "%s cannot be used", place(record));
                return new Read(id, StoredSample.unusable(frame.dataSet(), RejectionCode.INTERNAL_ERROR.label(), e.toString()),
                        null, false);
            } catch (DataSetException e) {
                LOG.warnf("%s cannot be used: %s", place(record), e.getMessage());
                String code = e.getCause() instanceof PictureRejectedException rejected ? rejected.code().label()
                        : RejectionCode.INVALID_IMAGE.label();
                return new Read(id, StoredSample.unusable(frame.dataSet(), code, e.getMessage()), null, false);
            }
        }

        @Override
        public void forget(SampleStore.Changes changes) {
            changes.forgetSamples();
            synchronized (counts) {
                counts.clear();
            }
        }
    }

    private static byte[] value(Header header) {
        return header == null ? null : header.value();
    }

    private static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private static String place(ConsumerRecord<byte[], byte[]> record) {
        return "The record at offset " + record.offset() + " of " + record.topic() + "-" + record.partition();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public void close() throws InterruptedException {
        frames.close();
        labels.close();
        framer.close();
        store.close();
    }
}
