package io.hsaw.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hsaw.contracts.Topics;
import io.hsaw.inference.TrackSettings;
import io.hsaw.inference.Tracks;
import io.hsaw.local.FaultSchedule.Planned;
import io.hsaw.messaging.Delivery;
import io.quarkus.runtime.configuration.DurationConverter;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code hsaw verify-delivery}: whether each frame gets one reply, in order, whatever breaks. */
@Command(name = "verify-delivery", description = {
    "Publish numbered frames and see whether each gets exactly one reply, in order per camera.",
    "The frames are small pictures made from those that come with hsaw: with one face, with several (one in three of"
            + " those with faces), with none, and broken ones (truncated JPEGs, text, GIFs). The report goes to standard"
            + " output as JSON and to standard error as tables. Exit code 1 if a reply is missing, doubled, out of"
            + " order, or not what such a frame must get."})
final class VerifyDeliveryCommand implements Callable<Integer> {

    private static final ObjectMapper JSON = new ObjectMapper();
    /** Share of frames with several faces among those with faces. */
    private static final double SEVERAL = 1.0 / 3;
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long BETWEEN_LOOKS_NANOS = 50_000_000;
    private static final long BETWEEN_SAMPLES_NANOS = 10 * SECOND_NANOS;
    /** How long a second reply is waited for once all frames have one: longer than a transaction may be open. */
    private static final Duration LATE_DOUBLES = Duration.ofSeconds(11);
    private static final Duration AFTER_CTRL_C = Duration.ofMinutes(4);
    /** Longer than what may be done to a system, shorter than its pictures are kept. */
    private static final Duration MOST_QUIET = Duration.ofMinutes(5);
    private static final Duration LONGEST = Duration.ofDays(365);

    @Mixin
    private BrokerOptions broker;

    @Option(names = "--cameras", paramLabel = "N", defaultValue = "8",
            description = "How many cameras publish, spread evenly over the partitions (default: ${DEFAULT-VALUE}).")
    private int cameras;

    @Option(names = "--fps", paramLabel = "N", defaultValue = "15",
            description = "Frames per second of all cameras together (default: ${DEFAULT-VALUE}).")
    private double framesPerSecond;

    @ArgGroup
    private Length length = new Length();

    private static final class Length {
        @Option(names = "--frames", paramLabel = "N", description = "How many frames are published (default: 1000).")
        private Long frames;
        @Option(names = "--duration", paramLabel = "TIME", converter = Time.class,
                description = "How long frames are published, such as 90s or 60m.")
        private Duration duration;
    }

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1",
            description = "Decides the order of frames and faults (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--faces", paramLabel = "PERCENT", defaultValue = "30",
            description = "Share of frames with faces (default: ${DEFAULT-VALUE}).")
    private double faces;

    @Option(names = "--broken", paramLabel = "PERCENT", defaultValue = "15",
            description = "Share of broken frames; the others show no face (default: ${DEFAULT-VALUE}).")
    private double broken;

    @Option(names = "--last-replies", paramLabel = "TIME", defaultValue = "60s", converter = Time.class,
            description = "How long replies may take after the last frame (default: ${DEFAULT-VALUE}).")
    private Duration lastReplies;

    @Option(names = "--allow-doubles", description = "Count doubled replies without failing, for a system that runs"
            + " at-least-once.")
    private boolean allowDoubles;

    @ArgGroup(exclusive = false, heading = "%nA system of its own, which is disturbed:%n")
    private LocalOptions local;

    private static final class LocalOptions {
        @Option(names = "--local", required = true,
                description = "Start the broker and the stages as processes of their own, instead of --bootstrap.")
        private boolean local;

        @Option(names = "--partitions", paramLabel = "N", defaultValue = "6",
                description = "Of the topics (default: ${DEFAULT-VALUE}).")
        private int partitions;

        @Option(names = "--replicas", paramLabel = "STAGE=N", split = ",",
                description = "Processes of a stage (default: face-detector=2,half-face-splitter=1,hsaw-inference=2).")
        private Map<String, Integer> replicas = new LinkedHashMap<>();

        @Option(names = "--waiting-network", paramLabel = "MS",
                description = "In place of the network one that only waits so many milliseconds per face.")
        private Long waitingMillis;

        @Option(names = "--faults", paramLabel = "N", defaultValue = "0",
                description = "How many faults are done, spread over the run (default: ${DEFAULT-VALUE}). The run goes"
                        + " on until all are done.")
        private int faults;

        @Option(names = "--fault-kinds", paramLabel = "KIND", split = ",", converter = Kind.class,
                completionCandidates = Kinds.class, description = "Some of ${COMPLETION-CANDIDATES} (default: all, each as"
                        + " often).")
        private Set<FaultKind> kinds = EnumSet.allOf(FaultKind.class);

        @Option(names = "--in-flight", paramLabel = "N", defaultValue = "50",
                description = "Least number of frames without reply at each fault (default: ${DEFAULT-VALUE}).")
        private int inFlight;
    }

    @Mixin
    private DeliveryOption delivery;

    @Mixin
    private ModelOptions model;

    @Spec
    private CommandSpec spec;

    private final CountDownLatch done = new CountDownLatch(1);
    private volatile boolean stopping;
    private FrameMix mix;

    @Override
    public Integer call() throws InterruptedException {
        check();
        // before the signal is minded: it loads native libraries, which a process that is ending may not
        mix = new FrameMix(seed, faces * (1 - SEVERAL) / 100, faces * SEVERAL / 100, broken / 100);
        stopOnSignal();
        try {
            if (local == null) {
                broker.await(List.of(Topics.FRAMES, Topics.EMOTIONS), err());
                return verify(broker.bootstrap, null, List.of());
            }
            return verifyLocal();
        } finally {
            done.countDown();
        }
    }

    private int verifyLocal() throws InterruptedException {
        List<Planned> faults = schedule(local.kinds);
        say("starting the broker and the stages");
        boolean wantsDisk = faults.stream().anyMatch(fault -> fault.kind() == FaultKind.FULL_DISK);
        boolean kept = false;
        LocalSystem system = LocalSystem.start(new LocalSystem.Settings(local.partitions, replicas(), delivery.promise,
                properties(), wantsDisk));
        try (system) {
            if (wantsDisk && !system.hasDisk()) {
                say("full-disk is left out: this user may not mount a disk of its own for the broker");
                Set<FaultKind> others = EnumSet.copyOf(local.kinds);
                others.remove(FaultKind.FULL_DISK);
                faults = others.isEmpty() ? List.of() : schedule(others);
            }
            say("the broker is at " + system.bootstrap() + ", logs are in " + system.logs());
            int code = verify(system.bootstrap(), system, faults);
            kept = code == Hsaw.DONE;
            return code;
        } finally {
            if (kept) {
                LocalBroker.delete(system.logs());
            } else {
                say("the logs of all processes stay in " + system.logs());
            }
        }
    }

    private void check() {
        require(cameras >= 1 && cameras <= 1_000, "--cameras must lie between 1 and 1000");
        require(framesPerSecond > 0 && framesPerSecond <= 1_000, "--fps must be a positive number, at most 1000");
        require(length.frames == null || length.frames > 0, "--frames must be positive");
        require(length.duration == null || length.duration.compareTo(Duration.ZERO) > 0
                && length.duration.compareTo(LONGEST) <= 0, "--duration must be positive, at most 365d");
        require(!lastReplies.isNegative() && lastReplies.compareTo(LONGEST) <= 0,
                "--last-replies must lie between 0s and 365d");
        require(faces >= 0 && broken >= 0 && faces + broken <= 100,
                "--faces and --broken are percentages, together at most 100");
        if (local == null) {
            for (String option : List.of("--delivery", "--model", "--device", "--precision")) {
                require(!given(option), option + " needs --local; a system that is there has its own");
            }
        } else {
            require(!given("--bootstrap"), "--local starts a broker of its own: leave out --bootstrap");
            require(local.partitions >= 1 && local.partitions <= 1_000, "--partitions must lie between 1 and 1000");
            require(LocalSystem.STAGES.containsAll(local.replicas.keySet()),
                    "--replicas knows only " + String.join(", ", LocalSystem.STAGES));
            require(local.replicas.values().stream().allMatch(n -> n >= 1 && n <= 20),
                    "--replicas must lie between 1 and 20 for each stage");
            require(local.faults >= 0, "--faults must not be negative");
            require(local.inFlight >= 1 && local.inFlight < DeliveryRun.MOST_OPEN / 2,
                    "--in-flight must lie between 1 and " + (DeliveryRun.MOST_OPEN / 2 - 1));
            require(local.waitingMillis == null || local.waitingMillis >= 0, "--waiting-network must not be negative");
        }
    }

    private boolean given(String option) {
        return spec.commandLine().getParseResult().hasMatchedOption(option);
    }

    private void require(boolean condition, String message) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    private List<Planned> schedule(Set<FaultKind> kinds) {
        try {
            return FaultSchedule.of(seed, local.faults, kinds, replicas());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private Map<String, Integer> replicas() {
        Map<String, Integer> replicas = new LinkedHashMap<>(
                Map.of("face-detector", 2, "half-face-splitter", 1, "hsaw-inference", 2));
        replicas.putAll(local.replicas);
        return replicas;
    }

    private Map<String, String> properties() {
        Map<String, String> properties = ServiceSettings.of(model, delivery.promise);
        // a stage that is away for long makes all cameras silent: that their tracks end then is no fault
        properties.put("hsaw.inference.tracking.silence", "1h");
        if (local.waitingMillis != null) {
            properties.put("hsaw.inference.waiting-network", local.waitingMillis + "ms");
        }
        return properties;
    }

    private int verify(String bootstrap, LocalSystem system, List<Planned> faults) throws InterruptedException {
        List<String> failures = new ArrayList<>();
        List<Disturber.Done> struck = new ArrayList<>();
        ProcessSamples samples = new ProcessSamples();
        // by the default settings of tracking, and each frame once: neither is known of a system that was there
        Optional<TrackLedger> tracks = system != null && delivery.promise == Delivery.EXACTLY_ONCE
                ? Optional.of(new TrackLedger(new Tracks(TrackSettings.DEFAULT))) : Optional.empty();
        try (DeliveryRun run = new DeliveryRun(bootstrap, mix, cameras, framesPerSecond, tracks)) {
            long began = System.nanoTime();
            try {
                publish(run, system, faults, struck, samples, began);
            } catch (Failure e) {
                failures.add(e.getMessage());
            }
            run.burst(0);
            run.limit(0);
            awaitReplies(run);
            if (run.ledger().publishedSoFar() > 0 && run.ledger().open() == run.ledger().publishedSoFar()) {
                failures.add("no frame got a reply: see whether all stages run, with " + bootstrap + " as their broker");
            }
            boolean doublesAllowed = allowDoubles || system != null && delivery.promise == Delivery.AT_LEAST_ONCE;
            DeliveryReport report = DeliveryReport.of(seed, cameras, run.partitions(),
                    (System.nanoTime() - began) / 1e9, run.ledger(), tracks.map(TrackLedger::counts).orElse(null),
                    doublesAllowed, failures, struck, samples.thirds());
            print(report);
            return report.kept() ? Hsaw.DONE : Hsaw.FAILED;
        }
    }

    private void publish(DeliveryRun run, LocalSystem system, List<Planned> faults, List<Disturber.Done> struck,
            ProcessSamples samples, long began) throws InterruptedException {
        long frames = length.frames != null ? length.frames : length.duration != null ? Long.MAX_VALUE : 1_000;
        Disturber disturber = system == null ? null : new Disturber(system, run, local.inFlight);
        Quiet quiet = new Quiet(MOST_QUIET, began);
        long nextSample = began;
        try (ProgressLine progress = new ProgressLine("replies", -1)) {
            run.start(faults.isEmpty() ? frames : Long.MAX_VALUE);
            while (!stopping) {
                run.check();
                long now = System.nanoTime();
                double part = length.duration != null ? (double) (now - began) / length.duration.toNanos()
                        : (double) run.ledger().publishedSoFar() / frames;
                if (struck.size() == faults.size() && part >= 1) {
                    return;
                }
                // the first after half a fault's share of the run
                if (struck.size() < faults.size() && part >= (struck.size() + 0.5) / faults.size()) {
                    Disturber.Done fault = disturber.strike(faults.get(struck.size()));
                    struck.add(fault);
                    say(String.format(Locale.ROOT, "%d of %d: %s of %s, %d frames in flight, longest gap %.1f s, all well"
                            + " after %.1f s", struck.size(), faults.size(), fault.kind(), fault.victim(),
                            fault.inFlight(), fault.gapSeconds(), fault.seconds()));
                    if (struck.size() == faults.size()) {
                        run.limit(frames);
                    }
                }
                if (system != null && now - nextSample >= 0) {
                    samples.take(system.processes());
                    nextSample = now + BETWEEN_SAMPLES_NANOS;
                }
                long published = run.ledger().publishedSoFar();
                int open = run.ledger().open();
                // with too many open none is published, so that the end would never come
                if (quiet.tooLong(published - open, open, System.nanoTime())) {
                    throw new Failure("no reply for " + MOST_QUIET.toMinutes() + " minutes, while " + open
                            + " frames wait");
                }
                progress.at(published - open, published);
                LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
            }
        }
    }

    private void awaitReplies(DeliveryRun run) {
        long end = System.nanoTime() + lastReplies.toNanos();
        while (run.ledger().open() > 0 && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
        }
        long late = System.nanoTime() + LATE_DOUBLES.toNanos();
        while (System.nanoTime() - late < 0) {
            LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
        }
    }

    /** Ctrl-C ends publishing; the process ends when the report is out and nothing it started is left. */
    private void stopOnSignal() {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            stopping = true;
            try {
                if (!done.await(AFTER_CTRL_C.toSeconds(), TimeUnit.SECONDS)) {
                    say("the report did not come in time");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }, "report"));
    }

    private void print(DeliveryReport report) {
        err().print(report.toMarkdown());
        err().flush();
        PrintWriter out = spec.commandLine().getOut();
        try {
            out.println(JSON.writeValueAsString(report));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
        out.flush();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }

    private void say(String message) {
        err().println("hsaw: " + message);
        err().flush();
    }

    /** Times such as {@code 90s}, {@code 60m} or {@code PT1H}. */
    static final class Time implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            try {
                return DurationConverter.parseDuration(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("'" + text + "' is no time such as 90s or 60m");
            }
        }
    }

    /** Kinds of faults by their names. */
    static final class Kind implements ITypeConverter<FaultKind> {
        @Override
        public FaultKind convert(String name) {
            return Arrays.stream(FaultKind.values()).filter(kind -> kind.label().equals(name)).findFirst()
                    .orElseThrow(() -> new TypeConversionException("'" + name + "' is none of "
                            + String.join(", ", new Kinds())));
        }
    }

    /** All names. */
    static final class Kinds implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(FaultKind.values()).map(FaultKind::label).iterator();
        }
    }
}
