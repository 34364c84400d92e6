package io.hsaw.trainer.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.hsaw.broker.testing.KafkaRecords;
import io.hsaw.contracts.Expression;
import io.hsaw.contracts.LabeledFrame.Split;
import io.hsaw.contracts.ModelRelease;
import io.hsaw.contracts.PseudoLabel;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.Topics;
import io.hsaw.contracts.TrainingCommand;
import io.hsaw.contracts.TrainingCommand.Settings;
import io.hsaw.contracts.TrainingProgress;
import io.hsaw.contracts.TrainingProgress.Phase;
import io.hsaw.network.ModelFiles;
import io.hsaw.network.store.ModelStore;
import io.hsaw.network.store.StoredModel;
import io.hsaw.trainer.dataset.TestPictures;
import io.hsaw.trainer.samples.LoopForTests;
import io.hsaw.trainer.samples.SampleCopy;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerIT {

    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final int TRAINING = 24;
    private static final int VALIDATION = 8;
    private static final int PARTITIONS = 3;

    @TempDir
    Path folder;

    /** Noise of two classes. */
    static List<ProducerRecord<byte[], byte[]>> samples() {
        List<ProducerRecord<byte[], byte[]>> samples = new ArrayList<>();
        for (int i = 0; i < TRAINING + VALIDATION; i++) {
            samples.add(LoopForTests.sample("noise/" + i, "noise", i % 2 == 0 ? Expression.HAPPINESS : Expression.SADNESS,
                    i < TRAINING ? Split.TRAINING : Split.VALIDATION, TestPictures.png(TestPictures.noise(i))));
        }
        return samples;
    }

    /** Crops of 64 pixels, one thread. */
    static Settings settings(Integer batch, int epochs, Integer relabelFrom) {
        return settings(batch, epochs, relabelFrom, null);
    }

    private static Settings settings(Integer batch, int epochs, Integer relabelFrom, Integer folds) {
        return new Settings(null, 64, batch, null, epochs, null, null, null, null, null, null, relabelFrom, null, folds, 1);
    }

    static ProducerRecord<byte[], byte[]> start(String runId, String from, Settings settings) {
        return command(TrainingCommand.start(runId, null, null, null, from, settings, NOW));
    }

    private static ProducerRecord<byte[], byte[]> command(TrainingCommand command) {
        return LoopForTests.record(Topics.TRAINING_COMMANDS, command.runId(), RecordCodec.TRAINING_COMMANDS, command);
    }

    static TrainingProgress end(LoopForTests loop, String runId) throws Exception {
        return loop.await(Topics.TRAINING_PROGRESS, RecordCodec.TRAINING_PROGRESS,
                progress -> progress.runId().equals(runId) && progress.phase().isEnd());
    }

    /** What a run proposed, by epoch and sample. */
    static Map<String, Expression> proposals(LoopForTests loop, String runId) throws Exception {
        return loop.read(Topics.PSEUDO_LABELS, RecordCodec.PSEUDO_LABELS).stream().filter(one -> one.runId().equals(runId))
                .collect(Collectors.toMap(one -> one.epoch() + "/" + one.sampleId(), PseudoLabel::proposed, (a, b) -> {
                    assertEquals(a, b);
                    return a;
                }));
    }

    private interface Work {
        void with(LoopForTests loop, ModelStore store) throws Exception;
    }

    /** With a trainer in this process. */
    private void trainer(Work work) throws Exception {
        Path store = folder.resolve("store");
        try (LoopForTests loop = new LoopForTests();
                SampleCopy samples = TrainerProcess.samples(loop.bootstrap(), folder.resolve("data"));
                Trainer trainer = TrainerProcess.trainer(loop.bootstrap(), samples, store, "1")) {
            trainer.start();
            work.with(loop, new ModelStore(store));
            assertTrue(trainer.alive());
        }
    }

    @Test
    void aRunTrainsRelabelsAndReleasesAndTheSameRunGivesTheSame() throws Exception {
        trainer((loop, store) -> {
            String start = store.put(BiasedModel.write(folder.resolve("biased"))).path();
            loop.publish(samples());
            try (Decisions decisions = new Decisions(loop, "noise/3")) {
                loop.publish(start("one", start, settings(8, 3, 1)), start("two", start, settings(8, 3, 1)),
                        start("folded", start, settings(8, 3, 1, 2)));
                for (String run : List.of("one", "two", "folded")) {
                    TrainingProgress end = end(loop, run);
                    assertEquals(Phase.RELEASED, end.phase(), end.toString());
                    assertEquals(List.of(9L, 3.0), List.of(end.step(), end.epoch()));
                    assertTrue(end.relabels().proposed() > 0 && end.relabels().accepted() > 0, end.toString());
                }
            }
            loop.publish(start("seen", "hsaw/one", settings(8, 3, 1, 2)));
            assertEquals("contradictory-settings", end(loop, "seen").problem().code());
            Map<String, Expression> proposals = proposals(loop, "one");
            assertEquals(proposals, proposals(loop, "two"));
            assertEquals(Set.of("1"), proposals(loop, "folded").keySet().stream().map(key -> key.substring(0, key.indexOf('/')))
                    .collect(Collectors.toSet()), "in folds labels are judged once");
            assertTrue(proposals.keySet().stream().map(key -> Integer.parseInt(key.substring(key.lastIndexOf('/') + 1)))
                    .allMatch(sample -> sample < TRAINING), "the validation part is not relabelled");

            StoredModel one = store.open("hsaw/one");
            StoredModel two = store.open("hsaw/two");
            assertEquals(one.card().weightsSha256(), two.card().weightsSha256());
            assertEquals(VALIDATION, one.card().figures().samples());
            assertEquals(64, one.card().inputSize());
            Map<?, ?> relabels = (Map<?, ?>) one.card().settings().get("relabels");
            assertTrue((int) relabels.get("changed") > 0, relabels.toString());

            Manifest manifest = Manifest.read(one.directory().resolve(ModelStore.MANIFEST));
            assertEquals(TRAINING, manifest.training().count());
            assertEquals(TRAINING + VALIDATION, manifest.entries().size());
            assertTrue(manifest.entries().stream().allMatch(entry -> entry.label()
                    == (Integer.parseInt(entry.sample().substring(6)) % 2 == 0 ? Expression.HAPPINESS : Expression.SADNESS)));

            List<ModelRelease> releases = loop.read(Topics.MODEL_RELEASES, RecordCodec.MODEL_RELEASES);
            ModelRelease challenger = releases.stream().filter(release -> release.path().equals("hsaw/one")
                    && release.role() == ModelRelease.Role.CHALLENGER).findFirst().orElseThrow();
            assertEquals(one.cardSha256(), challenger.cardSha256());
            assertEquals(VALIDATION, challenger.comparison().samples());
            assertEquals(challenger.comparison().atLeastAsGood(), releases.stream().anyMatch(
                    release -> release.path().equals("hsaw/one") && release.role() == ModelRelease.Role.CHAMPION));

            loop.publish(start("one", start, settings(8, 4, 1)));
            TrainingProgress refused = loop.await(Topics.TRAINING_PROGRESS, RecordCodec.TRAINING_PROGRESS,
                    progress -> progress.runId().equals("one") && progress.phase() == Phase.FAILED);
            assertEquals("run-finished", refused.problem().code());
            assertEquals(one.card(), ModelFiles.readCard(one.directory()));
            loop.publish(command(TrainingCommand.cancel("one", NOW)));
            loop.await(Topics.TRAINING_PROGRESS, RecordCodec.TRAINING_PROGRESS, progress -> progress.runId().equals("one")
                    && progress.problem() != null && progress.problem().detail().contains("promote that one"));
            assertNoRuns(store);
        });
    }

    @Test
    void noCommandWaitsBehindARunWhileAnotherTrainerHasNone() throws Exception {
        trainer((loop, store) -> {
            loop.publish(samples());
            try (SampleCopy samples = TrainerProcess.samples(loop.bootstrap(), folder.resolve("other"));
                    Trainer other = TrainerProcess.trainer(loop.bootstrap(), samples, store.directory(), "2")) {
                other.start();
                ProducerRecord<byte[], byte[]> endless = start("endless", TrainingCommand.RANDOM, settings(8, 10_000, null));
                loop.publish(endless);
                TrainingProgress seen = loop.await(Topics.TRAINING_PROGRESS, RecordCodec.TRAINING_PROGRESS,
                        progress -> progress.step() > 0 || progress.phase().isEnd());
                assertEquals(Phase.TRAINING, seen.phase(), seen.toString());
                int busy = KafkaRecords.readAll(loop.bootstrap(), Topics.TRAINING_COMMANDS).get(0).partition();
                for (int partition = 0; partition < PARTITIONS; partition++) {
                    if (partition != busy) {
                        loop.publish(new ProducerRecord<>(Topics.TRAINING_COMMANDS, partition,
                                LoopForTests.utf8("beside-" + partition), LoopForTests.utf8("{]")));
                        assertNotEquals(seen.trainer(), end(loop, "beside-" + partition).trainer());
                    }
                }
                loop.publish(command(TrainingCommand.cancel("endless", NOW)));
                TrainingProgress end = end(loop, "endless");
                assertEquals(List.of(Phase.CANCELLED, seen.trainer()), List.of(end.phase(), end.trainer()));
                assertNoRuns(store);
            }
        });
    }

    private static void assertNoRuns(ModelStore store) throws Exception {
        Path runs = store.directory().resolve(".runs");
        for (int look = 0; look < 100_000 && Files.exists(runs) && !isEmpty(runs); look++) {
            Thread.onSpinWait(); // what is over is tidied up after it was said
        }
        assertTrue(!Files.exists(runs) || isEmpty(runs));
    }

    private static boolean isEmpty(Path folder) throws Exception {
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.findAny().isEmpty();
        }
    }

    @Test
    void aCancelledRunStopsAndLeavesNothing() throws Exception {
        trainer((loop, store) -> {
            loop.publish(samples());
            loop.publish(start("endless", TrainingCommand.RANDOM, settings(8, 10_000, null)));
            TrainingProgress seen = loop.await(Topics.TRAINING_PROGRESS, RecordCodec.TRAINING_PROGRESS,
                    progress -> progress.step() > 4 || progress.phase().isEnd());
            assertEquals(Phase.TRAINING, seen.phase(), seen.toString());
            loop.publish(command(TrainingCommand.cancel("endless", NOW)));
            assertEquals(Phase.CANCELLED, end(loop, "endless").phase());
            assertNoRuns(store);
            assertEquals(List.of(), store.list());
            assertEquals(List.of(), loop.read(Topics.MODEL_RELEASES, RecordCodec.MODEL_RELEASES));

            // when what follows the cancelling command is answered, that one would be
            for (int partition = 0; partition < PARTITIONS; partition++) {
                loop.publish(new ProducerRecord<>(Topics.TRAINING_COMMANDS, partition, LoopForTests.utf8("after-" + partition),
                        LoopForTests.utf8("{]")));
                end(loop, "after-" + partition);
            }
            assertEquals(List.of(Phase.CANCELLED), loop.read(Topics.TRAINING_PROGRESS, RecordCodec.TRAINING_PROGRESS).stream()
                    .filter(progress -> progress.runId().equals("endless") && progress.phase().isEnd())
                    .map(TrainingProgress::phase).toList());
        });
    }

    @Test
    void aStoreThatIsFullOrAwayEndsTheRunWithItsReasonAndTheSameCommandGoesOnFromTheLastCheckpoint() throws Exception {
        trainer((loop, store) -> {
            loop.publish(samples());
            ProducerRecord<byte[], byte[]> command = start("endless", TrainingCommand.RANDOM, settings(8, 10_000, null));
            Path checkpoint = store.directory().resolve(".runs/endless/checkpoint");
            loop.publish(command);
            long step = said(loop, "endless", 0, progress -> progress.epoch() > 4).step();

            for (long next = step; next < step + 100; next++) {
                fill(checkpoint.resolve("checkpoint-" + next + ".safetensors.part"));
            }
            assertStoreFailed(loop, "endless", 1, "No space left");
            for (long next = step; next < step + 100; next++) {
                Files.deleteIfExists(checkpoint.resolve("checkpoint-" + next + ".safetensors.part"));
            }
            assertGoesOn(loop, command, checkpoint, 1);

            Path away = folder.resolve("away");
            Files.move(store.directory(), away);
            assertStoreFailed(loop, "endless", 2, checkpoint.getParent().toString());
            assertFalse(Files.exists(store.directory()), "what is not mounted is not made anew");
            Files.move(away, store.directory());
            assertGoesOn(loop, command, checkpoint, 2);
            Files.move(store.directory(), away);
            assertStoreFailed(loop, "endless", 3, checkpoint.getParent().toString());
            Files.move(away, store.directory());
            assertTrue(Files.exists(checkpoint), "a failed run can be gone on with");
            loop.publish(command(TrainingCommand.cancel("endless", NOW)));
            said(loop, "endless", 3, progress -> progress.phase() == Phase.CANCELLED);
            assertNoRuns(store);

            command = command(TrainingCommand.start("last", "taken", null, null, TrainingCommand.RANDOM, settings(8, 1, null), NOW));
            Files.writeString(store.directory().resolve("taken"), "where the model's folder is to be");
            loop.publish(command);
            assertStoreFailed(loop, "last", 1, "model store");
            Files.delete(store.directory().resolve("taken"));
            loop.publish(command);
            said(loop, "last", 1, progress -> progress.phase() == Phase.RELEASED);
            assertEquals(List.of("taken/last"), store.list());
            assertNoRuns(store);
        });
    }

    /** The first that is so of what was said of a run after it had failed so often. */
    private static TrainingProgress said(LoopForTests loop, String runId, int failures, Predicate<TrainingProgress> wanted)
            throws Exception {
        AtomicInteger failed = new AtomicInteger();
        return loop.await(Topics.TRAINING_PROGRESS, RecordCodec.TRAINING_PROGRESS, progress -> {
            if (!progress.runId().equals(runId)) {
                return false;
            }
            boolean after = failed.get() == failures;
            if (progress.phase() == Phase.FAILED) {
                failed.incrementAndGet();
            }
            return after && wanted.test(progress);
        });
    }

    private static void assertStoreFailed(LoopForTests loop, String runId, int time, String named) throws Exception {
        TrainingProgress end = said(loop, runId, time - 1, progress -> progress.phase().isEnd());
        assertEquals("store-failed", end.problem().code(), end.toString());
        assertTrue(end.problem().detail().contains(named), end.toString());
    }

    private static void assertGoesOn(LoopForTests loop, ProducerRecord<byte[], byte[]> command, Path checkpoint, int failures)
            throws Exception {
        long kept = new ObjectMapper().readTree(checkpoint.resolve("checkpoint.json").toFile()).get("step").asLong();
        assertTrue(kept > 0);
        loop.publish(command);
        TrainingProgress first = said(loop, "endless", failures,
                progress -> progress.phase() == Phase.TRAINING || progress.phase().isEnd());
        assertTrue(first.phase() == Phase.TRAINING && first.step() > kept, () -> first + " after " + kept);
    }

    /** Takes no byte from now on, as on a full disk. */
    private static void fill(Path file) throws IOException {
        try {
            Files.createSymbolicLink(file, Path.of("/dev/full"));
        } catch (FileAlreadyExistsException e) {
            // being written now; the next one will be full
        }
    }

    @Test
    void whatCannotBeDoneIsAnsweredWithItsReason() throws Exception {
        trainer((loop, store) -> {
            loop.publish(start("too-soon", null, null));
            assertEquals("no-samples", end(loop, "too-soon").problem().code());

            loop.publish(samples());
            loop.publish(LoopForTests.sample("alone/1", "alone", Expression.FEAR, Split.TRAINING,
                    TestPictures.png(TestPictures.noise(100))));
            Settings late = new Settings(null, null, null, null, 3, null, null, null, null, null, null, 3, null, null, null);
            Settings margin = new Settings(null, null, null, null, 3, null, null, null, null, null, null, null, 0.2, null, null);
            Settings micro = new Settings(null, null, 8, 3, 3, null, null, null, null, null, null, null, null, null, null);
            Settings folds = new Settings(null, null, null, null, 3, null, null, null, null, null, null, null, null, 2, null);
            Settings fold = new Settings(null, null, null, null, 3, null, null, null, null, null, null, 1, null, 1, null);
            Settings odd = new Settings(null, 100, null, null, 3, null, null, null, null, null, null, null, null, null, null);
            Settings plain = new Settings(Settings.Stage.PLAIN, null, null, null, 3, null, null, null, null, null, null, null,
                    null, null, null);
            Map<String, String> expected = new HashMap<>(Map.of("start", "unknown-start", "few", "too-few-faces",
                    "few-outside", "too-few-faces", "data", "no-samples", "alone", "one-class", "json", "invalid-command"));
            List.of("late", "margin", "micro", "folds", "fold", "odd", "plain")
                    .forEach(name -> expected.put(name, "contradictory-settings"));
            loop.publish(start("folds", null, folds), start("fold", null, fold),
                    start("few-outside", null, settings(20, 2, 1, 2)), start("late", null, late),
                    start("margin", null, margin), start("micro", null, micro),
                    start("odd", null, odd), start("plain", null, plain),
                    start("start", "hsaw/none", settings(8, 1, null)), start("few", null, settings(32, 1, null)),
                    command(TrainingCommand.start("data", null, null, List.of("noise", "nothing"), null, null, NOW)),
                    command(TrainingCommand.start("alone", null, null, List.of("alone"), null, null, NOW)),
                    new ProducerRecord<>(Topics.TRAINING_COMMANDS, LoopForTests.utf8("json"), LoopForTests.utf8("{]")),
                    command(TrainingCommand.cancel("nobody", NOW)));
            for (Map.Entry<String, String> one : expected.entrySet()) {
                TrainingProgress end = end(loop, one.getKey());
                assertEquals(Phase.FAILED, end.phase());
                assertEquals(one.getValue(), end.problem().code(), end.toString());
                assertFalse(end.problem().detail().isBlank());
            }
            assertEquals("unknown-run", end(loop, "nobody").problem().code());
            assertNoRuns(store);
        });
    }
}
