package io.hsaw.local;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A process that is started again whenever it ends, as long as it is wanted; what it says is appended to a file. */
final class ReplicaProcess {

    /** Signals are ignored that a terminal sends to all its processes: Ctrl-C is for the command alone. */
    private static final List<String> WITHOUT_TERMINAL = List.of("sh", "-c", "trap '' INT HUP; exec \"$@\"", "sh");
    private static final long STOP_SECONDS = 30;
    /** One that cannot start at all is not to take the machine for itself. */
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
    /** A life that was shorter was none. */
    private static final Duration SHORT_LIFE = Duration.ofMinutes(1);

    private final String name;
    private final Supplier<List<String>> command;
    private final Path log;
    private final Runnable onChange;
    private final Duration longestPause;
    private Instant started;
    private Duration pause = SHORTEST_PAUSE;
    private volatile Process process;
    private volatile boolean wanted;
    private volatile int starts;

    /** One that is started again at once. */
    ReplicaProcess(String name, Supplier<List<String>> command, Path log, Runnable onChange) {
        this(name, command, log, onChange, SHORTEST_PAUSE);
    }

    /**
     * @param name         for people; that of the log file
     * @param command      asked for before each start
     * @param onChange     run after each start and end
     * @param longestPause before one that keeps ending soon is started again; pauses double up to here
     */
    ReplicaProcess(String name, Supplier<List<String>> command, Path log, Runnable onChange, Duration longestPause) {
        this.name = name;
        this.command = command;
        this.log = log;
        this.onChange = onChange;
        this.longestPause = longestPause;
    }

    String name() {
        return name;
    }

    Path log() {
        return log;
    }

    /** How often it was started. */
    int starts() {
        return starts;
    }

    boolean alive() {
        return process != null && process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** Starts it; from now on it is wanted. */
    void start() {
        wanted = true;
        startIfWanted();
        onChange.run();
    }

    private synchronized void startIfWanted() {
        if (!wanted || alive()) {
            return;
        }
        List<String> line = new ArrayList<>(WITHOUT_TERMINAL);
        line.addAll(command.get());
        try {
            process = new ProcessBuilder(line).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
        } catch (IOException e) {
            throw new Failure("cannot start " + name + ": " + e.getMessage(), e);
        }
        starts++;
        started = Instant.now();
        process.onExit().thenRun(this::ended);
    }

    private void ended() {
        onChange.run();
        CompletableFuture.delayedExecutor(nextPause().toMillis(), TimeUnit.MILLISECONDS).execute(() -> {
            startIfWanted();
            onChange.run();
        });
    }

    private synchronized Duration nextPause() {
        Duration now = pause;
        boolean soon = started.plus(SHORT_LIFE).isAfter(Instant.now());
        Duration next = soon ? pause.multipliedBy(2) : SHORTEST_PAUSE;
        pause = next.compareTo(longestPause) > 0 ? longestPause : next;
        return now;
    }

    /** From now on it stays away once it has ended. */
    void dismiss() {
        wanted = false;
    }

    /** Sends a signal: {@code KILL}, {@code TERM}, {@code STOP} or {@code CONT}. */
    void signal(String signal) throws InterruptedException {
        Tool.run("kill", "-" + signal, String.valueOf(pid()));
    }

    /** Waits until this life of it has ended. @return whether it has */
    boolean awaitEnd(long seconds) throws InterruptedException {
        return process.waitFor(seconds, TimeUnit.SECONDS);
    }

    /** Ends it for good: in order where it lets itself be asked, else at once. */
    void stop() throws InterruptedException {
        dismiss();
        if (alive()) {
            signal("CONT");
            signal("TERM");
            if (!awaitEnd(STOP_SECONDS)) {
                signal("KILL");
                awaitEnd(STOP_SECONDS);
            }
        }
    }
}
