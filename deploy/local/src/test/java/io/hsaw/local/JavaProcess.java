package io.hsaw.local;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Java program in a process of its own, as a user would run it; both outputs are collected. */
final class JavaProcess implements AutoCloseable {

    /** Far more than anything takes; a test that reaches it has failed. */
    private static final long PATIENCE_SECONDS = 180;
    private static final Path ROOT = Path.of(System.getProperty("hsaw.root"));

    private final Process process;
    private final Output out;
    private final Output err;

    private JavaProcess(Process process) {
        this.process = process;
        out = new Output(process.getInputStream());
        err = new Output(process.getErrorStream());
    }

    /** The packaged hsaw command. */
    static JavaProcess hsaw(String... args) throws IOException {
        return hsaw(Map.of(), args);
    }

    /** The packaged hsaw command, with settings from the environment. */
    static JavaProcess hsaw(Map<String, String> environment, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of("-Dhsaw.home=" + ROOT));
        command.addAll(application("deploy/local"));
        command.addAll(List.of(args));
        return start(environment, command);
    }

    /** The packaged application of a service. */
    static JavaProcess service(String module, String... properties) throws IOException {
        List<String> command = new ArrayList<>(List.of(properties));
        command.addAll(application(module));
        return start(Map.of(), command);
    }

    private static List<String> application(String module) {
        return List.of("-jar", ROOT.resolve(module).resolve("target/quarkus-app/quarkus-run.jar").toString());
    }

    private static JavaProcess start(Map<String, String> environment, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager"));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("MALLOC_ARENA_MAX", "1");
        builder.environment().putAll(environment);
        return new JavaProcess(builder.start());
    }

    /** Waits for a line on standard error and returns what its first group holds. */
    String awaitError(String pattern) throws InterruptedException {
        return await(err, pattern);
    }

    /** Waits for a line on standard output and returns what its first group holds. */
    String awaitOutput(String pattern) throws InterruptedException {
        return await(out, pattern);
    }

    private String await(Output output, String pattern) throws InterruptedException {
        Pattern compiled = Pattern.compile(pattern);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            String line = output.unread.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (line == null || line.equals(Output.END)) {
                fail("no line with '" + pattern + "' came from process " + process.info().commandLine().orElse("")
                        + "\nstandard output: " + out.lines + "\nstandard error: " + err.lines);
            }
            Matcher matcher = compiled.matcher(line);
            if (matcher.find()) {
                return matcher.groupCount() > 0 ? matcher.group(1) : line;
            }
        }
    }

    /** Waits for the end and returns the exit code. */
    int exitCode() throws InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            fail("the process does not end\nstandard output: " + out.lines + "\nstandard error: " + err.lines);
        }
        out.reading.join();
        err.reading.join();
        return process.exitValue();
    }

    /** Asks the process to end, as Ctrl-C does. */
    void stop() {
        process.toHandle().destroy();
    }

    /** Ends the process at once, without a chance to tidy up. */
    void kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        process.waitFor();
    }

    /** All processes that it started and that still run, and theirs. */
    List<ProcessHandle> descendants() {
        return process.descendants().toList();
    }

    /** Lines of standard output so far. */
    List<String> output() {
        return List.copyOf(out.lines);
    }

    /** Lines of standard error so far. */
    List<String> errors() {
        return List.copyOf(err.lines);
    }

    @Override
    public void close() throws InterruptedException {
        stop();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            kill();
        }
    }

    private static final class Output {
        private static final String END = "\0";

        private final List<String> lines = Collections.synchronizedList(new ArrayList<>());
        private final BlockingQueue<String> unread = new LinkedBlockingQueue<>();
        private final Thread reading;

        private Output(InputStream stream) {
            reading = new Thread(() -> read(stream), "process output");
            reading.setDaemon(true);
            reading.start();
        }

        private void read(InputStream stream) {
            try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    lines.add(line);
                    unread.add(line);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                unread.add(END);
            }
        }
    }
}
