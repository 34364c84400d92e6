package io.hsaw.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hsaw.contracts.CloudEvents;
import io.hsaw.contracts.Faces;
import io.hsaw.contracts.FrameReply;
import io.hsaw.contracts.HalfFaces;
import io.hsaw.contracts.InvalidRecordException;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.SplitFace;
import io.hsaw.contracts.Topics;
import io.hsaw.facedetector.FrameFaceFinder;
import io.hsaw.halffacesplitter.HalfFaceSplitter;
import io.hsaw.inference.CameraTracks;
import io.hsaw.inference.ExpressionReader;
import io.hsaw.inference.FrameStep;
import io.hsaw.inference.ReplyMaker;
import io.hsaw.inference.TrackSettings;
import io.hsaw.inference.Tracks;
import io.hsaw.messaging.StageRecords;
import io.hsaw.messaging.TopicMismatchException;
import io.hsaw.messaging.TopicSetup;
import io.hsaw.network.HsawModel;
import io.hsaw.network.ModelCard;
import io.hsaw.network.NetworkSettings;
import io.hsaw.network.Prediction;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code hsaw replay}: reads what the pipeline has recorded again with another model, beside it: without a consumer group,
 * and into a topic of its own.
 */
@Command(name = "replay", description = {
    "Read recorded frames again with a model, and compare it with what was answered.",
    "Prints the figures as one line of JSON, and a table of the changes on standard error."})
final class ReplayCommand implements Callable<Integer> {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SOURCE = "replay";
    /** As many as a service reads at a time unless it is set otherwise. */
    private static final int BATCH = 8;

    @Option(names = "--model", required = true, paramLabel = "DIR|NAME/VERSION",
            description = "The model: a folder with card.json and weights.safetensors, or one of the store.")
    private String model;

    @Mixin
    private ModelsCommand.StoreOption store;

    @Option(names = "--since", paramLabel = "TIME", converter = RecipeOptions.Time.class,
            description = "Only frames of the last 90s, 5m or the like (default: all that are still kept, about ten"
                    + " minutes).")
    private Duration since;

    @Option(names = "--camera", paramLabel = "ID", description = "Only this camera's frames.")
    private String camera;

    @Option(names = "--from-frames", description = "Find the faces anew in the pictures on frames, instead of taking the half"
            + " faces that were cut then.")
    private boolean fromFrames;

    @Option(names = "--to", paramLabel = "TOPIC", defaultValue = "emotions-shadow",
            description = "Where the replies go (default: ${DEFAULT-VALUE}).")
    private String to;

    @Option(names = "--device", defaultValue = "AUTO", description = "One of ${COMPLETION-CANDIDATES} (default:"
            + " ${DEFAULT-VALUE}: a graphics card if there is one).")
    private NetworkSettings.Device device;

    @Option(names = "--precision", defaultValue = "AUTO", description = "One of ${COMPLETION-CANDIDATES} (default:"
            + " ${DEFAULT-VALUE}: bf16 where the machine is fast at it).")
    private NetworkSettings.Precision precision;

    @Mixin
    private BrokerOptions broker;

    @Spec
    private CommandSpec spec;

    private final ShadowFigures shadow = new ShadowFigures();
    private final Map<String, CameraTracks> tracks = new HashMap<>();
    private final List<ConsumerRecord<byte[], byte[]>> batch = new ArrayList<>();
    private FrameFaceFinder finder;

    @Override
    public Integer call() throws InterruptedException, JsonProcessingException {
        if (Stream.concat(Topics.all().stream(), Topics.learningLoop().stream()).anyMatch(topic -> topic.name().equals(to))
                || !to.matches("[a-zA-Z0-9._-]{1,200}")) {
            throw new ParameterException(spec.commandLine(), "--to names '" + to + "': give a topic that is none of hsaw's"
                    + " own, of letters, digits, '.', '_' and '-'");
        }
        PrintWriter err = spec.commandLine().getErr();
        try (HsawModel network = ModelOptions.load(directory(), device, precision)) {
            broker.await(List.of(recorded(), Topics.EMOTIONS), err);
            Instant from = since == null ? Instant.EPOCH : Instant.now().minus(since);
            try (RecordPublisher publisher = new RecordPublisher(broker.bootstrap)) {
                makeTopic(publisher.partitions(recorded()));
                readAgain(network, from, publisher);
                publisher.flush();
            }
            compare(from);
            ShadowFigures.Figures figures = shadow.figures(network.card(), network.runtime());
            PrintWriter out = spec.commandLine().getOut();
            out.println(JSON.writeValueAsString(figures));
            out.flush();
            err.print(ShadowFigures.toText(figures));
            err.flush();
            return Hsaw.DONE;
        }
    }

    /** A folder where there is one of that name, else a model of the store. */
    private Path directory() {
        if (Files.isDirectory(Path.of(model))) {
            return Path.of(model);
        }
        try {
            return store.open(new ModelsCommand.Model().convert(model)).directory();
        } catch (TypeConversionException e) {
            throw new ParameterException(spec.commandLine(), "--model '" + model + "' is neither a folder nor a NAME/VERSION of"
                    + " the store " + store.directory, e);
        }
    }

    /** As {@code emotions}, so that what reads one reads the other. */
    private void makeTopic(int partitions) throws InterruptedException {
        try {
            new TopicSetup(broker.bootstrap, List.of(new Topics.Definition(to, false,
                    Topics.definition(Topics.EMOTIONS).settings())), partitions, 1).ensure();
        } catch (TopicMismatchException | KafkaException e) {
            throw new Failure("cannot make topic " + to + " at " + broker.bootstrap + ": " + e.getMessage(), e);
        }
    }

    private void readAgain(HsawModel network, Instant from, RecordPublisher publisher) {
        ModelCard card = network.card();
        ExpressionReader reader = new ExpressionReader(network::predict);
        ReplyMaker replies = new ReplyMaker(card.ref(), card.temperatures(),
                card.uncertainBelow() == null ? 0 : card.uncertainBelow(), new Tracks(TrackSettings.DEFAULT));
        try (ProgressLine progress = new ProgressLine("replay", -1);
                FrameFaceFinder ofFrames = fromFrames ? new FrameFaceFinder() : null) {
            finder = ofFrames;
            long[] done = {0};
            LogReader.read(broker.bootstrap, recorded(), from, record -> {
                done[0]++;
                if (camera == null || camera.equals(StageRecords.frame(record).cameraId())) {
                    batch.add(record);
                }
                if (batch.size() == BATCH) {
                    work(reader, replies, publisher);
                }
            }, left -> progress.at(done[0], done[0] + left));
            work(reader, replies, publisher);
        }
    }

    private String recorded() {
        return fromFrames ? Topics.FRAMES : Topics.HALF_FACES;
    }

    /** As the first two stages do it. */
    private HalfFaces found(ConsumerRecord<byte[], byte[]> record) {
        Faces faces = finder.find(StageRecords.frame(record), record.value(),
                CloudEvents.mirrored(StageRecords.headers(record)));
        return new HalfFaces(faces.frame(), faces.faces().stream().map(face ->
                new SplitFace(face.face(), HalfFaceSplitter.split(face.crop(), face.cropPoints()))).toList());
    }

    private void work(ExpressionReader reader, ReplyMaker replies, RecordPublisher publisher) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        List<HalfFaces> frames = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : batch) {
            try {
                frames.add(fromFrames ? found(record) : StageRecords.value(record, RecordCodec.HALF_FACES));
                records.add(record);
            } catch (InvalidRecordException | RuntimeException e) {
                leftOut(record, e);
            }
        }
        batch.clear();
        long began = System.nanoTime();
        List<List<Prediction>> predictions = reader.read(frames);
        List<FrameReply> made = new ArrayList<>();
        for (int i = 0; i < frames.size(); i++) {
            HalfFaces frame = frames.get(i);
            String key = records.get(i).partition() + "/" + frame.frame().cameraId();
            FrameStep step = replies.reply(tracks.getOrDefault(key, CameraTracks.unknown(frame.frame().cameraId())), frame,
                    predictions.get(i), (System.nanoTime() - began) / 1e6);
            tracks.put(key, step.tracks());
            made.add(step.reply());
        }
        shadow.read(made, (System.nanoTime() - began) / 1e6);
        try {
            for (int i = 0; i < made.size(); i++) {
                publisher.publish(StageRecords.output(records.get(i).partition(), to, RecordCodec.EMOTIONS, made.get(i),
                        frames.get(i).frame(), SOURCE));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("interrupted while frames were read again", e);
        }
    }

    private void compare(Instant from) {
        LogReader.read(broker.bootstrap, Topics.EMOTIONS, from, record -> {
            try {
                shadow.answered(StageRecords.value(record, RecordCodec.EMOTIONS));
            } catch (InvalidRecordException e) {
                leftOut(record, e);
            }
        }, left -> { });
    }

    private void leftOut(ConsumerRecord<byte[], byte[]> record, Exception e) {
        spec.commandLine().getErr().printf("hsaw: %s-%d-%d is left out: %s%n", record.topic(), record.partition(),
                record.offset(), e.getMessage());
    }
}
