package io.hsaw.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hsaw.contracts.InvalidRecordException;
import io.hsaw.contracts.LabeledFrame;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.Topics;
import io.hsaw.messaging.StageRecords;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code hsaw erase}: takes a sample, or all that is kept of a camera, out of the log by records without a value. Who keeps
 * copies (trainers, the ledger) follows these records.
 */
@Command(name = "erase", description = {
    "Erase a sample, or all that is kept of a camera: its consent to capture, its captured samples, its tracks.",
    "Readers forget it at once; on the broker's disk the bytes are gone when the log is compacted, within about two hours."})
final class EraseCommand implements Callable<Integer> {

    private static final ObjectMapper JSON = new ObjectMapper();

    @ArgGroup(multiplicity = "1")
    private What what;

    @Mixin
    private BrokerOptions broker;

    @Spec
    private CommandSpec spec;

    private static final class What {
        @Option(names = "--sample", paramLabel = "ID", required = true, description = "This sample and its labels.")
        private String sample;
        @Option(names = "--camera", paramLabel = "ID", required = true, description = "All that is kept of this camera.")
        private String camera;
    }

    /** Where a record lies: a key may be on another partition than ours would choose. */
    private record Place(String topic, int partition, String key) {
    }

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        broker.await(what.sample != null ? List.of(Topics.LABELED_FRAMES, Topics.LABELS)
                : List.of(Topics.LABELED_FRAMES, Topics.LABELS, Topics.CAMERA_SETTINGS, Topics.CAMERA_STATE), err);
        ObjectNode erased = JSON.createObjectNode();
        try (ProgressReport report = new ProgressReport(err, ProgressLine.isTerminal());
                RecordPublisher publisher = new RecordPublisher(broker.bootstrap)) {
            Set<String> samples = new HashSet<>();
            if (what.camera != null) {
                // first, so that no more are captured while the log is read
                erase(Topics.CAMERA_SETTINGS, key -> key.equals(what.camera), erased, publisher, report);
                erase(Topics.CAMERA_STATE, key -> key.equals(what.camera), erased, publisher, report);
                find(Topics.LABELED_FRAMES, this::isOfCamera, report)
                        .forEach(place -> samples.add(place.key()));
            } else {
                samples.add(what.sample);
            }
            erase(Topics.LABELED_FRAMES, samples::contains, erased, publisher, report);
            eraseLabels(samples, erased, publisher, report);
        }
        PrintWriter out = spec.commandLine().getOut();
        try {
            out.println(JSON.writeValueAsString(erased));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
        out.flush();
        if (erased.properties().stream().allMatch(topic -> topic.getValue().asInt() == 0)) {
            throw new Failure("nothing is kept of " + (what.sample != null ? "sample " + what.sample
                    : "camera " + what.camera) + ": see whether the id is right");
        }
        return Hsaw.DONE;
    }

    private void erase(String topic, Predicate<String> keys, ObjectNode erased, RecordPublisher publisher,
            ProgressReport report) throws InterruptedException {
        erase(topic, find(topic, record -> keys.test(key(record)), report), erased, publisher);
    }

    private void eraseLabels(Set<String> samples, ObjectNode erased, RecordPublisher publisher, ProgressReport report)
            throws InterruptedException {
        erase(Topics.LABELS, find(Topics.LABELS, record -> {
            try {
                return samples.contains(RecordCodec.LABELS.decode(record.value()).sampleId());
            } catch (InvalidRecordException e) {
                return samples.contains(key(record));
            }
        }, report), erased, publisher);
    }

    private static void erase(String topic, List<Place> places, ObjectNode erased, RecordPublisher publisher)
            throws InterruptedException {
        for (Place place : places) {
            publisher.publish(new ProducerRecord<>(topic, place.partition(),
                    place.key().getBytes(StandardCharsets.UTF_8), null));
        }
        publisher.flush();
        erased.put(topic, places.size());
    }

    /** Where the records of some kind are that are not erased already. */
    private List<Place> find(String topic, Predicate<ConsumerRecord<byte[], byte[]>> wanted, ProgressReport report) {
        Map<Place, Boolean> found = new LinkedHashMap<>();
        LogReader.read(broker.bootstrap, topic, record -> {
            Place place = new Place(topic, record.partition(), key(record));
            if (record.value() != null && wanted.test(record)) {
                found.put(place, true);
            } else if (found.containsKey(place)) {
                found.put(place, false);
            }
        }, left -> report.show("looking through " + topic, 0, -1, left + " records left"));
        return found.entrySet().stream().filter(Map.Entry::getValue).map(Map.Entry::getKey).toList();
    }

    private boolean isOfCamera(ConsumerRecord<byte[], byte[]> record) {
        try {
            LabeledFrame frame = LabeledFrame.read(record.key(), StageRecords.headers(record));
            return frame.capture() != null && frame.capture().cameraId().equals(what.camera);
        } catch (InvalidRecordException e) {
            return false;
        }
    }

    private static String key(ConsumerRecord<byte[], byte[]> record) {
        return record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    }
}
