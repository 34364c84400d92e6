package io.hsaw.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher script, in a tree of its own, with a Java and a Maven that only say how they are called. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "a POSIX shell script")
class LauncherTest {

    @TempDir
    private Path folder;
    private Path root;
    private Path tools;

    private record Result(int code, List<String> out, List<String> err) {
    }

    @BeforeEach
    void tree() throws IOException {
        root = Files.createDirectories(folder.resolve("a tree"));
        Files.copy(Path.of(System.getProperty("hsaw.root"), "hsaw"), root.resolve("hsaw"));
        Files.createDirectories(root.resolve("deploy/local/src/main"));
        Files.writeString(root.resolve("pom.xml"), "");
        tools = Files.createDirectories(folder.resolve("tools"));
        java(17);
        maven("3.8.7", 0);
        Files.writeString(executable(tools.resolve("javac")), "");
    }

    @Test
    void withoutJavaItSaysWhatToInstall() throws Exception {
        Files.delete(tools.resolve("java"));

        assertFails(run(), "JDK 17");
    }

    @Test
    void anOldJavaIsNamed() throws Exception {
        java(11);

        assertFails(run(), "is Java 11");
    }

    @Test
    void aJavaHomeWithoutJavaIsNamed() throws Exception {
        assertFails(run(Map.of("JAVA_HOME", "/nonesuch"), root.resolve("hsaw")), "/nonesuch");
    }

    @Test
    void withoutMavenItSaysWhatToInstall() throws Exception {
        Files.delete(tools.resolve("mvn"));

        assertFails(run(), "Maven 3.8.7");
    }

    @Test
    void anOldMavenIsNamed() throws Exception {
        maven("3.6.3", 0);

        assertFails(run(), "Maven 3.6.3");
    }

    @Test
    void aJavaWithoutCompilerIsNamed() throws Exception {
        Files.delete(tools.resolve("javac"));

        assertFails(run(), "without a compiler");
    }

    @Test
    void aFailedBuildNamesItsLog() throws Exception {
        maven("3.8.7", 1);

        Result result = run();

        assertEquals(1, result.code);
        assertTrue(result.err.contains("[ERROR] what went wrong"), result::toString);
        assertTrue(result.err.get(result.err.size() - 1).contains("hsaw-build.log"), result::toString);
    }

    @Test
    void whatIsNotBuiltIsBuiltAndThenRun() throws Exception {
        Result result = run("up", "a b");

        assertEquals(0, result.code, result::toString);
        assertTrue(result.err.get(0).contains("building for the first time"), result::toString);
        assertTrue(result.err.contains("  [1/2] contracts"), result::toString);
        assertTrue(result.out.get(0).contains("-Dhsaw.home=" + root.toRealPath()), result::toString);
        assertTrue(result.out.get(0).endsWith("quarkus-run.jar|up|a b"), result::toString);
    }

    @Test
    void whatIsBuiltRunsAtOnce() throws Exception {
        built();

        assertEquals(List.of(), run().err);
    }

    @Test
    void temporaryDataLieWhereTmpdirSays() throws Exception {
        built();

        Result result = run(Map.of("TMPDIR", "/a place"), root.resolve("hsaw"));

        assertTrue(result.out.get(0).contains("|-Djava.io.tmpdir=/a place|"), result::toString);
    }

    @Test
    void changedSourcesAreBuiltAgain() throws Exception {
        built();
        Path source = Files.writeString(root.resolve("deploy/local/src/main/Changed.java"), "");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));

        assertTrue(run().err.get(0).contains("building again"));
    }

    @Test
    void whatRunsBesideTheCommandIsBuiltWhereItIsMissing() throws Exception {
        built();
        Files.delete(root.resolve("relabel-feedback/target/quarkus-app/quarkus-run.jar"));

        assertTrue(run().err.get(0).contains("building"));
    }

    @Test
    void aSymbolicLinkToItWorksFromAnyFolder() throws Exception {
        built();
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("a tree/hsaw"));

        Result result = run(Map.of(), link);

        assertEquals(0, result.code, result::toString);
        assertTrue(result.out.get(0).contains("-Dhsaw.home=" + root.toRealPath()), result::toString);
    }

    private static void assertFails(Result result, String message) {
        assertEquals(1, result.code, result::toString);
        assertEquals(1, result.err.size(), result::toString);
        assertTrue(result.err.get(0).startsWith("hsaw: ") && result.err.get(0).contains(message), result::toString);
        assertEquals(List.of(), result.out);
    }

    private void built() throws IOException {
        for (String module : List.of("deploy/local", "hsaw-trainer", "relabel-feedback")) {
            Path app = Files.createDirectories(root.resolve(module).resolve("target/quarkus-app")).resolve("quarkus-run.jar");
            Files.writeString(app, "");
            Files.setLastModifiedTime(app, FileTime.from(Instant.now().plusSeconds(30)));
        }
    }

    /** A Java that prints its arguments, and its version as Java does. */
    private void java(int version) throws IOException {
        Files.writeString(executable(tools.resolve("java")), """
                #!/bin/sh
                for last in "$@"; do :; done
                if [ "$last" = -version ]; then
                    echo 'openjdk version "%d.0.1" 2025-01-01' >&2
                    [ $# = 1 ] || echo '    java.home = %s' >&2
                else
                    printf '%%s|' "$@" | sed 's/|$//'
                fi
                """.formatted(version, folder));
        Files.createDirectories(folder.resolve("bin"));
        Files.deleteIfExists(folder.resolve("bin/javac"));
        Files.createSymbolicLink(folder.resolve("bin/javac"), tools.resolve("javac"));
    }

    /** A Maven that builds an empty application, or fails. */
    private void maven(String version, int exitCode) throws IOException {
        Files.writeString(executable(tools.resolve("mvn")), """
                #!/bin/sh
                if [ "$1" = -v ]; then
                    echo 'Apache Maven %s'
                    exit
                fi
                echo '[INFO] Building contracts 0.1.0-SNAPSHOT                          [1/2]'
                [ %d = 0 ] || { echo '[ERROR] what went wrong'; exit 1; }
                mkdir -p '%3$s/deploy/local/target/quarkus-app'
                : >'%3$s/deploy/local/target/quarkus-app/quarkus-run.jar'
                """.formatted(version, exitCode, root.toRealPath()));
    }

    private static Path executable(Path file) throws IOException {
        if (!Files.exists(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        }
        return file;
    }

    private Result run(String... args) throws Exception {
        return run(Map.of(), root.resolve("hsaw"), args);
    }

    private Result run(Map<String, String> environment, Path script, String... args) throws Exception {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(args));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile())
                .redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", tools + ":" + systemTools());
        builder.environment().putAll(environment);
        int code = builder.start().waitFor();
        return new Result(code, Files.readAllLines(out, StandardCharsets.UTF_8),
                Files.readAllLines(err, StandardCharsets.UTF_8));
    }

    /** A folder with what a shell script needs and neither Java nor Maven. */
    private String systemTools() throws IOException {
        Path system = Files.createDirectories(folder.resolve("system"));
        for (String tool : List.of("sed", "awk", "head", "find", "dirname", "readlink", "mkdir", "rm", "touch",
                "tee", "grep", "mv", "tr")) {
            for (String directory : List.of("/usr/bin", "/bin")) {
                Path found = Path.of(directory, tool);
                if (Files.exists(found) && !Files.exists(system.resolve(tool))) {
                    Files.writeString(executable(system.resolve(tool)), "#!/bin/sh\nexec " + found + " \"$@\"\n");
                }
            }
        }
        return system.toString();
    }
}
