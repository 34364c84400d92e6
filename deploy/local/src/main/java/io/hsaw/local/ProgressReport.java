package io.hsaw.local;

import java.io.PrintWriter;
import java.time.Duration;

/** How far work is, on standard error: on a terminal a bar that is drawn anew, elsewhere a line a second at most. */
final class ProgressReport implements AutoCloseable {

    private static final Duration BETWEEN_LINES = Duration.ofSeconds(1);

    private final PrintWriter err;
    private final boolean terminal;
    private long said = System.nanoTime() - BETWEEN_LINES.toNanos();
    private ProgressLine bar;
    private String task;

    /** @param terminal whether standard error is one */
    ProgressReport(PrintWriter err, boolean terminal) {
        this.err = err;
        this.terminal = terminal;
    }

    /** Whether there is room for short lines only. */
    boolean onTerminal() {
        return terminal;
    }

    /**
     * So much of a task is done.
     *
     * @param line what to say about it
     */
    synchronized void show(String what, long done, long total, String line) {
        if (terminal) {
            if (!what.equals(task)) {
                close();
                bar = new ProgressLine(what, total);
                task = what;
            }
            bar.at(done, total);
            bar.say(line);
            return;
        }
        long now = System.nanoTime();
        if (now - said >= BETWEEN_LINES.toNanos()) {
            said = now;
            err.println("hsaw: " + what + ": " + line);
            err.flush();
        }
    }

    /** A line that stays; the bar is drawn anew below it. */
    synchronized void say(String line) {
        close();
        err.println("hsaw: " + line);
        err.flush();
    }

    /** Takes the bar away. */
    @Override
    public synchronized void close() {
        if (bar != null) {
            bar.close();
        }
        bar = null;
        task = null;
    }
}
