package io.hsaw.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.broker.testing.KafkaForTests;
import io.hsaw.contracts.ModelRef;
import io.hsaw.contracts.ModelRelease;
import io.hsaw.contracts.ModelRelease.Role;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.Topics;
import io.hsaw.messaging.ModelReleases;
import io.hsaw.messaging.TopicSetup;
import io.hsaw.network.ModelFiles;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code hsaw models} on a real broker. */
class ModelsCommandIT {

    @TempDir
    private Path folder;
    private KafkaForTests kafka;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void broker() throws Exception {
        kafka = KafkaForTests.start();
        new TopicSetup(kafka.bootstrapServers(), Topics.learningLoop(), 2, 1).ensure();
        for (String version : List.of("1", "2")) {
            UntrainedModel.write(folder.resolve(version), version, Long.parseLong(version));
        }
    }

    @AfterEach
    void stop() {
        kafka.close();
    }

    @Test
    void aModelIsAddedPromotedAndTakenBackAndTheListSaysWhatBecameOfEach() throws Exception {
        assertEquals(1, run("rollback"));
        assertTrue(err.toString().contains("none to take back"), err::toString);

        assertEquals(0, run("add", folder.resolve("1").toString()), err::toString);
        assertEquals(0, run("add", folder.resolve("1").toString()), err::toString);
        assertEquals(Role.CHALLENGER, printed().role());
        assertEquals(0, run("add", folder.resolve("2").toString()), err::toString);

        assertEquals(0, run("promote", "untrained/1", "--reason", "first"), err::toString);
        assertEquals(Role.CHAMPION, printed().role());
        assertEquals("first", releases().champion().orElseThrow().reason());
        assertEquals(0, run("promote", "untrained/2"), err::toString);
        assertEquals("untrained/2", releases().champion().orElseThrow().path());

        assertEquals(0, run("list"), err::toString);
        List<String> rows = out.toString().lines().toList();
        assertEquals(3, rows.size());
        assertTrue(rows.get(1).matches("untrained/1 +retired +100\\.0 % .*"), rows.get(1));
        assertTrue(rows.get(2).matches("untrained/2 +champion +100\\.0 % .*"), rows.get(2));

        assertEquals(0, run("rollback"), err::toString);
        assertEquals("untrained/1", releases().champion().orElseThrow().path());
        assertEquals(Role.RETIRED, releases().of(new ModelRef("untrained", "2")).orElseThrow().role());
        assertEquals("person", releases().champion().orElseThrow().by());
    }

    @Test
    void theFirstModelIsTakenBackToThatOfTheSettings() throws Exception {
        run("add", folder.resolve("1").toString());
        run("promote", "untrained/1");

        assertEquals(0, run("rollback"), err::toString);

        assertTrue(releases().champion().isEmpty());
        assertTrue(err.toString().contains("settings"), err::toString);
    }

    @Test
    void aModelThatTookOverWithoutAWordAboutTheOneBeforeIsTakenBackToThatOne() throws Exception {
        run("add", folder.resolve("1").toString());
        run("promote", "untrained/1");
        run("add", folder.resolve("2").toString());
        ModelRelease champion = printed().as(Role.CHAMPION, "run", null, Instant.now());
        try (RecordPublisher publisher = new RecordPublisher(kafka.bootstrapServers())) {
            publisher.publish(ModelReleases.record(ModelRelease.CHAMPION_KEY, champion));
            publisher.publish(ModelReleases.record(champion.path(), champion));
            publisher.flush();
        }

        run("list");
        List<String> rows = out.toString().lines().toList();
        assertTrue(rows.get(1).matches("untrained/1 +retired .*") && rows.get(2).matches("untrained/2 +champion .*"),
                rows::toString);
        assertEquals(0, run("rollback"), err::toString);

        assertEquals("untrained/1", releases().champion().orElseThrow().path());
    }

    @Test
    void theListShowsRefusalsAndWhatLiesInTheStoreWithoutARecord() throws Exception {
        run("add", folder.resolve("1").toString());
        ModelRelease refused = releases().models().get(0).as(Role.REFUSED, "replica 7", "too heavy", Instant.now());
        try (RecordPublisher publisher = new RecordPublisher(kafka.bootstrapServers())) {
            publisher.publish(ModelReleases.record(ModelRelease.refusalKey("7", refused.model()), refused));
            publisher.flush();
        }
        Path unannounced = Files.createDirectories(store().resolve("untrained/2"));
        for (String file : List.of(ModelFiles.CARD, ModelFiles.WEIGHTS)) {
            Files.copy(folder.resolve("2").resolve(file), unannounced.resolve(file));
        }

        assertEquals(0, run("list"), err::toString);

        List<String> rows = out.toString().lines().toList();
        assertTrue(rows.get(1).contains("challenger") && rows.get(1).endsWith("refused by replica 7: too heavy"),
                rows.get(1));
        assertTrue(rows.get(2).startsWith("untrained/2") && rows.get(2).endsWith("./hsaw models promote untrained/2"),
                rows.get(2));
        assertEquals(0, run("list", "--json"), err::toString);
        assertEquals("untrained/1", printed().path());
    }

    @Test
    void theCardIsPrintedAsItIs() throws Exception {
        run("add", folder.resolve("1").toString());

        assertEquals(0, run("card", "untrained/1"), err::toString);

        assertEquals(Files.readString(folder.resolve("1").resolve(ModelFiles.CARD)), out.toString().stripTrailing());
    }

    @Test
    void whatCannotBePromotedIsNamedAndNothingIsWritten() throws Exception {
        assertEquals(1, run("promote", "untrained/9"));
        assertTrue(err.toString().contains("not there"), err::toString);

        run("add", folder.resolve("1").toString());
        assertEquals(1, run("promote", "untrained/9"));
        assertTrue(err.toString().contains("untrained/9 does not exist"), err::toString);

        Path weights = store().resolve("untrained/1").resolve(ModelFiles.WEIGHTS);
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length / 2] ^= 1;
        Files.write(weights, bytes);
        assertEquals(1, run("promote", "untrained/1"));
        assertTrue(err.toString().contains("SHA-256"), err::toString);
        assertTrue(releases().champion().isEmpty());

        assertEquals(1, run("add", folder.resolve("nowhere").toString()));
        assertTrue(err.toString().contains("nowhere"), err::toString);
    }

    private ModelReleases releases() {
        return ModelReleases.read(kafka.bootstrapServers());
    }

    private Path store() {
        return folder.resolve("store");
    }

    /** The last record that the command printed. */
    private ModelRelease printed() throws Exception {
        List<String> lines = out.toString().lines().toList();
        return RecordCodec.MODEL_RELEASES.decode(lines.get(lines.size() - 1).getBytes(UTF_8));
    }

    private int run(String command, String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        List<String> line = new ArrayList<>(List.of("models", command));
        line.addAll(Arrays.asList(arguments));
        if (!command.equals("card")) {
            line.addAll(List.of("--bootstrap", kafka.bootstrapServers()));
        }
        if (!command.equals("rollback")) {
            line.addAll(List.of("--store", store().toString()));
        }
        return Hsaw.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err))
                .execute(line.toArray(String[]::new));
    }
}
