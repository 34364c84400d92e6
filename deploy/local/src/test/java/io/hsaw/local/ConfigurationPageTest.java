package io.hsaw.local;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/**
 * Makes docs/configuration.md from the configuration interfaces of all modules and their Javadoc. Run with
 * {@code -Dhsaw.docs.update=true} to write the page.
 */
class ConfigurationPageTest {

    private static final Path ROOT = Path.of(System.getProperty("hsaw.root"));
    private static final Path PAGE = ROOT.resolve("docs/configuration.md");

    @Test
    void thePageSaysWhatTheInterfacesSay() throws IOException {
        String page = page();
        if (Boolean.getBoolean("hsaw.docs.update")) {
            Files.writeString(PAGE, page);
        }

        assertEquals(page, Files.readString(PAGE), "run the test again with -Dhsaw.docs.update=true");
    }

    private static String page() throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        Map<String, String> sections = new TreeMap<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(null, files, null, List.of("-proc:none"), null,
                    files.getJavaFileObjectsFromPaths(interfaces()));
            DocTrees docs = DocTrees.instance(task);
            for (CompilationUnitTree unit : task.parse()) {
                Source source = new Source(unit, docs);
                ClassTree type = (ClassTree) unit.getTypeDecls().get(0);
                String prefix = argument(type.getModifiers().getAnnotations(), "ConfigMapping");
                sections.put(prefix, source.section(type, prefix));
            }
        }
        return """
                # Settings

                Made from the configuration interfaces in the code. Each is set by a system property or an environment
                variable, which goes before `application.properties`; the options of `./hsaw` go before both. Besides these
                there are Quarkus's own, such as `quarkus.management.port` and `quarkus.log.level`, and `kafka.bootstrap.servers`.
                """ + String.join("", sections.values());
    }

    private static List<Path> interfaces() throws IOException {
        try (Stream<Path> modules = Files.list(ROOT)) {
            List<Path> sources = modules.map(module -> module.resolve("src/main/java")).filter(Files::isDirectory).toList();
            return sources.stream().flatMap(ConfigurationPageTest::files)
                    .filter(file -> file.getFileName().toString().endsWith("Config.java")).sorted().toList();
        }
    }

    private static Stream<Path> files(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.toList().stream();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** The first argument of an annotation, or null if it is not there. */
    private static String argument(List<? extends AnnotationTree> annotations, String name) {
        for (AnnotationTree annotation : annotations) {
            if (annotation.getAnnotationType().toString().equals(name)) {
                ExpressionTree given = annotation.getArguments().get(0);
                ExpressionTree value = given instanceof AssignmentTree named ? named.getExpression() : given;
                return String.valueOf(((LiteralTree) value).getValue());
            }
        }
        return null;
    }

    private record Source(CompilationUnitTree unit, DocTrees docs) {

        String section(ClassTree type, String prefix) {
            return "\n## " + prefix + "\n\n" + doc(type) + "\n\n| setting | environment | default | means |\n"
                    + "|---|---|---|---|\n" + rows(type, prefix);
        }

        private String rows(ClassTree type, String prefix) {
            Map<String, ClassTree> nested = type.getMembers().stream().filter(ClassTree.class::isInstance)
                    .map(ClassTree.class::cast)
                    .collect(Collectors.toMap(inner -> inner.getSimpleName().toString(), inner -> inner));
            StringBuilder rows = new StringBuilder();
            for (Tree member : type.getMembers()) {
                if (member instanceof MethodTree method) {
                    String key = prefix + "." + kebab(method.getName().toString());
                    ClassTree group = nested.get(method.getReturnType().toString());
                    rows.append(group == null ? row(method, key) : rows(group, key));
                }
            }
            return rows.toString();
        }

        private String row(MethodTree method, String key) {
            String preset = argument(method.getModifiers().getAnnotations(), "WithDefault");
            return "| `" + key + "` | `" + key.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT) + "` | "
                    + (preset == null ? "" : "`" + preset + "`") + " | " + doc(method) + " |\n";
        }

        private String doc(Tree tree) {
            return docs.getDocComment(TreePath.getPath(unit, tree)).strip().replaceAll("\\s+", " ");
        }

        private static String kebab(String name) {
            return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
        }
    }
}
