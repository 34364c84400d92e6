package io.hsaw.manifests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** The text files of the folder {@code deploy}, as they are or with a mistake put in. */
final class Manifests {

    /** The project's folder. */
    static final Path ROOT = Path.of(System.getProperty("hsaw.root"));
    static final ObjectMapper JSON = new ObjectMapper();

    private static final Path DEPLOY = ROOT.resolve("deploy");

    private final Map<String, String> changed;

    private Manifests(Map<String, String> changed) {
        this.changed = changed;
    }

    static Manifests asTheyAre() {
        return new Manifests(Map.of());
    }

    /** The same with all occurrences of a text in a file replaced, which must occur. */
    Manifests with(String file, String text, String replacement) {
        String before = text(file);
        if (!before.contains(text)) {
            throw new IllegalArgumentException("deploy/" + file + " has no " + text);
        }
        Map<String, String> more = new HashMap<>(changed);
        more.put(file, before.replace(text, replacement));
        return new Manifests(more);
    }

    /** @param file relative to {@code deploy} */
    String text(String file) {
        String text = changed.get(file);
        return text != null ? text : read(DEPLOY.resolve(file));
    }

    /** The names of the files in a folder of {@code deploy}. */
    List<String> files(String folder) {
        try (Stream<Path> files = Files.list(DEPLOY.resolve(folder))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The only document of a YAML file. */
    JsonNode yaml(String file) {
        List<JsonNode> documents = yamlDocuments(file);
        assertEquals(1, documents.size(), () -> file + ": documents");
        return documents.get(0);
    }

    /** The documents of a YAML file, with anchors and merges resolved; fails if a key is there twice. */
    List<JsonNode> yamlDocuments(String file) {
        LoaderOptions strict = new LoaderOptions();
        strict.setAllowDuplicateKeys(false);
        List<JsonNode> documents = new ArrayList<>();
        try {
            new Yaml(new SafeConstructor(strict)).loadAll(text(file))
                    .forEach(document -> documents.add(JSON.valueToTree(document)));
        } catch (YAMLException e) {
            fail(file + ": " + e.getMessage(), e);
        }
        return documents;
    }

    /** Checks a document against a schema among the test resources. */
    static void assertValid(String schema, JsonNode document, String file) {
        try (InputStream text = Manifests.class.getResourceAsStream("/schemas/" + schema)) {
            JsonNode rules = JSON.readTree(text);
            // names of its parts from an older draft than the one it says it follows; nothing refers to them
            rules.findParents("id").stream().filter(part -> part.get("id").isTextual())
                    .forEach(part -> ((ObjectNode) part).remove("id"));
            Set<?> problems = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(rules)
                    .validate(document);
            assertTrue(problems.isEmpty(), () -> file + ": " + problems);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The version that images bear. */
    static String version() {
        String pom = read(ROOT.resolve("pom.xml"));
        return pom.replaceFirst("(?s).*?<version>([0-9.]+)(-SNAPSHOT)?</version>.*", "$1");
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
