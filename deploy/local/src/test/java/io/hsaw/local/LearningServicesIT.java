package io.hsaw.local;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code hsaw up} runs beside itself, as packaged. */
@Timeout(300)
class LearningServicesIT {

    @TempDir
    private static Path folder;
    private static String model;

    @BeforeAll
    static void model() throws Exception {
        UntrainedModel.write(folder.resolve("model"));
        model = folder.resolve("model").toString();
    }

    @Test
    void trainingAndLabelsRunBesideUpAreStartedAgainWhenTheyDieAndEndWithItEvenIfItIsKilled() throws Exception {
        Path data = folder.resolve("data");
        List<ProcessHandle> started;
        try (JavaProcess up = up(data, "0")) {
            String url = up.awaitError("labels at (http://127.0.0.1:\\d+)");
            awaitAnswer(url);
            assertEquals("10", niceness(await(up, "hsaw-trainer")));
            ProcessHandle labels = await(up, "relabel-feedback");
            labels.destroyForcibly();
            up.awaitError("relabel-feedback ended and was started again");
            awaitAnswer(url);
            assertTrue(await(up, "relabel-feedback").pid() != labels.pid());
            started = up.descendants();
            up.kill();
        }
        for (ProcessHandle process : started) {
            process.onExit().get();
        }
        assertTrue(Files.size(data.resolve("logs/relabel-feedback.log")) > 0);
        assertTrue(Files.exists(data.resolve("logs/hsaw-trainer.log")));
    }

    @Test
    void labelsAreSetExportedAndUndoneByCommandAndStoppedInOrderNothingOfItStays() throws Exception {
        Path data = folder.resolve("stopped");
        try (JavaProcess up = up(data, "0")) {
            assertServed(4, name -> name.startsWith("hsaw_trainer_"), data.resolve("logs/hsaw-trainer.log"));
            assertServed(9, LearningServicesIT::ofRelabelFeedback, data.resolve("logs/relabel-feedback.log"));
            String broker = up.awaitError("Kafka broker at (\\S+) ");
            String url = up.awaitError("labels at (http://127.0.0.1:\\d+)");
            awaitAnswer(url);
            Path sad = Files.createDirectories(folder.resolve("set/sad"));
            Files.copy(TestPictures.path("grace_hopper.jpg"), sad.resolve("a b.jpg"));
            assertEquals(List.of(0), List.of(hsaw("import", "--bootstrap", broker, "--dataset", "folder",
                    sad.getParent().toString()).exitCode()));
            while (hsaw("labels", "list", "--url", url).output().isEmpty()) {
                LockSupport.parkNanos(50_000_000);
            }

            assertTrue(hsaw("labels", "set", "--url", url, "--by", "Ada", "folder/sad/a b", "fear").output().get(0)
                    .matches("folder/sad/a b +fear +person by Ada, published as sadness"));
            assertTrue(hsaw("labels", "history", "--url", url, "folder/sad/a b").output().get(1).contains("sadness -> fear"));
            Path picture = folder.resolve("picture");
            hsaw("labels", "picture", "--url", url, "folder/sad/a b", picture.toString());
            assertArrayEquals(TestPictures.bytes("grace_hopper.jpg"), Files.readAllBytes(picture));
            Path export = folder.resolve("labels.csv");
            hsaw("labels", "export", "--url", url, export.toString());
            assertTrue(Files.readString(export).contains("folder/sad/a b"));
            hsaw("labels", "undo", "--url", url, "--sample", "folder/sad/a b");
            assertTrue(hsaw("labels", "list", "--url", url).output().get(0).matches("folder/sad/a b +sadness +published"));
            JavaProcess unknown = hsaw("labels", "undo", "--url", url, "--run", "nonesuch");
            assertEquals(1, unknown.exitCode());
            assertTrue(unknown.errors().get(0).contains("nonesuch"), () -> unknown.errors().toString());

            List<ProcessHandle> started = up.descendants();
            up.stop();
            up.exitCode();
            assertTrue(started.size() >= 2 && started.stream().noneMatch(ProcessHandle::isAlive), started::toString);
        }
    }

    @Test
    void aTakenPortForLabelsIsNamedBeforeAnythingIsStarted() throws Exception {
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        try (JavaProcess up = up(folder.resolve("taken"), String.valueOf(other.getAddress().getPort()))) {
            assertEquals(1, up.exitCode());
            assertEquals(1, up.errors().size(), () -> up.errors().toString());
            assertTrue(up.errors().get(0).contains("--labels-port"), () -> up.errors().toString());
        } finally {
            other.stop(0);
        }
    }

    /** Whether relabel-feedback serves the metric. */
    static boolean ofRelabelFeedback(String metric) {
        return metric.matches("hsaw_(ledger|captured?)_.*");
    }

    /** What the page says of a service's metrics is what the service says. */
    private static void assertServed(int count, Predicate<String> metric, Path log) throws Exception {
        Management management = Management.of(log);
        Set<String> documented = MetricsPage.documented(metric);
        Management.await(() -> MetricsPage.served(management.metrics()).containsAll(documented));
        assertEquals(count, documented.size());
    }

    private static JavaProcess up(Path data, String labelsPort) throws IOException {
        return JavaProcess.hsaw("up", "--no-demo", "--model", model, "--data", data.toString(), "--port", "0",
                "--management-port", "0", "--labels-port", labelsPort);
    }

    /** Runs a command to its end. */
    private static JavaProcess hsaw(String... args) throws Exception {
        try (JavaProcess command = JavaProcess.hsaw(args)) {
            command.exitCode();
            return command;
        }
    }

    private static void awaitAnswer(String url) throws InterruptedException {
        HttpClient http = HttpClient.newHttpClient();
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/labels?limit=1")).build();
        while (true) {
            try {
                if (http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode() == 200) {
                    return;
                }
            } catch (IOException e) {
                // not up yet
            }
            LockSupport.parkNanos(50_000_000);
        }
    }

    private static ProcessHandle await(JavaProcess up, String module) {
        while (true) {
            for (ProcessHandle process : up.descendants()) {
                if (process.isAlive() && process.info().commandLine().orElse("").contains("/" + module + "/target/")) {
                    return process;
                }
            }
            LockSupport.parkNanos(50_000_000);
        }
    }

    private static String niceness(ProcessHandle process) throws IOException {
        Process ps = new ProcessBuilder("ps", "-o", "ni=", "-p", String.valueOf(process.pid())).start();
        return new String(ps.getInputStream().readAllBytes()).strip();
    }
}
