package io.hsaw.trainer.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.Label;
import io.hsaw.contracts.LabeledFrame;
import io.hsaw.contracts.LabeledFrame.Split;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.Topics;
import io.hsaw.trainer.dataset.Progress;
import io.hsaw.trainer.dataset.Sample;
import io.hsaw.trainer.dataset.SampleFramer;
import io.hsaw.trainer.dataset.TestPictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleCopyIT {

    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    @TempDir
    Path folder;

    private SampleCopy copy(LoopForTests loop) throws IOException {
        SampleCopy copy = new SampleCopy(folder, loop.clients(), loop.topics(), 1);
        copy.start();
        return copy;
    }

    private static ProducerRecord<byte[], byte[]> noise(String id, long seed) {
        return LoopForTests.sample(id, "noise", Expression.HAPPINESS, Split.TRAINING, TestPictures.png(TestPictures.noise(seed)));
    }

    private static ProducerRecord<byte[], byte[]> label(String id, Expression label) {
        return LoopForTests.record(Topics.LABELS, id, RecordCodec.LABELS,
                Label.common(id, label, Expression.HAPPINESS, Label.Origin.PERSON, null, null, NOW));
    }

    private static ProducerRecord<byte[], byte[]> erased(String id) {
        return new ProducerRecord<>(Topics.LABELED_FRAMES, LoopForTests.utf8(id), null);
    }

    /** Of the samples that have one. */
    private static Map<String, Expression> labels(SampleCopy copy) {
        return copy.samples().stream().filter(sample -> sample.label() != null).collect(Collectors.toMap(KnownSample::id, KnownSample::label));
    }

    private static void await(SampleCopy copy, BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 600 && !condition.getAsBoolean(); i++) {
            copy.awaitNews(Duration.ofMillis(100));
        }
        assertTrue(condition.getAsBoolean());
    }

    @Test
    void samplesAreFramedAsInThePipelineAndJoinedWithTheirLabels() throws Exception {
        try (LoopForTests loop = new LoopForTests(); SampleCopy copy = copy(loop)) {
            byte[] photo = TestPictures.graceHopper();
            loop.publish(LoopForTests.sample(new LabeledFrame("photo", "photos", Expression.NEUTRAL, null, false, null, null),
                    photo), noise("n/1", 1), noise("n/2", 2), label("n/2", Expression.SADNESS),
                    label("nobody", Expression.ANGER));
            copy.awaitCaughtUp(Progress.NONE);

            assertEquals(Map.of("photo", Expression.NEUTRAL, "n/1", Expression.HAPPINESS, "n/2", Expression.SADNESS),
                    labels(copy));
            KnownSample changed = copy.samples().get(1);
            assertEquals(List.of(Expression.HAPPINESS, Split.TRAINING, "noise"),
                    List.of(changed.published(), changed.split(), changed.dataSet()));
            SampleCopy.Halves halves = copy.halves("photo").orElseThrow();
            assertTrue(halves.faceFound());
            try (SampleFramer framer = new SampleFramer()) {
                assertEquals(framer.frame(new Sample("", "", photo, null, null, false, null)).halves(), halves.packed().unpack());
            }

            loop.publish(new ProducerRecord<>(Topics.LABELS, LoopForTests.utf8("n/2"), null));
            copy.awaitCaughtUp(Progress.NONE);
            assertEquals(Expression.HAPPINESS, labels(copy).get("n/2"));
        }
    }

    @Test
    void whatCannotBeUsedIsCountedByItsReasonAndStopsNothing() throws Exception {
        try (LoopForTests loop = new LoopForTests(); SampleCopy copy = copy(loop)) {
            ProducerRecord<byte[], byte[]> bored = noise("bored", 1);
            bored.headers().remove(LabeledFrame.LABEL).add(LabeledFrame.LABEL, LoopForTests.utf8("boredom"));
            ProducerRecord<byte[], byte[]> split = noise("split", 1);
            split.headers().remove(LabeledFrame.SPLIT).add(LabeledFrame.SPLIT, LoopForTests.utf8("half"));
            ProducerRecord<byte[], byte[]> unlabelled = noise("unlabelled", 3);
            unlabelled.headers().remove(LabeledFrame.LABEL);
            byte[] png = TestPictures.png(TestPictures.noise(4));
            loop.publish(bored, split, unlabelled,
                    LoopForTests.sample("cut", "noise", Expression.FEAR, null, Arrays.copyOf(png, png.length / 2)),
                    LoopForTests.sample("text", "noise", Expression.FEAR, null, LoopForTests.utf8("no picture")),
                    new ProducerRecord<>(Topics.LABELS, LoopForTests.utf8("fine"), LoopForTests.utf8("{}")),
                    label("fine", Expression.FEAR), noise("fine", 5));
            copy.awaitCaughtUp(Progress.NONE);
            assertEquals(Map.of("unknown-label", 1, "invalid-record", 1, "unlabelled", 1, "invalid-image", 1,
                    "unsupported-format", 1, "usable", 1), copy.counts());
            assertEquals(Expression.FEAR, labels(copy).get("fine"));

            loop.publish(label("unlabelled", Expression.ANGER), noise("bored", 6), erased("cut"));
            copy.awaitCaughtUp(Progress.NONE);
            assertEquals(Map.of("fine", Expression.FEAR, "unlabelled", Expression.ANGER, "bored", Expression.HAPPINESS),
                    labels(copy));
            assertEquals(0, copy.counts().get("invalid-image"));
        }
    }

    @Test
    void aCopyOpenedAgainReadsOnlyWhatItDoesNotHave() throws Exception {
        try (LoopForTests loop = new LoopForTests()) {
            try (SampleCopy copy = copy(loop)) {
                loop.publish(noise("a", 1), noise("b", 2), label("b", Expression.SADNESS));
                copy.awaitCaughtUp(Progress.NONE);
            }
            // what would be read again would be there again
            try (SampleStore store = new SampleStore(folder)) {
                store.change(changes -> {
                    changes.erase("a");
                    changes.label("b", null);
                });
            }
            loop.publish(noise("c", 3));
            try (SampleCopy copy = copy(loop)) {
                copy.awaitCaughtUp(Progress.NONE);
                assertEquals(Map.of("b", Expression.HAPPINESS, "c", Expression.HAPPINESS), labels(copy));
                assertEquals(Map.of("usable", 2), copy.counts());
            }
        }
    }

    @Test
    void anErasedSampleIsGoneFromTheFileToo() throws Exception {
        try (LoopForTests loop = new LoopForTests(); SampleCopy copy = copy(loop)) {
            loop.publish(noise("kept", 1), noise("gone", 2));
            copy.awaitCaughtUp(Progress.NONE);
            byte[] kept = copy.halves("kept").orElseThrow().packed().pixels();
            byte[] gone = copy.halves("gone").orElseThrow().packed().pixels();
            assertTrue(fileHolds(kept) && fileHolds(gone));

            loop.publish(erased("gone"));
            await(copy, () -> !fileHolds(gone));
            assertTrue(fileHolds(kept));
            assertTrue(copy.halves("gone").isEmpty());
            assertEquals(List.of("kept"), List.copyOf(labels(copy).keySet()));
        }
    }

    /** Whether half of the pixels are there in one piece. */
    private boolean fileHolds(byte[] pixels) {
        try {
            byte[] file = Files.readAllBytes(folder.resolve(SampleStore.FILE));
            byte[] part = Arrays.copyOfRange(pixels, pixels.length / 4, 3 * pixels.length / 4);
            for (int i = 0; i + part.length <= file.length; i++) {
                if (file[i] == part[0] && Arrays.equals(file, i, i + part.length, part, 0, part.length)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aTopicMadeAnewIsReadAgainFromItsBeginning() throws Exception {
        try (LoopForTests loop = new LoopForTests(); SampleCopy copy = copy(loop)) {
            loop.publish(noise("old/1", 1), noise("old/2", 2), label("old/1", Expression.SADNESS));
            copy.awaitCaughtUp(Progress.NONE);
            try (Admin admin = loop.clients().admin()) {
                admin.deleteTopics(List.of(Topics.LABELED_FRAMES)).all().get();
            }
            await(copy, () -> {
                try {
                    loop.topics().ensure(); // whoever comes first makes it
                    return copy.samples().isEmpty();
                } catch (Exception e) {
                    return false;
                }
            });
            loop.publish(noise("new", 3));
            await(copy, () -> labels(copy).equals(Map.of("new", Expression.HAPPINESS)));
            assertEquals(Map.of("usable", 1), copy.counts());
        }
    }

    @Test
    void aFolderInUseIsNamed() throws Exception {
        try (SampleStore store = new SampleStore(folder)) {
            assertFalse(store.erasedRemain());
            String message = assertThrows(IOException.class, () -> new SampleStore(folder)).getMessage();
            assertTrue(message.contains("in use") && message.contains("hsaw.trainer.data"), message);
        }
    }
}
