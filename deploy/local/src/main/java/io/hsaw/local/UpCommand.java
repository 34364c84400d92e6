package io.hsaw.local;

import io.hsaw.contracts.EmotionChange;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.Topics;
import java.io.PrintWriter;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code hsaw up}: everything in this process, until it is stopped. */
@Command(name = "up", description = "Run broker, services and a demo camera; prints each change of expression.")
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

    @Mixin
    private ModelOptions model;

    @Mixin
    private DeliveryOption delivery;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        if (bootstrap != null) {
            return run(bootstrap, "a broker that was there");
        }
        try (LocalBroker broker = LocalBroker.on(data.data, data.port)) {
            return run(broker.bootstrap(), "data in " + data.data);
        }
    }

    private int run(String broker, String origin) throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        try (Services services = Services.start(broker,
                ServiceSettings.withManagement(model, delivery.promise, managementPort))) {
            BrokerOptions.await(broker, List.of(Topics.FRAMES, Topics.EMOTION_CHANGES), err, "; waiting for it",
                    missing -> services.check());
            try (TopicReader<EmotionChange> changes = new TopicReader<>(broker, Topics.EMOTION_CHANGES,
                            RecordCodec.EMOTION_CHANGES, false, warning -> err.println("hsaw: " + warning));
                    DemoCamera demo = noDemo ? null : DemoCamera.start(broker)) {
                err.printf("""
                        hsaw is up: Kafka broker at %s (%s), face-detector, half-face-splitter, hsaw-inference%s.
                        Publish a picture:  ./hsaw publish --bootstrap %s --camera me picture.jpg
                               or:          kcat -b %s -P -t frames -k me -X topic.partitioner=murmur2_random picture.jpg
                        Read the replies:   ./hsaw events --bootstrap %s
                        Changes of expression follow. Ctrl-C stops.
                        """, broker, origin, noDemo ? "" : ", camera demo", broker, broker, broker);
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
