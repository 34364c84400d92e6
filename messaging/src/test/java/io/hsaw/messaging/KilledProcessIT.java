package io.hsaw.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hsaw.broker.testing.KafkaForTests;
import io.hsaw.broker.testing.KafkaRecords;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class KilledProcessIT {

    private static final int RECORDS = 1200;

    @Test
    void aProcessKilledInMidStreamAndStartedAgainLosesAndDoublesNothing() throws Exception {
        try (KafkaForTests kafka = KafkaForTests.start()) {
            Pipe pipe = new Pipe(kafka.bootstrapServers());
            pipe.topics().ensure();
            AtomicReference<Exception> failure = new AtomicReference<>();
            Thread camera = new Thread(() -> {
                try {
                    for (int i = 0; i < RECORDS / 10; i++) {
                        pipe.publish(10);
                    }
                } catch (Exception e) {
                    failure.set(e);
                }
            });
            camera.start();
            for (int kill = 1; kill <= 3; kill++) {
                Process hop = CopyHopProcess.start(pipe);
                KafkaRecords.read(pipe.bootstrap, pipe.out, kill * RECORDS / 4);
                hop.destroyForcibly().waitFor();
            }
            Process last = CopyHopProcess.start(pipe);
            try {
                camera.join();
                if (failure.get() != null) {
                    throw failure.get();
                }
                pipe.assertEachOnceInOrderCounted();
            } finally {
                last.destroyForcibly().waitFor();
            }
        }
    }

    @Test
    void aRecordThatTwiceTookTheProcessDownIsAnsweredAsFailed() throws Exception {
        try (KafkaForTests kafka = KafkaForTests.start()) {
            Pipe pipe = new Pipe(kafka.bootstrapServers());
            pipe.topics().ensure();
            pipe.publish(50);
            pipe.publish(List.of(CopyHopProcess.DEADLY));
            pipe.publish(50);
            // once in the midst of a batch, then twice on its own
            for (int death = 0; death < 1 + CrashGuard.MOST_DEATHS; death++) {
                CopyHopProcess.start(pipe).waitFor();
            }
            Process last = CopyHopProcess.start(pipe);
            try {
                pipe.assertEachOnceInOrderCounted();
            } finally {
                last.destroyForcibly().waitFor();
            }
        }
    }

    @Test
    void whatAKilledReplicaRememberedIsKnownToTheOneThatTakesOver() throws Exception {
        try (KafkaForTests kafka = KafkaForTests.start()) {
            Pipe pipe = new Pipe(kafka.bootstrapServers());
            pipe.topics().ensure();
            pipe.publish(60);
            Process first = CopyHopProcess.start(pipe, "1");
            KafkaRecords.read(pipe.bootstrap, pipe.out, 30);
            first.destroyForcibly().waitFor();
            Process second = CopyHopProcess.start(pipe, "2");
            try {
                pipe.publish(60);
                pipe.assertEachOnceInOrderCounted();
            } finally {
                second.destroyForcibly().waitFor();
            }
        }
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void aProcessThatStoodStillWhileItsPartitionsWereTakenOverCannotWriteWhatTimeBrought() throws Exception {
        try (KafkaForTests kafka = KafkaForTests.start()) {
            Pipe pipe = new Pipe(kafka.bootstrapServers());
            pipe.topics().ensure();
            pipe.publish(List.of("a", "b", CopyHopProcess.ENDING));
            Process zombie = CopyHopProcess.start(pipe, "1");
            Process other = null;
            try {
                KafkaRecords.read(pipe.bootstrap, pipe.out, 3);
                other = CopyHopProcess.start(pipe, "2");
                pipe.publish(3);
                KafkaRecords.read(pipe.bootstrap, pipe.out, 6);
                assertEquals(0, new ProcessBuilder("kill", "-CONT", String.valueOf(zombie.pid())).start().waitFor());
                other.destroyForcibly().waitFor();
                pipe.assertEachOnceInOrderCounted();
            } finally {
                zombie.destroyForcibly().waitFor();
                if (other != null) {
                    other.destroyForcibly().waitFor();
                }
            }
        }
    }
}
