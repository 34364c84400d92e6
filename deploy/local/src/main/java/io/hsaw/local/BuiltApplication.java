package io.hsaw.local;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An application of the project as it was built, to be run as a process of its own. */
final class BuiltApplication {

    private BuiltApplication() {
    }

    /** @throws Failure if nobody has said where the project is */
    static Path home() {
        String home = System.getProperty("hsaw.home");
        if (home == null) {
            throw new Failure("this starts what was built in the project's folder: use ./hsaw");
        }
        return Path.of(home);
    }

    /**
     * The command that runs it.
     *
     * @param module     its folder
     * @param options    of Java, such as the greatest heap
     * @param properties system properties
     * @throws Failure if it is not built
     */
    static List<String> command(String module, List<String> options, Map<String, String> properties, String... arguments) {
        Path jar = home().resolve(module).resolve("target/quarkus-app/quarkus-run.jar");
        if (!Files.exists(jar)) {
            throw new Failure(jar + " is missing: build it with mvn -DskipTests package");
        }
        List<String> line = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElse("java"),
                "-Xss1m", "-XX:MaxDirectMemorySize=512m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"), "-Dhsaw.home=" + home()));
        line.addAll(options);
        properties.forEach((name, value) -> line.add("-D" + name + "=" + value));
        line.add("-jar");
        line.add(jar.toString());
        line.addAll(List.of(arguments));
        return line;
    }
}
