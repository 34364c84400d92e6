package io.hsaw.manifests;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One line of what a service serves to Prometheus, without its value. */
record Series(String name, Map<String, String> labels) {

    private static final Pattern LINE = Pattern.compile("(\\w+)(\\{.*})? \\S+");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    /** The series of a scrape, with the labels that Prometheus adds. */
    static List<Series> parse(String scraped, String job, String instance) {
        return scraped.lines().filter(line -> !line.startsWith("#") && !line.isBlank())
                .map(line -> parseLine(line, job, instance)).toList();
    }

    private static Series parseLine(String line, String job, String instance) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("no line of metrics: " + line);
        }
        Map<String, String> labels = new HashMap<>(Map.of("job", job, "instance", instance));
        Matcher label = LABEL.matcher(Optional.ofNullable(matcher.group(2)).orElse(""));
        while (label.find()) {
            labels.put(label.group(1), label.group(2));
        }
        return new Series(matcher.group(1), labels);
    }
}
