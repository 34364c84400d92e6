package io.hsaw.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** Asks relabel-feedback over HTTP; an option of the commands that do. */
final class LedgerClient {

    static final ObjectMapper JSON = new ObjectMapper();

    private static final Duration TO_CONNECT = Duration.ofSeconds(5);
    /** An undo of a whole run takes its time. */
    private static final Duration TO_ANSWER = Duration.ofMinutes(2);
    private static final int OK = 200;

    @Option(names = "--url", paramLabel = "URL", defaultValue = "${env:HSAW_LABELS_URL:-http://127.0.0.1:8085}",
            description = "Where relabel-feedback answers (default: $HSAW_LABELS_URL or http://127.0.0.1:8085).")
    private URI url;

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(TO_CONNECT).build();

    /** @param query what is null is left out */
    JsonNode get(String path, Map<String, ?> query) throws InterruptedException {
        return json(send(request(path, query).GET()));
    }

    /** The bytes of the answer; to be closed. */
    InputStream open(String path, Map<String, ?> query) throws InterruptedException {
        return send(request(path, query).GET());
    }

    JsonNode post(String path, JsonNode body) throws InterruptedException {
        return json(send(request(path, Map.of()).POST(BodyPublishers.ofString(body.toString()))));
    }

    JsonNode put(String path, JsonNode body) throws InterruptedException {
        return json(send(request(path, Map.of()).PUT(BodyPublishers.ofString(body.toString()))));
    }

    /** An id as part of a path; its slashes stay. */
    static String segment(String id) {
        return Arrays.stream(id.split("/", -1)).map(LedgerClient::encoded).collect(Collectors.joining("/"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private HttpRequest.Builder request(String path, Map<String, ?> query) {
        String asked = query.entrySet().stream().filter(entry -> entry.getValue() != null)
                .map(entry -> entry.getKey() + "=" + encoded(String.valueOf(entry.getValue())))
                .collect(Collectors.joining("&"));
        try {
            return HttpRequest.newBuilder(URI.create(url.toString().replaceFirst("/+$", "") + "/" + path
                    + (asked.isEmpty() ? "" : "?" + asked))).timeout(TO_ANSWER).header("Content-Type", "application/json");
        } catch (IllegalArgumentException e) {
            throw new Failure("'" + url + "' is no address: give one such as http://127.0.0.1:8085", e);
        }
    }

    private InputStream send(HttpRequest.Builder request) throws InterruptedException {
        try {
            HttpResponse<InputStream> answer = http.send(request.build(), BodyHandlers.ofInputStream());
            if (answer.statusCode() == OK) {
                return answer.body();
            }
            try (InputStream body = answer.body()) {
                throw new Failure(problem(answer.statusCode(), body.readAllBytes()));
            }
        } catch (IOException e) {
            throw new Failure("relabel-feedback does not answer at " + url + " (" + e + "); start it by ./hsaw up, or name"
                    + " another place by --url", e);
        }
    }

    private static String problem(int status, byte[] body) {
        try {
            JsonNode problem = JSON.readTree(body);
            if (problem != null && problem.hasNonNull("detail")) {
                return problem.get("detail").asText() + " " + problem.path("remedy").asText();
            }
        } catch (IOException e) {
            // another program's answer
        }
        return "what answers there is not relabel-feedback: status " + status;
    }

    private JsonNode json(InputStream answer) {
        try (answer) {
            return JSON.readTree(answer);
        } catch (JsonProcessingException e) {
            throw new Failure("what answers at " + url + " is not relabel-feedback", e);
        } catch (IOException e) {
            throw new Failure("relabel-feedback at " + url + " broke off its answer: " + e, e);
        }
    }
}
