package io.hsaw.trainer.run;

import io.hsaw.contracts.Topics;
import io.hsaw.messaging.TopicSetup;
import io.hsaw.network.NetworkSettings;
import io.hsaw.network.store.ModelStore;
import io.hsaw.trainer.samples.LogClients;
import io.hsaw.trainer.samples.SampleCopy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A trainer as a process of its own, to be killed, and how it is made: broker, copy's folder, store, replica. */
final class TrainerProcess {

    /** The model that comes with hsaw. */
    static final Path MODEL = Path.of(System.getProperty("hsaw.root")).resolve("models/fer2013-raf-db");

    private TrainerProcess() {
    }

    public static void main(String[] args) throws Exception {
        trainer(args[0], samples(args[0], Path.of(args[1])), Path.of(args[2]), args[3]).start();
        new CountDownLatch(1).await();
    }

    static SampleCopy samples(String bootstrap, Path folder) throws IOException {
        SampleCopy samples = new SampleCopy(folder, new LogClients(bootstrap, "trainer"), topics(bootstrap), 1);
        samples.start();
        return samples;
    }

    static Trainer trainer(String bootstrap, SampleCopy samples, Path store, String replica) {
        TrainerSettings settings = new TrainerSettings(replica, MODEL, NetworkSettings.Precision.FP32, 1, Duration.ofMinutes(2));
        return new Trainer(settings, new LogClients(bootstrap, "trainer"), topics(bootstrap), samples, new ModelStore(store));
    }

    private static TopicSetup topics(String bootstrap) {
        return new TopicSetup(bootstrap, Topics.learningLoop(), 3, 1);
    }

    static Process start(String bootstrap, Path samples, Path store, String replica) throws IOException {
        return new ProcessBuilder(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m",
                "-Dhsaw.root=" + System.getProperty("hsaw.root"), "-cp", System.getProperty("java.class.path"),
                TrainerProcess.class.getName(), bootstrap, samples.toString(), store.toString(), replica)).inheritIO().start();
    }
}
