package io.hsaw.manifests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The image of one service, read from the Containerfile, which knows few instructions. */
final class Containerfile {

    private static final Pattern LAUNCHER_EXPORT = Pattern.compile("(?m)^export (\\w+)=\"\\$\\{\\1:-(\\w+)}\"$");

    private static final Pattern OWNED_FOLDERS = Pattern.compile("install -d -o 10001 -g 10001 (/\\S+(?: /\\S+)*)");

    private String from;
    private String user;
    private String folder;
    private List<String> entryPoint;
    private final List<Integer> ports = new ArrayList<>();
    private final List<String> owned = new ArrayList<>();
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final Map<String, String> copies = new LinkedHashMap<>();

    private Containerfile() {
    }

    /** The image of a service. */
    static Containerfile of(Manifests manifests, Service service) {
        Map<String, Containerfile> stages = new LinkedHashMap<>();
        Containerfile current = null;
        String text = manifests.text("containers/Containerfile")
                .replaceAll("(?m)^#.*\n", "").replaceAll("\\\\\n *", " ");
        for (String line : text.lines().filter(line -> !line.isBlank()).toList()) {
            String[] words = line.split(" +", 2);
            if (words[0].equals("FROM")) {
                String[] names = words[1].split(" AS ");
                current = new Containerfile();
                current.inherit(names[0], stages.get(names[0]));
                stages.put(names[1], current);
            } else {
                assertNotNull(current, "begins with FROM");
                current.read(words[0], words[1]);
            }
        }
        Containerfile image = stages.get(service.stage);
        assertNotNull(image, () -> "no target " + service.stage + " among " + stages.keySet());
        return image;
    }

    private void inherit(String name, Containerfile base) {
        from = base == null ? name : base.from;
        if (base != null) {
            user = base.user;
            folder = base.folder;
            entryPoint = base.entryPoint;
            ports.addAll(base.ports);
            owned.addAll(base.owned);
            environment.putAll(base.environment);
            copies.putAll(base.copies);
        }
    }

    private void read(String instruction, String rest) {
        switch (instruction) {
            case "WORKDIR" -> folder = rest;
            case "USER" -> user = rest;
            case "EXPOSE" -> ports.add(Integer.parseInt(rest));
            case "ENTRYPOINT" -> entryPoint = strings(rest);
            case "ENV" -> {
                for (String pair : rest.split(" +")) {
                    environment.put(pair.split("=")[0], pair.split("=")[1]);
                }
            }
            case "RUN" -> {
                Matcher folders = OWNED_FOLDERS.matcher(rest);
                assertTrue(folders.matches(), () -> "RUN " + rest + " is not known here");
                owned.addAll(List.of(folders.group(1).split(" ")));
            }
            case "COPY" -> copies.put(rest.split(" ")[0], rest.split(" ")[1]);
            default -> fail("the Containerfile's " + instruction + " is not known here");
        }
    }

    private static List<String> strings(String array) {
        try {
            return Manifests.JSON.readValue(array, new TypeReference<>() {
            });
        } catch (JsonProcessingException e) {
            return fail("no list of words: " + array, e);
        }
    }

    /** Number of the user. */
    long user() {
        return Long.parseLong(user.split(":")[0]);
    }

    Map<String, String> environment() {
        return environment;
    }

    List<String> entryPoint() {
        return entryPoint;
    }

    /** What goes into the image's folder: from the project's folder, relative to it, to the image's. */
    Map<String, String> copies() {
        return copies;
    }

    /** Where the process writes. */
    String home() {
        return entryPoint.stream().filter(word -> word.startsWith("-Duser.home=")).findFirst()
                .map(word -> word.substring(word.indexOf('=') + 1)).orElseThrow();
    }

    /** Folders that belong to the user, for volumes. */
    List<String> owned() {
        return owned;
    }

    /** Checks the images of all services. */
    static void check(Manifests manifests) {
        String launcher = Manifests.read(Manifests.ROOT.resolve("hsaw"));
        Map<String, String> exports = new LinkedHashMap<>();
        Matcher export = LAUNCHER_EXPORT.matcher(launcher);
        while (export.find()) {
            exports.put(export.group(1), export.group(2));
        }
        String allowed = manifests.text("containers/Containerfile.dockerignore");
        for (Service service : Service.values()) {
            Containerfile image = of(manifests, service);
            assertTrue(image.from.matches("[a-z.]+/[a-z/-]+:17-jre"), image.from);
            assertTrue(image.user() > 0, "not root");
            assertEquals(List.of(service.managementPort()), image.ports, service.stage);

            Map<String, String> environment = new LinkedHashMap<>(image.environment);
            assertEquals("0.0.0.0", environment.remove("QUARKUS_MANAGEMENT_HOST"));
            assertTrue(service.variables().contains("QUARKUS_MANAGEMENT_HOST"));
            assertEquals(exports, environment, "the environment is that of ./hsaw");

            List<String> command = image.entryPoint;
            assertEquals("java", command.get(0));
            assertEquals(List.of("-jar", "quarkus-run.jar"), command.subList(command.size() - 2, command.size()));
            for (String option : command.subList(1, command.size() - 2)) {
                String inLauncher = option.startsWith("-Xmx") ? "heap=" + option : " " + option + " ";
                assertTrue(option.startsWith("-Duser.home=") || launcher.contains(inLauncher), option);
            }

            assertTrue(image.copies.containsKey(service.stage + "/target/quarkus-app/"), image.copies::toString);
            for (String source : image.copies.keySet()) {
                assertTrue(allowed.contains("\n!" + Path.of(source) + "\n"), () -> source + " is not let through");
            }
        }
    }
}
