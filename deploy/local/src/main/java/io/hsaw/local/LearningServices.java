package io.hsaw.local;

import io.hsaw.broker.BrokerStartException;
import io.hsaw.broker.LoopbackPorts;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * relabel-feedback and hsaw-trainer beside the pipeline, each a process of its own that is started again when it ends:
 * training takes the memory and the time that others leave. However this process ends, none of them stays.
 */
final class LearningServices implements AutoCloseable {

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final long LONG_LOG = 16 << 20;
    /** A tenth of the processor where others want all of it, all of it where they do not. */
    private static final List<String> AT_LOW_PRIORITY = List.of("nice", "-n", "10");

    private final PrintWriter err;
    private final ProcessGuard guard;
    private final List<ReplicaProcess> processes = new ArrayList<>();
    private final Map<String, Integer> starts = new HashMap<>();
    private volatile boolean closed;

    private LearningServices(PrintWriter err) throws IOException {
        this.err = err;
        guard = ProcessGuard.start();
    }

    /** Where released models are kept: by the trainer for the pipeline. */
    static Path modelStore(Path data) {
        return data.toAbsolutePath().resolve("model-store");
    }

    /**
     * A port for the labels.
     *
     * @param port 0 for any that is free
     * @throws Failure if it is taken
     */
    static int labelsPort(int port) {
        if (port == 0) {
            try {
                return LoopbackPorts.findFree(0);
            } catch (BrokerStartException e) {
                throw new Failure(e.getMessage(), e);
            }
        }
        if (!LoopbackPorts.isFree(port)) {
            throw new Failure("port " + port + " of 127.0.0.1, where labels are to be served, is taken by another program:"
                    + " choose another by --labels-port (0 takes any free one), or leave the learning loop out by"
                    + " --no-learning");
        }
        return port;
    }

    /**
     * Starts both and returns at once.
     *
     * @param data       their folder, which also gets their logs
     * @param labelsPort where labels are served
     * @param err        is told when one of them has to be started again
     */
    static LearningServices start(String bootstrap, Path data, ModelOptions model, int labelsPort, PrintWriter err) {
        try {
            Path folder = data.toAbsolutePath();
            Path logs = Files.createDirectories(folder.resolve("logs"));
            LearningServices services = new LearningServices(err);
            services.add(logs, "relabel-feedback", List.of(), "-Xmx256m", Map.of(
                    "kafka.bootstrap.servers", bootstrap,
                    "hsaw.messaging.replica", "1",
                    "quarkus.http.port", String.valueOf(labelsPort),
                    "quarkus.management.port", "0",
                    "hsaw.feedback.database", "jdbc:h2:file:" + folder.resolve("ledger").resolve("labels")));
            services.add(logs, "hsaw-trainer", AT_LOW_PRIORITY, "-Xmx3g", Map.of(
                    "kafka.bootstrap.servers", bootstrap,
                    "hsaw.messaging.replica", "1",
                    "quarkus.management.port", "0",
                    "hsaw.trainer.model", model.directory.toAbsolutePath().toString(),
                    "hsaw.trainer.model-store", modelStore(data).toString(),
                    "hsaw.trainer.data", folder.resolve("hsaw-trainer").toString()));
            Runtime.getRuntime().addShutdownHook(new Thread(services::close, "end-learning"));
            services.processes.forEach(ReplicaProcess::start);
            return services;
        } catch (IOException e) {
            throw new Failure("cannot use the data folder " + data + ": " + e + "; name another by --data", e);
        }
    }

    private void add(Path logs, String name, List<String> before, String heap, Map<String, String> properties)
            throws IOException {
        Path log = logs.resolve(name + ".log");
        if (Files.exists(log) && Files.size(log) > LONG_LOG) {
            Files.move(log, logs.resolve(name + ".old.log"), StandardCopyOption.REPLACE_EXISTING);
        }
        List<String> command = new ArrayList<>(before);
        command.addAll(BuiltApplication.command(name, List.of(heap), properties));
        processes.add(new ReplicaProcess(name, () -> command, log, this::changed, LONGEST_PAUSE));
    }

    private synchronized void changed() {
        guard.watch(processes);
        for (ReplicaProcess process : processes) {
            Integer before = starts.put(process.name(), process.starts());
            if (!closed && before != null && before > 0 && process.starts() > before) {
                err.printf("hsaw: %s ended and was started again; see %s%n", process.name(), process.log());
                err.flush();
            }
        }
    }

    /** Where their logs are. */
    Path logs() {
        return processes.get(0).log().getParent();
    }

    /** Ends them; who calls it meanwhile waits until they have ended. */
    @Override
    public void close() {
        synchronized (processes) {
            if (closed) {
                return;
            }
            closed = true;
            try {
                for (ReplicaProcess process : processes) {
                    process.dismiss();
                    if (process.alive()) {
                        process.signal("TERM");
                    }
                }
                for (ReplicaProcess process : processes) {
                    process.stop();
                }
                guard.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
