package io.hsaw.manifests;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A service as a container would run it: in a folder with what its image copies and nothing else, by the image's
 * command and under its environment. Only the folders that it writes to and the ports are others.
 */
final class ServiceProcess implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 180;
    private static final Pattern ADDRESS = Pattern.compile("http://0\\.0\\.0\\.0:(\\d+)");

    private final String stage;
    private final Path log;
    private final Process process;
    private final HttpClient http = HttpClient.newHttpClient();

    private ServiceProcess(String stage, Path log, Process process) {
        this.stage = stage;
        this.log = log;
        this.process = process;
    }

    /** @param more environment of the container besides the image's */
    static ServiceProcess start(Containerfile image, String stage, Path folder, Map<String, String> more)
            throws IOException {
        Path app = Files.createDirectories(folder.resolve("app"));
        Path temporary = Files.createDirectories(folder.resolve("tmp"));
        for (Map.Entry<String, String> copy : image.copies().entrySet()) {
            Path source = Manifests.ROOT.resolve(copy.getKey());
            assertTrue(Files.isDirectory(source), () -> source + " is not there: build the services first");
            copy(source, app.resolve(copy.getValue()).normalize());
        }
        List<String> command = new ArrayList<>(image.entryPoint());
        command.set(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.replaceAll(word -> word.equals("-Duser.home=" + image.home()) ? "-Duser.home=" + temporary : word);
        command.add(1, "-Djava.io.tmpdir=" + temporary);
        Path log = folder.resolve("log");
        ProcessBuilder builder = new ProcessBuilder(command).directory(app.toFile())
                .redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().clear();
        builder.environment().putAll(image.environment());
        builder.environment().putAll(more);
        builder.environment().put("QUARKUS_MANAGEMENT_PORT", "0");
        builder.environment().put("QUARKUS_HTTP_PORT", "0");
        return new ServiceProcess(stage, log, builder.start());
    }

    private static void copy(Path source, Path target) throws IOException {
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.toList()) {
                Path copied = target.resolve(source.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copied);
                } else {
                    Files.copy(file, copied);
                }
            }
        }
    }

    /** Waits until the path is answered 200. */
    String await(String path) throws InterruptedException, IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() < end && process.isAlive()) {
            Matcher address = ADDRESS.matcher(Files.readString(log));
            if (address.find()) {
                HttpResponse<String> answer = get("http://127.0.0.1:" + address.group(1) + path);
                if (answer.statusCode() == 200) {
                    return answer.body();
                }
            }
            process.waitFor(100, TimeUnit.MILLISECONDS);
        }
        return fail(stage + path + " is not answered; its log: " + Files.readString(log));
    }

    private HttpResponse<String> get(String address) throws InterruptedException {
        try {
            return http.send(HttpRequest.newBuilder(URI.create(address)).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(stage + " does not answer at " + address, e);
        }
    }

    /** Stops it in order. */
    @Override
    public void close() throws InterruptedException {
        process.toHandle().destroy();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            fail(stage + " does not stop");
        }
    }
}
