package io.hsaw.local;

import java.io.IOException;
import java.nio.file.Path;
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

    private final String name;
    private final Supplier<List<String>> command;
    private final Path log;
    private final Runnable onChange;
    private volatile Process process;
    private volatile boolean wanted;
    private volatile int starts;

    /**
     * @param name     for people; that of the log file
     * @param command  asked for before each start
     * @param onChange run after each start and end
     */
    ReplicaProcess(String name, Supplier<List<String>> command, Path log, Runnable onChange) {
        this.name = name;
        this.command = command;
        this.log = log;
        this.onChange = onChange;
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
        process.onExit().thenRun(this::ended);
    }

    private void ended() {
        onChange.run();
        // one that cannot start at all is not to take the machine for itself
        CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS).execute(() -> {
            startIfWanted();
            onChange.run();
        });
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
