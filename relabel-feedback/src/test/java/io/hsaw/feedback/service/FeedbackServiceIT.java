package io.hsaw.feedback.service;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hsaw.broker.testing.KafkaRecords;
import io.hsaw.broker.testing.KafkaTestResource;
import io.hsaw.contracts.Expression;
import io.hsaw.contracts.Label;
import io.hsaw.contracts.PseudoLabel;
import io.hsaw.contracts.Topics;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.net.URI;
import java.net.URL;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** The whole application with policy review, asked as a person's program would. */
@QuarkusTest
@QuarkusTestResource(KafkaTestResource.class)
@QuarkusTestResource(LedgerFile.class)
class FeedbackServiceIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrap;

    @TestHTTPResource
    URL url;

    private HttpResponse<byte[]> send(String method, String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(url.toURI().resolve(path)).header("Content-Type", "application/json")
                .method(method, body == null ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(body)).build();
        return HTTP.send(request, BodyHandlers.ofByteArray());
    }

    private JsonNode ask(int status, String method, String path, String body) throws Exception {
        HttpResponse<byte[]> response = send(method, path, body);
        assertEquals(status, response.statusCode(), () -> new String(response.body(), StandardCharsets.UTF_8));
        return JSON.readTree(response.body());
    }

    private JsonNode problem(int status, String code, String method, String path, String body) throws Exception {
        HttpResponse<byte[]> response = send(method, path, body);
        assertEquals(status, response.statusCode(), () -> new String(response.body(), StandardCharsets.UTF_8));
        assertEquals(Problem.MEDIA_TYPE, response.headers().firstValue("Content-Type").orElseThrow().split(";")[0]);
        JsonNode problem = JSON.readTree(response.body());
        assertEquals(code, problem.get("code").asText());
        assertTrue(problem.get("detail").asText().length() > 0 && problem.get("remedy").asText().length() > 0);
        return problem;
    }

    private JsonNode await(String path, int items) throws Exception {
        return Feedback.await(() -> {
            JsonNode page = ask(200, "GET", path, null);
            return page.get("items").size() >= items ? page : null;
        });
    }

    @Test
    void whatPeopleDecideOverHttpIsOnTheTopicAndInTheHistory() throws Exception {
        Feedback feedback = new Feedback(bootstrap);
        feedback.samples("review/a 1", "review/ü", "review/c");
        PseudoLabel first = feedback.proposal("review-1", 6, "review/a 1", Expression.FEAR);
        feedback.propose(first, feedback.proposal("review-1", 6, "review/ü", Expression.FEAR),
                feedback.proposal("review-1", 6, "review/none", Expression.FEAR));

        JsonNode page = await("/proposals?run=review-1", 3);
        assertEquals("pending", page.get("items").get(0).get("decision").asText());
        assertEquals(0.5, page.get("items").get(0).get("fused").get("fear").asDouble());
        assertTrue(page.get("next").isNull());
        JsonNode two = ask(200, "GET", "/proposals?run=review-1&limit=2", null);
        JsonNode rest = ask(200, "GET", "/proposals?run=review-1&limit=2&after=" + two.get("next").asText(), null);
        assertEquals("review-1/6/review/none", rest.get("items").get(0).get("id").asText());
        assertEquals("unknown-sample", rest.get("items").get(0).get("reason").asText());
        assertEquals(1, ask(200, "GET", "/proposals?run=review-1&decision=rejected&label=anger&proposed=fear&epoch=6",
                null).get("items").size());

        JsonNode confirmed = ask(200, "POST", "/proposals/review-1/6/review/a%201/confirm", "{\"by\": \"Ada\"}");
        assertEquals("accepted", confirmed.get("decision").asText());
        ask(200, "POST", "/proposals/" + URLEncoder.encode("review-1/6/review/ü", StandardCharsets.UTF_8) + "/reject", "{}");
        JsonNode set = ask(200, "PUT", "/samples/review/c/label", "{\"label\": \"sadness\", \"reason\": \"tears\"}");
        assertEquals("person", set.get("origin").asText());

        Label common = feedback.label("review/a 1");
        assertEquals(Expression.FEAR, common.label());
        assertEquals(Label.Origin.PERSON, common.origin());
        assertEquals(Expression.SADNESS, feedback.label("review/c").label());
        assertEquals(Label.Decision.REJECTED, Feedback.await(() -> {
            Label answer = feedback.labels().get(Label.forkKey("review-1", "review/ü"));
            return answer != null && answer.decision() != Label.Decision.PENDING ? answer : null;
        }).decision());

        JsonNode history = ask(200, "GET", "/samples/review/a%201/history", null);
        assertEquals("fear", history.get("sample").get("label").asText());
        assertEquals("Ada", history.get("changes").get(0).get("by").asText());
        assertEquals("anger", history.get("changes").get(0).get("previous").asText());
        assertEquals(1, history.get("proposals").size());
        assertEquals(2, ask(200, "GET", "/labels?origin=person&dataSet=faces", null).get("items").size());

        assertEquals(1, ask(200, "POST", "/undo", "{\"sample\": \"review/a 1\"}").get("labels").asInt());
        Feedback.await(() -> feedback.labels().containsKey("review/a 1") ? null : "gone");
        assertEquals(0, ask(200, "POST", "/undo", "{\"run\": \"review-1\"}").get("labels").asInt());
    }

    @Test
    void aPictureIsShownUntilItsSampleIsErased() throws Exception {
        Feedback feedback = new Feedback(bootstrap);
        feedback.samples("picture/a");
        await("/labels?dataSet=faces", 1);
        HttpResponse<byte[]> shown = Feedback.await(() -> {
            HttpResponse<byte[]> response = send("GET", "/samples/picture/a/picture", null);
            return response.statusCode() == 200 ? response : null;
        });
        assertArrayEquals(Feedback.PICTURE, shown.body());
        assertEquals("image/png", shown.headers().firstValue("Content-Type").orElseThrow());

        feedback.erase("picture/a");
        Feedback.await(() -> send("GET", "/samples/picture/a/picture", null).statusCode() == 404 ? "gone" : null);
        problem(404, "unknown-sample", "GET", "/samples/picture/a/history", null);
    }

    @Test
    void listsAreExportedAsCsv() throws Exception {
        Feedback feedback = new Feedback(bootstrap);
        feedback.samples("csv/a", "=csv,\"b\"");
        await("/labels?label=anger", 2);
        Feedback.await(() -> ask(200, "GET", "/labels", null).toString().contains("=csv") ? "there" : null);
        String csv = new String(send("GET", "/labels.csv?dataSet=faces", null).body(), StandardCharsets.UTF_8);
        assertTrue(csv.startsWith("sample,dataSet,split,"), csv);
        assertTrue(csv.contains("\r\ncsv/a,faces,,,anger,anger,published,,,,,\r\n"), csv);
        assertTrue(csv.contains("\r\n\"'=csv,\"\"b\"\"\",faces,"), csv);
    }

    @Test
    void whatCannotBeReadIsRecordedAndStopsNothing() throws Exception {
        ProducerRecord<byte[], byte[]> label = Feedback.sample("refused/a");
        label.headers().remove("hsaw_label").add("hsaw_label", "bored".getBytes(StandardCharsets.UTF_8));
        KafkaRecords.publish(bootstrap, List.of(label, new ProducerRecord<>(Topics.PSEUDO_LABELS, new byte[] {1}),
                Feedback.sample("x".repeat(201), "refused/c")));
        new Feedback(bootstrap).samples("refused/b");
        String refused = await("/refused", 3).toString();
        assertTrue(refused.contains("hsaw_label must be one of"), refused);
        assertTrue(refused.contains(PseudoLabel.SCHEMA), refused);
        Feedback.await(() -> send("GET", "/samples/refused/b/history", null).statusCode() == 200 ? "there" : null);
    }

    @Test
    void requestsThatCannotBeAnsweredNameTheProblemAndTheRemedy() throws Exception {
        problem(400, "invalid-request", "GET", "/proposals?decision=maybe", null);
        problem(400, "invalid-request", "GET", "/labels?label=bored", null);
        problem(400, "invalid-request", "GET", "/labels?limit=0", null);
        problem(400, "invalid-request", "POST", "/undo", "{\"run\": \"a\", \"sample\": \"b\"}");
        problem(400, "invalid-request", "PUT", "/samples/x/label", "{\"label\": \"bored\"}");
        problem(400, "invalid-request", "PUT", "/samples/x/label", "no JSON");
        problem(404, "unknown-sample", "PUT", "/samples/x/label", "{\"label\": \"anger\"}");
        problem(404, "unknown-proposal", "POST", "/proposals/r/1/s/confirm", "{}");
        problem(404, "unknown-run", "POST", "/undo", "{\"run\": \"nobody\"}");
        problem(404, "unknown-model", "POST", "/undo", "{\"model\": {\"name\": \"no\", \"version\": \"1\"}}");
        problem(404, "invalid-request", "GET", "/nowhere", null);
    }

    @Test
    void aPageOfAnotherHostAsksInVain() throws Exception {
        HttpRequest simple = HttpRequest.newBuilder(url.toURI().resolve("/undo")).header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("{\"run\": \"a\"}")).build();
        assertEquals(415, HTTP.send(simple, BodyHandlers.discarding()).statusCode());

        URI rebound = new URI("http", null, "127.0.0.1", url.getPort(), "/labels", null, null);
        String answer = Feedback.raw(rebound, "evil.example");
        assertTrue(answer.startsWith("HTTP/1.1 403"), answer);
        assertTrue(answer.contains("loopback-only"), answer);
    }

    @Test
    void theDescriptionNamesEveryPath() throws Exception {
        String description = new String(send("GET", "/openapi", null).body(), StandardCharsets.UTF_8);
        for (String path : List.of("/proposals:", "/labels.csv:", "/undo:", "/refused:", "/samples/{id}/picture:")) {
            assertTrue(description.contains(path), description);
        }
        assertNull(JSON.readTree(send("GET", "/labels?limit=1", null).body()).get("code"));
    }
}
