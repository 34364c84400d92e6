package io.hsaw.trainer.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.ModelRelease;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.Topics;
import io.hsaw.contracts.TrainingProgress;
import io.hsaw.contracts.TrainingProgress.Phase;
import io.hsaw.network.store.ModelStore;
import io.hsaw.trainer.samples.LoopForTests;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledTrainerIT {

    @TempDir
    Path folder;

    @Test
    void aTrainerKilledInMidEpochIsFollowedByAnotherThatEndsTheRunAsIfNothingHadHappened() throws Exception {
        try (LoopForTests loop = new LoopForTests(); Decisions decisions = new Decisions(loop, "noise/3")) {
            Path store = folder.resolve("store");
            String start = new ModelStore(store).put(BiasedModel.write(folder.resolve("biased"))).path();
            loop.publish(TrainerIT.samples());
            loop.publish(TrainerIT.start("killed", start, TrainerIT.settings(8, 4, 1)));
            Process first = TrainerProcess.start(loop.bootstrap(), folder.resolve("first"), store, "1");
            loop.await(Topics.TRAINING_PROGRESS, RecordCodec.TRAINING_PROGRESS, progress -> progress.epoch() > 1);
            first.destroyForcibly().waitFor();
            // the same one again, to be killed later
            first = TrainerProcess.start(loop.bootstrap(), folder.resolve("first"), store, "1");
            loop.await(Topics.TRAINING_PROGRESS, RecordCodec.TRAINING_PROGRESS, progress -> progress.epoch() > 2);
            first.destroyForcibly().waitFor();

            Process second = TrainerProcess.start(loop.bootstrap(), folder.resolve("second"), store, "2");
            try {
                assertEquals(Phase.RELEASED, TrainerIT.end(loop, "killed").phase());
                loop.publish(TrainerIT.start("whole", start, TrainerIT.settings(8, 4, 1)));
                assertEquals(Phase.RELEASED, TrainerIT.end(loop, "whole").phase());
            } finally {
                second.destroyForcibly().waitFor();
            }
            Map<String, Expression> proposals = TrainerIT.proposals(loop, "whole");
            assertFalse(proposals.isEmpty());
            assertEquals(proposals, TrainerIT.proposals(loop, "killed"));
            assertEquals(TrainerIT.end(loop, "whole").relabels(), TrainerIT.end(loop, "killed").relabels());
            ModelStore models = new ModelStore(store);
            assertEquals(models.open("hsaw/whole").card().weightsSha256(), models.open("hsaw/killed").card().weightsSha256());
            assertEquals(models.open("hsaw/whole").card().settings(), models.open("hsaw/killed").card().settings());
        }
    }

    @Test
    void theRunOfATrainerThatIsSilentForAWhileGoesToAnotherAndEachRunIsDoneOnce() throws Exception {
        try (LoopForTests loop = new LoopForTests()) {
            Path store = folder.resolve("store");
            String start = new ModelStore(store).put(BiasedModel.write(folder.resolve("biased"))).path();
            loop.publish(TrainerIT.samples());
            Process first = TrainerProcess.start(loop.bootstrap(), folder.resolve("first"), store, "2");
            Process second = null;
            try {
                loop.publish(inPartition(1, TrainerIT.start("moved", start, TrainerIT.settings(8, 2, 1))));
                // where it waits for decisions
                loop.await(Topics.PSEUDO_LABELS, RecordCodec.PSEUDO_LABELS, proposal -> true);
                second = TrainerProcess.start(loop.bootstrap(), folder.resolve("second"), store, "1");
                signal("STOP", first);
                // and waits for the run's folder
                loop.await(Topics.TRAINING_PROGRESS, RecordCodec.TRAINING_PROGRESS,
                        progress -> progress.runId().equals("moved") && progress.trainer().equals("1"));
                signal("CONT", first);
                loop.publish(inPartition(0, TrainerIT.start("stayed", start, TrainerIT.settings(8, 2, 1))));
                try (Decisions decisions = new Decisions(loop, "noise/3")) {
                    assertEquals(Phase.RELEASED, TrainerIT.end(loop, "moved").phase());
                    assertEquals(Phase.RELEASED, TrainerIT.end(loop, "stayed").phase());
                }
            } finally {
                first.destroyForcibly().waitFor();
                if (second != null) {
                    second.destroyForcibly().waitFor();
                }
            }
            assertEquals(Set.of("2", "1"), trainersOf(loop, "moved"));
            assertEquals("1", TrainerIT.end(loop, "moved").trainer());
            assertEquals(Set.of("2"), trainersOf(loop, "stayed"));
            List<String> ends = loop.read(Topics.TRAINING_PROGRESS, RecordCodec.TRAINING_PROGRESS).stream()
                    .filter(progress -> progress.phase().isEnd()).map(TrainingProgress::runId).sorted().toList();
            assertEquals(List.of("moved", "stayed"), ends);
            List<String> released = loop.read(Topics.MODEL_RELEASES, RecordCodec.MODEL_RELEASES).stream()
                    .filter(release -> release.role() == ModelRelease.Role.CHALLENGER).map(ModelRelease::runId).sorted().toList();
            assertEquals(List.of("moved", "stayed"), released);
            assertEquals(TrainerIT.proposals(loop, "stayed"), TrainerIT.proposals(loop, "moved"));
            ModelStore models = new ModelStore(store);
            assertEquals(models.open("hsaw/stayed").card().weightsSha256(), models.open("hsaw/moved").card().weightsSha256());
        }
    }

    private static ProducerRecord<byte[], byte[]> inPartition(int partition, ProducerRecord<byte[], byte[]> record) {
        return new ProducerRecord<>(record.topic(), partition, record.key(), record.value());
    }

    private static void signal(String signal, Process process) throws Exception {
        assertEquals(0, new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor());
    }

    private static Set<String> trainersOf(LoopForTests loop, String runId) throws Exception {
        return loop.read(Topics.TRAINING_PROGRESS, RecordCodec.TRAINING_PROGRESS).stream()
                .filter(progress -> progress.runId().equals(runId)).map(TrainingProgress::trainer)
                .collect(Collectors.toSet());
    }
}
