package io.hsaw.local;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Sees to it that no process that was started stays, however this one ended. */
final class ProcessGuard implements AutoCloseable {

    /**
     * Reads the processes that run, a line each time they change, until there is nobody any more who writes; then ends
     * those of the last line and removes temporary data.
     */
    private static final String SCRIPT = """
            trap '' INT TERM HUP
            while read -r line; do pids=$line; done
            [ -z "$pids" ] || kill -KILL $pids 2>/dev/null
            [ $# = 0 ] || {
                umount -l "$1" 2>/dev/null
                rm -rf "$1"
            }
            """;

    private final Process guard;
    private boolean closed;

    private ProcessGuard(Process guard) {
        this.guard = guard;
    }

    /** Also removes a folder in the end, and unmounts it if something is mounted there. */
    static ProcessGuard start(Path... temporary) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", SCRIPT, "sh")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(ProcessBuilder.Redirect.DISCARD);
        for (Path folder : temporary) {
            builder.command().add(folder.toString());
        }
        return new ProcessGuard(builder.start());
    }

    /** Of these, those that live are to be ended. */
    synchronized void watch(List<ReplicaProcess> processes) {
        if (closed) {
            return;
        }
        String pids = processes.stream().filter(ReplicaProcess::alive).map(process -> String.valueOf(process.pid()))
                .collect(Collectors.joining(" "));
        try {
            OutputStream out = guard.getOutputStream();
            out.write((pids + "\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the guard of the processes has gone", e);
        }
    }

    /** Ends those that are watched and still live. */
    @Override
    public void close() throws InterruptedException {
        synchronized (this) {
            closed = true;
            try {
                guard.getOutputStream().close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        guard.waitFor();
    }
}
