package io.hsaw.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hsaw.contracts.Expression;
import io.hsaw.contracts.FrameLimits;
import io.hsaw.contracts.InvalidRecordException;
import io.hsaw.contracts.LabeledFrame;
import io.hsaw.contracts.Topics;
import io.hsaw.messaging.StageRecords;
import io.hsaw.trainer.dataset.DataSet;
import io.hsaw.trainer.dataset.DataSetException;
import io.hsaw.trainer.dataset.Sample;
import io.hsaw.trainer.dataset.SampleRef;
import io.hsaw.trainer.evaluation.Evaluator;
import io.hsaw.trainer.experiment.WrongLabels;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.zip.CRC32C;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hsaw import}: a data set's labelled pictures onto topic {@code labeled-frames}. */
@Command(name = "import", description = {
    "Publish the labelled pictures of a data set for training runs (topic labeled-frames).",
    "Only what is new or has changed is published, so that a stopped import goes on when it is called again, and"
            + " importing twice adds nothing."})
final class ImportCommand implements Callable<Integer> {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int HASH_LENGTH = 36;
    private static final String SOURCE = "hsaw import";

    @Mixin
    private DataSetOptions data;

    @Option(names = "--name", paramLabel = "NAME", description = "What the data set is called on the topic (default: its"
            + " format).")
    private String name;

    @Option(names = "--split", paramLabel = "SPLIT", description = "Only this split of the data set's own; one that is not"
            + " for training is never trained on (default: those for training and validation).")
    private String split;

    @Option(names = "--limit", paramLabel = "N", description = "At most so many samples, taken at equal distances.")
    private Integer limit;

    @Option(names = "--wrong-labels", paramLabel = "SHARE", defaultValue = "0", description = "Make this share of the"
            + " training labels wrong on purpose, to see what relabelling makes of them.")
    private double wrongLabels;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1",
            description = "Which labels are made wrong (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--wrong-labels-list", paramLabel = "FILE",
            description = "Where to list the labels that are made wrong, as CSV.")
    private Path wrongLabelsList;

    @Mixin
    private BrokerOptions broker;

    @Spec
    private CommandSpec spec;

    private final Map<String, Expression> wrong = new HashMap<>();
    private volatile int done;
    private volatile int sent;
    private int refused;

    @Override
    public Integer call() throws InterruptedException {
        check();
        try (DataSet opened = data.format.open(data.path)) {
            DataSet dataSet = name == null ? opened : opened.named(name);
            List<SampleRef> samples = samples(dataSet);
            makeWrong(dataSet, samples);
            broker.await(List.of(Topics.LABELED_FRAMES), spec.commandLine().getErr());
            publish(dataSet, samples);
            print(dataSet, samples.size());
            return refused == 0 ? Hsaw.DONE : Hsaw.FAILED;
        } catch (IOException e) {
            throw new Failure(e.getMessage(), e);
        }
    }

    private void check() {
        require(limit == null || limit > 0, "--limit must be at least 1");
        require(wrongLabels >= 0 && wrongLabels <= 1, "--wrong-labels must be a share from 0 to 1");
        require(wrongLabelsList == null || wrongLabels > 0, "--wrong-labels-list needs --wrong-labels");
        require(name == null || name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}"), "--name must be 1 to 100 letters, digits,"
                + " dots, dashes or underscores, beginning with a letter or digit");
    }

    private void require(boolean condition, String message) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    private List<SampleRef> samples(DataSet dataSet) throws DataSetException {
        List<SampleRef> samples = dataSet.samplesForLearning();
        if (split != null) {
            List<SampleRef> all = dataSet.samples(DataSet.ALL);
            samples = all.stream().filter(sample -> split.equals(DataSet.ALL) || split.equals(sample.split())).toList();
            if (samples.isEmpty()) {
                throw new Failure(dataSet.name() + " has no split " + split + " of its own here; there are "
                        + String.join(", ", all.stream().map(SampleRef::split).distinct().toList()));
            }
        }
        return limit == null ? samples : Evaluator.spread(samples, limit);
    }

    private void makeWrong(DataSet dataSet, List<SampleRef> samples) {
        if (wrongLabels == 0) {
            return;
        }
        List<SampleRef> training = samples.stream()
                .filter(sample -> dataSet.part(sample) == LabeledFrame.Split.TRAINING).toList();
        if (training.isEmpty()) {
            throw new Failure("--wrong-labels is for data sets with splits of their own for training and validation;"
                    + " elsewhere labels of the validation part would be made wrong too");
        }
        List<Expression> labels;
        try {
            labels = WrongLabels.of(training.stream().map(SampleRef::label).toList(), wrongLabels, seed);
        } catch (IllegalArgumentException e) {
            throw new Failure(e.getMessage(), e);
        }
        for (int i = 0; i < labels.size(); i++) {
            if (labels.get(i) != training.get(i).label()) {
                wrong.put(training.get(i).id(), labels.get(i));
            }
        }
        if (wrongLabelsList == null) {
            return;
        }
        try (PrintWriter list = new PrintWriter(Files.newBufferedWriter(wrongLabelsList))) {
            list.println("sample,label,published");
            training.stream().filter(sample -> wrong.containsKey(sample.id())).forEach(sample -> list.println(Csv.line(
                    sampleId(dataSet, sample), sample.label().label(), wrong.get(sample.id()).label())));
            if (list.checkError()) {
                throw new IOException("the disk may be full");
            }
        } catch (IOException e) {
            throw new Failure("cannot write the list of wrong labels to " + wrongLabelsList + ": " + e + "; choose another"
                    + " place or free the disk", e);
        }
    }

    /** Stable: the same wherever the data set lies and whether it is packed or not. One that is too long ends in its hash. */
    static String sampleId(DataSet dataSet, SampleRef sample) {
        String id = dataSet.name() + "/" + sample.id();
        return id.length() <= FrameLimits.MAX_ID_LENGTH ? id
                : id.substring(0, FrameLimits.MAX_ID_LENGTH - HASH_LENGTH - 1) + "~"
                        + UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8));
    }

    private void publish(DataSet dataSet, List<SampleRef> samples) throws InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stopped(samples.size()), "stop-import"));
        try (ProgressReport report = new ProgressReport(spec.commandLine().getErr(), ProgressLine.isTerminal());
                RecordPublisher publisher = new RecordPublisher(broker.bootstrap)) {
            Map<String, Long> there = there(dataSet, report);
            for (SampleRef ref : samples) {
                try {
                    Sample sample = ref.read();
                    LabeledFrame frame = new LabeledFrame(sampleId(dataSet, ref), dataSet.name(),
                            wrong.getOrDefault(ref.id(), ref.label()), dataSet.part(ref), ref.faceCrop(), ref.region(), null);
                    String mediaType = sample.mediaType();
                    if (!Long.valueOf(fingerprint(frame, sample.picture())).equals(there.get(frame.sampleId()))) {
                        publisher.publish(Topics.LABELED_FRAMES, frame.sampleId(), sample.picture(),
                                frame.headers(SOURCE, Instant.now(), mediaType));
                        sent++;
                    }
                } catch (DataSetException e) {
                    refused++;
                    report.say(e.getMessage() + "; left out");
                }
                done++;
                report.show("importing " + dataSet.name(), done, samples.size(),
                        done + " of " + samples.size() + ", " + sent + " of them new");
            }
            publisher.flush();
        } finally {
            done = samples.size();
        }
    }

    /** On a signal; what the broker has is not published again. */
    private void stopped(int total) {
        if (done < total) {
            PrintWriter err = spec.commandLine().getErr();
            err.printf("hsaw: stopped after %d of %d samples; the same command goes on from there%n", done, total);
            err.flush();
        }
    }

    /** What the topic has of the data set: fingerprints by sample id. */
    private Map<String, Long> there(DataSet dataSet, ProgressReport report) {
        Map<String, Long> there = new HashMap<>();
        String prefix = dataSet.name() + "/";
        LogReader.read(broker.bootstrap, Topics.LABELED_FRAMES, record -> {
            String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
            if (key.startsWith(prefix)) {
                there.put(key, fingerprint(record));
            }
        }, left -> report.show("looking at what is there", there.size(), there.size() + left, left + " records left"));
        return there;
    }

    /** Null for a sample that was erased, or that cannot be read: then it is published anew. */
    private static Long fingerprint(ConsumerRecord<byte[], byte[]> record) {
        try {
            return record.value() == null ? null
                    : fingerprint(LabeledFrame.read(record.key(), StageRecords.headers(record)), record.value());
        } catch (InvalidRecordException e) {
            return null;
        }
    }

    /** Equal within one process for the same picture that is said to be the same. */
    private static long fingerprint(LabeledFrame frame, byte[] picture) {
        CRC32C crc = new CRC32C();
        crc.update(picture);
        return (long) frame.hashCode() << 32 | crc.getValue();
    }

    private void print(DataSet dataSet, int samples) {
        PrintWriter out = spec.commandLine().getOut();
        try {
            out.println(JSON.writeValueAsString(JSON.createObjectNode().put("dataSet", dataSet.name())
                    .put("samples", samples).put("published", sent).put("unchanged", samples - sent - refused)
                    .put("refused", refused).put("wrongLabels", wrong.size())));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
        out.flush();
    }
}
