package io.hsaw.trainer.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.Topics;
import io.hsaw.contracts.TrainingProgress.Phase;
import io.hsaw.network.store.ModelStore;
import io.hsaw.trainer.samples.LoopForTests;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledTrainerIT {

    @TempDir
    Path folder;

    @Test
    void aTrainerKilledInMidEpochIsFollowedByAnotherThatEndsTheRunAsIfNothingHadHappened() throws Exception {
        try (LoopForTests loop = new LoopForTests(); Decisions decisions = new Decisions(loop, "noise/3")) {
            Path store = folder.resolve("store");
            String shipped = new ModelStore(store).put(TrainerProcess.MODEL).path();
            loop.publish(TrainerIT.samples());
            loop.publish(TrainerIT.start("killed", shipped, TrainerIT.settings(8, 4, 1)));
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
                loop.publish(TrainerIT.start("whole", shipped, TrainerIT.settings(8, 4, 1)));
                assertEquals(Phase.RELEASED, TrainerIT.end(loop, "whole").phase());
            } finally {
                second.destroyForcibly().waitFor();
            }
            Map<String, Expression> proposals = TrainerIT.proposals(loop, "whole");
            assertFalse(proposals.isEmpty());
            assertEquals(proposals, TrainerIT.proposals(loop, "killed"));
            ModelStore models = new ModelStore(store);
            assertEquals(models.open("hsaw/whole").card().weightsSha256(), models.open("hsaw/killed").card().weightsSha256());
            assertEquals(models.open("hsaw/whole").card().settings(), models.open("hsaw/killed").card().settings());
        }
    }
}
