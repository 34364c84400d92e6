package io.hsaw.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class HsawTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @ValueSource(strings = {"", "nonesuch", "events --bogus", "events --json --readable", "publish picture.jpg",
        "publish --camera c --loop picture.jpg", "publish --camera c --fps 0 picture.jpg", "analyze",
        "evaluate --dataset nonesuch path", "evaluate --dataset fer2013 --limit 0 path",
        "leaks --dataset fer2013 --distance 17 path", "leaks --dataset fer2013 --limit 0 path",
        "leaks --dataset fer2013 path --also raf.zip", "leaks --dataset fer2013 path --also rafdb=raf.zip",
        "train --dataset fer2013 path", "train --dataset fer2013 path --output run --also expw",
        "train --dataset fer2013 path --output run --stage plain", "train --dataset fer2013 path --output run --size 100",
        "train --dataset fer2013 path --output run --batch 48 --micro-batch 32",
        "train --dataset fer2013 path --output run --balance 2", "train --dataset fer2013 path --output run --mixup x",
        "train --dataset fer2013 path --output run --time-limit soon",
        "train --dataset fer2013 path --output run --label-smoothing 1",
        "train --dataset fer2013 path --output run --turned 2", "train --dataset fer2013 path --output run --mirrored -1",
        "reproduce table-6 --dataset fer2013 path", "reproduce table-7 --dataset fer2013 --output run path",
        "reproduce table-6 --dataset fer2013 --output run --ways resnet18,nonesuch path",
        "reproduce relabelling --dataset fer2013 --output run --ways hsaw path",
        "import --dataset fer2013", "import --dataset nonesuch path", "import --dataset fer2013 --limit 0 path",
        "import --dataset fer2013 --wrong-labels 2 path", "import --dataset fer2013 --wrong-labels-list f path",
        "import --dataset fer2013 --name a/b path", "retrain --run a/b", "retrain --size 32", "retrain --margin 2",
        "retrain --follow a --cancel b", "retrain --time-limit soon", "camera --id door",
        "camera --id door --no-capture --capture why", "camera --id door --capture why --every 1500ms",
        "camera --id door --capture why --keep 1000d", "erase", "erase --sample a --camera b",
        "labels confirm", "labels set a", "labels undo", "labels undo --sample a --run b", "labels undo --model hsaw",
        "labels list --limit 0", "up --labels-port x",
        "up --port x", "up --port 70000", "broker --port -1",
        "up --management-port 65536",
        "models", "models nonesuch", "models card", "models card hsaw", "models promote ../etc/passwd", "models promote a/b/c",
        "models rollback a/b", "models list --wait x", "replay", "replay --model a/../b", "replay --model a/b --to emotions",
        "replay --model a/b --to model-releases", "replay --model a/b --to not/a/topic", "replay --model a/b --since soon",
        "bench swaps --swaps 0",
        "bench pipeline --size big", "bench replicas --most 7", "verify-delivery --frames 5 --duration 5s", "verify-delivery --duration soon",
        "verify-delivery --duration 4000000d", "verify-delivery --last-replies -5s",
        "verify-delivery --fps 0", "verify-delivery --faces 60 --broken 50", "verify-delivery --faults 3",
        "verify-delivery --delivery at-least-once", "verify-delivery --local --bootstrap 127.0.0.1:9092",
        "verify-delivery --local --fault-kinds flood", "verify-delivery --local --replicas gateway=2",
        "verify-delivery --local --replicas face-detector=1,hsaw-inference=1 --faults 1 --fault-kinds die-for-good"})
    void wrongUseEndsWith2AndSaysWhereToLook(String line) {
        assertEquals(2, run(line.split(" ")));
        assertTrue(err.toString().startsWith("hsaw: "), err::toString);
        assertTrue(err.toString().contains("--help"), err::toString);
        assertEquals("", out.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "up --help", "broker --help", "analyze --help", "publish --help",
        "events --help", "evaluate --help", "leaks --help", "train --help", "reproduce --help", "bench --help", "bench pipeline --help",
        "import --help", "retrain --help", "camera --help", "erase --help", "labels --help", "models --help", "models promote --help",
        "replay --help", "bench swaps --help", "verify-delivery --help"})
    void helpGoesToStandardOutput(String line) {
        assertEquals(0, run(line.split(" ")));
        assertTrue(out.toString().contains("Usage: hsaw"), out::toString);
        assertEquals("", err.toString());
    }

    @Test
    void aPathThatIsNotThereIsNamedBeforeAnyBrokerIsSought(@TempDir Path folder) {
        assertEquals(1, run("publish", "--camera", "c", folder.resolve("gone.jpg").toString()));
        assertOneLineAbout("gone.jpg");
    }

    @Test
    void aBrokerThatDoesNotAnswerIsNamed() {
        assertEquals(1, run("events", "--bootstrap", "127.0.0.1:1", "--wait", "0"));
        assertOneLineAbout("127.0.0.1:1");
    }

    @Test
    void aLedgerThatDoesNotAnswerIsNamed() {
        assertEquals(1, run("labels", "list", "--url", "http://127.0.0.1:1"));
        assertOneLineAbout("http://127.0.0.1:1");
    }

    @Test
    void aBrokerAddressThatIsNoneIsNamed() {
        assertEquals(1, run("events", "--bootstrap", "no-port"));
        assertOneLineAbout("no-port");
    }

    @Test
    void aDataSetThatIsNotThereIsNamed(@TempDir Path folder) {
        assertEquals(1, run("evaluate", "--dataset", "fer2013", folder.resolve("gone.zip").toString()));
        assertOneLineAbout("gone.zip");
    }

    @Test
    void aDataSetThatCannotBeImportedIsNamedBeforeAnyBrokerIsSought(@TempDir Path folder) throws Exception {
        assertEquals(1, run("import", "--dataset", "fer2013", folder.resolve("gone.zip").toString()));
        assertOneLineAbout("gone.zip");
    }

    @Test
    void labelsAreNotMadeWrongWhereTheValidationPartIsNotKnown(@TempDir Path folder) throws Exception {
        Files.copy(TestPictures.path("grace_hopper.jpg"), Files.createDirectories(folder.resolve("sad")).resolve("a.jpg"));
        assertEquals(1, run("import", "--dataset", "folder", "--wrong-labels", "0.1", folder.toString()));
        assertOneLineAbout("--wrong-labels");
    }

    @Test
    void repeatsAreCountedOnStandardOutputAndListedInAFile(@TempDir Path folder) throws Exception {
        Path sad = Files.createDirectories(folder.resolve("set/sad"));
        Path happy = Files.createDirectories(folder.resolve("set/happy"));
        Path other = Files.createDirectories(folder.resolve("other/sad"));
        for (Path copy : List.of(sad.resolve("a,b.png"), happy.resolve("c.png"), other.resolve("d.png"))) {
            Files.copy(TestPictures.path("astronaut.png"), copy);
        }
        Files.copy(TestPictures.path("grace_hopper.jpg"), sad.resolve("e.jpg"));

        assertEquals(0, run("leaks", "--dataset", "folder", folder.resolve("set").toString(), "--also",
                "folder=" + folder.resolve("other"), "--output", folder.resolve("pairs.csv").toString()),
                err::toString);
        assertTrue(out.toString().contains("\"exact\":{\"groups\":1,\"pictures\":3,\"differentLabels\":1}"),
                out::toString);
        assertEquals(List.of("kind,distance,split,label,id,other_split,other_label,other_id",
                "exact,0,folder/train,happiness,happy/c,folder/train,sadness,\"sad/a,b\"",
                "exact,0,folder/train,happiness,happy/c,folder-2/train,sadness,sad/d",
                "exact,0,folder/train,sadness,\"sad/a,b\",folder-2/train,sadness,sad/d"),
                Files.readAllLines(folder.resolve("pairs.csv")));
    }

    @Test
    void aListThatCannotBeWrittenIsNamed(@TempDir Path folder) throws Exception {
        Path sad = Files.createDirectories(folder.resolve("sad"));
        Files.copy(TestPictures.path("grace_hopper.jpg"), sad.resolve("a.jpg"));
        Path list = folder.resolve("sad/a.jpg/pairs.csv");
        assertEquals(1, run("leaks", "--dataset", "folder", folder.toString(), "--output", list.toString()));
        assertOneLineAbout("pairs.csv");
    }

    @Test
    void aReportFolderThatCannotBeMadeIsNamedBeforeTheWork(@TempDir Path folder) {
        assertEquals(1, run("evaluate", "--dataset", "fer2013", "--report", "/dev/null/report",
                folder.resolve("gone.zip").toString()));
        assertOneLineAbout("/dev/null/report");
    }

    @Test
    void aDataFolderThatIsAFileIsNamed() {
        assertEquals(1, run("broker", "--port", "0", "--data", "/dev/null"));
        assertOneLineAbout("/dev/null");
    }

    @Test
    void stackTracesAreShownOnRequestOnly() {
        run("events", "--bootstrap", "no-port", "--debug");

        assertTrue(err.toString().contains("\tat io.hsaw"), err::toString);
    }

    private void assertOneLineAbout(String thing) {
        assertEquals(1, err.toString().lines().count(), err::toString);
        assertTrue(err.toString().startsWith("hsaw: ") && err.toString().contains(thing), err::toString);
    }

    private int run(String... args) {
        CommandLine command = Hsaw.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return command.execute(args.length == 1 && args[0].isEmpty() ? new String[0] : args);
    }
}
