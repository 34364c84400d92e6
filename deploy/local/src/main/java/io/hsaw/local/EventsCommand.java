package io.hsaw.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.Topics;
import java.io.PrintWriter;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Predicate;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code hsaw events}: follows what the pipeline says, until it is stopped or nobody reads it any more. */
@Command(name = "events", description = "Follow the replies to frames, or the changes of expression.")
final class EventsCommand implements Callable<Integer> {

    @Mixin
    private BrokerOptions broker;

    @Option(names = "--camera", paramLabel = "ID", description = "Only this camera's events.")
    private String camera;

    @Option(names = "--frame", paramLabel = "ID", description = "Only events about this frame.")
    private String frame;

    @Option(names = "--changes",
            description = "Follow emotion-changes: one event when a face appears, changes its expression, or is gone.")
    private boolean changes;

    @Option(names = "--from-beginning", description = "Begin with the oldest event that is still kept.")
    private boolean fromBeginning;

    @Option(names = "--count", paramLabel = "N", description = "End after so many events.")
    private Long count;

    @ArgGroup
    private Format format;

    @Spec
    private CommandSpec spec;

    private static final class Format {
        @Option(names = "--json", description = "One JSON object per line (the default).")
        private boolean json;
        @Option(names = "--readable", description = "One line for people per event.")
        private boolean readable;
    }

    @Override
    public Integer call() {
        PrintWriter err = spec.commandLine().getErr();
        EventLines lines = new EventLines(ZoneId.systemDefault());
        broker.await(List.of(changes ? Topics.EMOTION_CHANGES : Topics.EMOTIONS), err);
        return changes
                ? follow(Topics.EMOTION_CHANGES, RecordCodec.EMOTION_CHANGES,
                        change -> wanted(change.cameraId(), change.frameId()), lines::of)
                : follow(Topics.EMOTIONS, RecordCodec.EMOTIONS,
                        reply -> wanted(reply.cameraId(), reply.frameId()), lines::of);
    }

    private boolean wanted(String cameraId, String frameId) {
        return (camera == null || camera.equals(cameraId)) && (frame == null || frame.equals(frameId));
    }

    private <T> int follow(String topic, RecordCodec<T> codec, Predicate<T> wanted,
            Function<T, String> readable) {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        boolean json = format == null || !format.readable;
        long left = count == null ? Long.MAX_VALUE : count;
        try (TopicReader<T> reader = new TopicReader<>(broker.bootstrap, topic, codec, fromBeginning, warning -> {
            err.println("hsaw: " + warning);
            err.flush();
        })) {
            while (left > 0) {
                for (T event : reader.poll()) {
                    if (left > 0 && wanted.test(event)) {
                        out.println(json ? new String(codec.encode(event), UTF_8) : readable.apply(event));
                        left--;
                    }
                }
                // also flushes; whoever read this has gone, as head does after its lines
                if (out.checkError()) {
                    return Hsaw.DONE;
                }
            }
            return Hsaw.DONE;
        }
    }
}
