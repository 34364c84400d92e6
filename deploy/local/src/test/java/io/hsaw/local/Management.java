package io.hsaw.local;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a running process serves on its management port. */
final class Management {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final String address;

    private Management(String address) {
        this.address = address;
    }

    /** Waits until the process has named its port. */
    static Management of(JavaProcess process) throws InterruptedException {
        return new Management(process.awaitError("Management interface listening on (http://127.0.0.1:\\d+)"));
    }

    /** Waits until a process has named its port in its log. */
    static Management of(Path log) throws IOException, InterruptedException {
        Pattern listening = Pattern.compile("Management interface listening on (http://127.0.0.1:\\d+)");
        await(() -> Files.exists(log) && listening.matcher(Files.readString(log)).find());
        Matcher found = listening.matcher(Files.readString(log));
        found.find();
        return new Management(found.group(1));
    }

    /** Whether the health of a kind ({@code live}, {@code ready}) is up. */
    boolean is(String kind) throws IOException, InterruptedException {
        return get("/q/health/" + kind).statusCode() == 200;
    }

    String health() throws IOException, InterruptedException {
        return get("/q/health").body();
    }

    /** In Prometheus's text format, without the comma behind the last label. */
    String metrics() throws IOException, InterruptedException {
        return get("/q/metrics").body().replace(",}", "}");
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return HTTP.send(HttpRequest.newBuilder(URI.create(address + path)).header("Accept", "text/plain, */*;q=0.5").build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** A condition that is looked at until it holds. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    /** Returns when the condition holds; fails after three minutes. */
    static void await(Condition condition) throws IOException, InterruptedException {
        long end = System.nanoTime() + 180_000_000_000L;
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("did not come true within three minutes");
            }
            Thread.sleep(50);
        }
    }
}
