package io.hsaw.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hsaw.contracts.FrameReply;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.Topics;
import io.hsaw.messaging.Delivery;
import io.hsaw.sources.PanZoomSource;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hsaw bench}: measures the product on this machine. */
@Command(name = "bench", description = "Measure the pipeline on this machine.")
final class BenchCommand {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int WARM_UP_SECONDS = 15;

    @Spec
    private CommandSpec spec;

    /**
     * {@code hsaw bench pipeline}. Each kind of delivery is measured in a process of its own, so that both begin alike.
     */
    @Command(name = "pipeline", description = "Publish from one camera and measure from publishing to the reply, with"
            + " exactly-once and with at-least-once; prints Markdown tables.")
    int pipeline(
            @Option(names = "--seconds", paramLabel = "N", defaultValue = "60",
                    description = "How long each is measured (default: ${DEFAULT-VALUE}).") int seconds,
            @Option(names = "--fps", paramLabel = "N", defaultValue = "30",
                    description = "Frames per second (default: ${DEFAULT-VALUE}).") double framesPerSecond,
            @Option(names = "--size", paramLabel = "WxH", defaultValue = "640x480",
                    description = "Of the frames, in pixels (default: ${DEFAULT-VALUE}).") String size,
            @Option(names = "--waiting-network", paramLabel = "MS",
                    description = "In place of the network one that only waits so many milliseconds per face, to"
                            + " measure what the hops cost where arithmetic would hide it.") Long waitingMillis,
            @Option(names = "--only", paramLabel = "DELIVERY", hidden = true) Delivery only,
            @Mixin ModelOptions model) throws InterruptedException, IOException {
        CommandSpec command = spec.subcommands().get("pipeline").getCommandSpec();
        if (seconds < 1 || !(framesPerSecond > 0) || !size.matches("[1-9]\\d{1,3}x[1-9]\\d{1,3}")
                || waitingMillis != null && waitingMillis < 0) {
            throw new ParameterException(command.commandLine(),
                    "--seconds and --fps must be positive, --size such as 640x480, --waiting-network not negative");
        }
        PrintWriter out = spec.commandLine().getOut();
        if (only != null) {
            Map<String, String> settings = ServiceSettings.withoutPort(model, only);
            if (waitingMillis != null) {
                settings.put("hsaw.inference.waiting-network", waitingMillis + "ms");
            }
            out.println(JSON.writeValueAsString(measure(only, seconds, framesPerSecond, size, settings)));
        } else {
            List<PipelineFigures> runs = new ArrayList<>();
            for (Delivery delivery : Delivery.values()) {
                runs.add(inOwnProcess(delivery));
            }
            out.print(PipelineFigures.toMarkdown(runs));
        }
        out.flush();
        return Hsaw.DONE;
    }

    /** {@code hsaw bench replicas}. */
    @Command(name = "replicas", description = "Measure how many replies a second 1, 2 and 3 replicas of hsaw-inference"
            + " give, each process by itself, on a network that only waits, so that few cores do not hide what the"
            + " replicas bring; prints a Markdown table.")
    int replicas(
            @Option(names = "--seconds", paramLabel = "N", defaultValue = "60",
                    description = "How long each is measured (default: ${DEFAULT-VALUE}).") int seconds,
            @Option(names = "--waiting-network", paramLabel = "MS", defaultValue = "100",
                    description = "Milliseconds that it waits per face (default: ${DEFAULT-VALUE}).") long waitingMillis,
            @Option(names = "--most", paramLabel = "N", defaultValue = "3",
                    description = "The greatest number of replicas (default: ${DEFAULT-VALUE}).") int most)
            throws InterruptedException {
        if (seconds < 1 || waitingMillis < 1 || most < 1 || most > ReplicasBench.PARTITIONS) {
            throw new ParameterException(spec.subcommands().get("replicas"), "--seconds and --waiting-network must be"
                    + " positive, --most between 1 and " + ReplicasBench.PARTITIONS);
        }
        List<Double> rates = new ArrayList<>();
        for (int replicas = 1; replicas <= most; replicas++) {
            rates.add(ReplicasBench.repliesPerSecond(replicas, waitingMillis, seconds));
        }
        PrintWriter out = spec.commandLine().getOut();
        out.print(ReplicasBench.toMarkdown(rates));
        out.flush();
        return Hsaw.DONE;
    }

    /** {@code hsaw bench swaps}. */
    @Command(name = "swaps", description = "Let released models take over from one another while a camera's frames are"
            + " answered, each process by itself; says what is lost or doubled, the longest gap of replies, and what becomes"
            + " of memory. Prints Markdown tables.")
    int swaps(
            @Option(names = "--swaps", paramLabel = "N", defaultValue = "20",
                    description = "How many (default: ${DEFAULT-VALUE}).") int swaps,
            @Option(names = "--fps", paramLabel = "N", defaultValue = "30",
                    description = "Frames per second (default: ${DEFAULT-VALUE}).") double framesPerSecond,
            @Option(names = "--between", paramLabel = "SECONDS", defaultValue = "5",
                    description = "From a swap to the next release (default: ${DEFAULT-VALUE}).") int secondsBetween,
            @Mixin ModelOptions model) throws InterruptedException {
        if (swaps < 1 || !(framesPerSecond > 0) || secondsBetween < 0) {
            throw new ParameterException(spec.subcommands().get("swaps"),
                    "--swaps and --fps must be positive, --between not negative");
        }
        SwapsBench.Figures figures = SwapsBench.run(swaps, framesPerSecond, secondsBetween, model);
        PrintWriter out = spec.commandLine().getOut();
        out.print(figures.toMarkdown());
        out.flush();
        return figures.kept() ? Hsaw.DONE : Hsaw.FAILED;
    }

    private PipelineFigures measure(Delivery delivery, int seconds, double framesPerSecond, String size,
            Map<String, String> settings) throws InterruptedException {
        String[] sides = size.split("x");
        try (LocalBroker broker = LocalBroker.temporary();
                Services services = Services.start(broker.bootstrap(), settings);
                FramePublisher publisher = new FramePublisher(broker.bootstrap());
                TopicReader<FrameReply> replies = new TopicReader<>(broker.bootstrap(), Topics.EMOTIONS,
                        RecordCodec.EMOTIONS, true, warning -> {
                            throw new Failure(warning);
                        });
                PanZoomSource camera = PanZoomSource.demo(Integer.parseInt(sides[0]), Integer.parseInt(sides[1]),
                        framesPerSecond);
                ProgressLine progress = new ProgressLine("measure", -1)) {
            return new PipelineBench(framesPerSecond, Duration.ofSeconds(WARM_UP_SECONDS), Duration.ofSeconds(seconds))
                    .run(delivery, publisher, replies, camera, progress);
        }
    }

    /** Runs this very command again, with the same JVM and options, for one kind of delivery. */
    private PipelineFigures inOwnProcess(Delivery delivery) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>();
        line.add(ProcessHandle.current().info().command().orElse("java"));
        line.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        line.add("-jar");
        line.add(System.getProperty("java.class.path"));
        line.addAll(spec.commandLine().getParent().getParseResult().originalArgs());
        line.add("--only=" + delivery);
        Process process = new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy, "stop measurement"));
        String figures = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != Hsaw.DONE) {
            throw new Failure("the measurement with " + delivery + " failed; what it said is above");
        }
        try {
            return JSON.readValue(figures, PipelineFigures.class);
        } catch (JsonProcessingException e) {
            throw new Failure("the measurement with " + delivery + " printed no figures: " + figures, e);
        }
    }
}
