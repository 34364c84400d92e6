package io.hsaw.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The metrics of docs/monitoring.md and those that a process serves, both as name, type and labels. */
final class MetricsPage {

    private static final Path PAGE = Path.of(System.getProperty("hsaw.root"), "docs/monitoring.md");

    private MetricsPage() {
    }

    /** Those whose names are wanted. */
    static Set<String> documented(Predicate<String> wanted) throws IOException {
        return Pattern.compile("^\\| `(hsaw_\\w+)` \\| (\\w+) \\| ([\\w, ]*)\\|", Pattern.MULTILINE)
                .matcher(Files.readString(PAGE)).results().filter(row -> wanted.test(row.group(1)))
                .map(row -> row.group(1) + " " + row.group(2) + " " + labels(row.group(3)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** In Prometheus's text format. */
    static Set<String> served(String metrics) {
        return Pattern.compile("^# TYPE (hsaw_\\w+) (\\w+)$", Pattern.MULTILINE).matcher(metrics).results()
                .filter(type -> !type.group(1).endsWith("_max"))
                .map(type -> type.group(1) + " " + type.group(2) + " " + labels(metrics, type.group(1)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> labels(String metrics, String name) {
        return Pattern.compile("^" + name + "(?:_bucket|_count|_sum)?\\{(.*)} ", Pattern.MULTILINE).matcher(metrics)
                .results().flatMap(line -> Pattern.compile("(\\w+)=\"").matcher(line.group(1)).results())
                .map((MatchResult label) -> label.group(1)).filter(label -> !label.equals("le"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> labels(String listed) {
        return Arrays.stream(listed.split(",")).map(String::strip).filter(label -> !label.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
