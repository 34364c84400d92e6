package io.hsaw.local;

import io.hsaw.contracts.EmotionChange;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.Topics;
import java.io.PrintWriter;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code hsaw up}: everything in this process, until it is stopped. */
@Command(name = "up", description = "Run broker, services and a demo camera; prints each change of expression. Training and"
        + " the ledger of labels run beside it as processes of their own.")
final class UpCommand implements Callable<Integer> {

    @Mixin
    private DataOptions data;

    @Option(names = "--bootstrap", paramLabel = "HOST:PORT",
            description = "Use the Kafka broker that is already there instead of one of its own.")
    private String bootstrap;

    @Option(names = "--no-demo", description = "No demo camera.")
    private boolean noDemo;

    @Option(names = "--management-port", paramLabel = "PORT", defaultValue = "9000",
            converter = DataOptions.Port.class,
            description = "Where health and metrics are served on this machine; 0 takes a free port"
                    + " (default: ${DEFAULT-VALUE}).")
    private int managementPort;

    @Option(names = "--labels-port", paramLabel = "PORT", defaultValue = "8085", converter = DataOptions.Port.class,
            description = "Where labels are served on this machine; 0 takes a free port (default: ${DEFAULT-VALUE}).")
    private int labelsPort;

    @Option(names = "--no-learning", description = "Neither training nor labels; released models are followed all the same.")
    private boolean noLearning;

    @Mixin
    private ModelOptions model;

    @Mixin
    private DeliveryOption delivery;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        // before anything is started
        int labels = noLearning ? 0 : LearningServices.labelsPort(labelsPort);
        if (bootstrap != null) {
            return run(bootstrap, "a broker that was there", labels, learning -> { });
        }
        try (LocalBroker broker = LocalBroker.on(data.data, data.port)) {
            return run(broker.bootstrap(), "data in " + data.data, labels,
                    learning -> broker.beforeStop(learning::close));
        }
    }

    private int run(String broker, String origin, int labels, Consumer<LearningServices> started)
            throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        Map<String, String> settings = ServiceSettings.withManagement(model, delivery.promise, managementPort);
        settings.put("hsaw.inference.model-store", LearningServices.modelStore(data.data).toString());
        try (Services services = Services.start(broker, settings)) {
            BrokerOptions.await(broker, List.of(Topics.FRAMES, Topics.EMOTION_CHANGES), err, "; waiting for it",
                    missing -> services.check());
            try (TopicReader<EmotionChange> changes = new TopicReader<>(broker, Topics.EMOTION_CHANGES,
                            RecordCodec.EMOTION_CHANGES, false, warning -> err.println("hsaw: " + warning));
                    DemoCamera demo = noDemo ? null : DemoCamera.start(broker);
                    LearningServices learning = noLearning ? null
                            : LearningServices.start(broker, data.data, model, labels, err)) {
                if (learning != null) {
                    started.accept(learning);
                }
                err.printf("""
                        hsaw is up: Kafka broker at %s (%s), face-detector, half-face-splitter, hsaw-inference%s.
                        Publish a picture:  ./hsaw publish --bootstrap %s --camera me picture.jpg
                               or:          kcat -b %s -P -t frames -k me -X topic.partitioner=murmur2_random picture.jpg
                        Read the replies:   ./hsaw events --bootstrap %s
                        """, broker, origin, noDemo ? "" : ", camera demo", broker, broker, broker);
                if (learning != null) {
                    err.printf("""
                            Train a model:      ./hsaw import, then ./hsaw retrain; labels at http://127.0.0.1:%d (./hsaw labels);
                                                relabel-feedback and hsaw-trainer start beside this, their logs are in %s
                            """, labels, learning.logs());
                }
                err.println("Changes of expression follow. Ctrl-C stops.");
                err.flush();
                return follow(changes, services);
            }
        }
    }

    private int follow(TopicReader<EmotionChange> changes, Services services) {
        PrintWriter out = spec.commandLine().getOut();
        EventLines lines = new EventLines(ZoneId.systemDefault());
        while (true) {
            services.check();
            for (EmotionChange change : changes.poll()) {
                out.println(lines.of(change));
            }
            out.flush();
        }
    }
}
