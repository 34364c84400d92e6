package io.hsaw.messaging;

import io.hsaw.broker.testing.KafkaForTests;
import io.hsaw.broker.testing.KafkaRecords;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

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
                pipe.assertEachOnceInOrder();
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
                pipe.assertEachOnceInOrder(
                        value -> value.equals(CopyHopProcess.DEADLY) ? "failed " + value : value);
            } finally {
                last.destroyForcibly().waitFor();
            }
        }
    }
}
