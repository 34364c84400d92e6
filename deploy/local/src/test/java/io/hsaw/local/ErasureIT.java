package io.hsaw.local;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.broker.EmbeddedBroker;
import io.hsaw.contracts.Expression;
import io.hsaw.contracts.Label;
import io.hsaw.contracts.LabeledFrame;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.Topics;
import io.hsaw.messaging.CompactionNudge;
import io.hsaw.messaging.TopicSetup;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What erasing leaves on the broker's disk. */
class ErasureIT {

    private static final String ERASED = "captured/erased";
    private static final String KEPT = "captured/kept";

    @TempDir
    private Path folder;

    @Test
    @Timeout(300)
    void theBytesOfAnErasedSampleAreGoneFromTheLogAfterCompactionAndThoseOfOthersAreNot() throws Exception {
        List<Topics.Definition> topics = Stream.of(Topics.LABELED_FRAMES, Topics.LABELS)
                .map(name -> soonCompacted(Topics.definition(name))).toList();
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder, 0);
                RecordPublisher publisher = new RecordPublisher(broker.bootstrapServers());
                CompactionNudge nudge = new CompactionNudge(broker.bootstrapServers(), topics)) {
            new TopicSetup(broker.bootstrapServers(), topics, 1, 1).ensure();
            for (String id : List.of(ERASED, KEPT)) {
                LabeledFrame frame = new LabeledFrame(id, "captured", null, null, true, null,
                        new LabeledFrame.Capture("door", "reason of " + id, Instant.now(), null));
                publisher.publish(Topics.LABELED_FRAMES, id, picture(id), frame.headers("test", Instant.now(), "image/png"));
                Label label = Label.common(id, Expression.FEAR, null, Label.Origin.PERSON, null, "said of " + id,
                        Instant.now());
                publisher.publish(Topics.LABELS, id, RecordCodec.LABELS.encode(label), Map.of());
            }
            publisher.flush();
            assertTrue(onDisk(picture(ERASED)));
            assertTrue(onDisk("said of " + ERASED));

            StringWriter err = new StringWriter();
            assertEquals(0, Hsaw.commandLine().setErr(new PrintWriter(err, true)).setOut(new PrintWriter(new StringWriter()))
                    .execute("erase", "--bootstrap", broker.bootstrapServers(), "--sample", ERASED), err::toString);

            while (onDisk(picture(ERASED)) || onDisk("reason of " + ERASED) || onDisk("said of " + ERASED)) {
                nudge.nudge();
                LockSupport.parkNanos(50_000_000);
            }
            assertTrue(onDisk(picture(KEPT)));
            assertTrue(onDisk("reason of " + KEPT));
            assertTrue(onDisk("said of " + KEPT));
        }
        assertFalse(onDisk(picture(ERASED)));
    }

    private static byte[] picture(String id) throws IOException {
        return TestPictures.bytes(id.equals(ERASED) ? "astronaut.png" : "grace_hopper.jpg");
    }

    /** The topic as it is, but for the times: within seconds, what takes an hour and a minute. */
    private static Topics.Definition soonCompacted(Topics.Definition topic) {
        Map<String, String> settings = new HashMap<>(topic.settings());
        for (String time : List.of("segment.ms", "max.compaction.lag.ms", "file.delete.delay.ms")) {
            settings.put(time, "1000");
        }
        return new Topics.Definition(topic.name(), topic.pixels(), settings);
    }

    private boolean onDisk(String text) throws IOException {
        return onDisk(text.getBytes(UTF_8));
    }

    /** Whether any file of the log holds the bytes; records are neither packed nor changed on their way there. */
    private boolean onDisk(byte[] bytes) throws IOException {
        String wanted = new String(bytes, ISO_8859_1);
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(file -> file.getParent().getFileName().toString().startsWith("label")).toList();
        }
        for (Path file : files) {
            try {
                if (new String(Files.readAllBytes(file), ISO_8859_1).contains(wanted)) {
                    return true;
                }
            } catch (NoSuchFileException e) {
                // deleted since it was listed
            }
        }
        return false;
    }
}
