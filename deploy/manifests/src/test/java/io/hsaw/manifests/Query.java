package io.hsaw.manifests;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A PromQL expression, looked at for the series it selects and the labels it names. That its syntax is right is for
 * {@code promtool} to say.
 */
final class Query {

    private static final Pattern GROUPING =
            Pattern.compile("\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\(([^)]*)\\)");
    private static final Pattern TIME = Pattern.compile("\\[[^]]*]|\\boffset\\s+\\w+");
    private static final Pattern SELECTOR =
            Pattern.compile("(?<![\\w.\"])([a-zA-Z_:][\\w:]*)(\\{[^}]*})?(?!\\w|\\s*\\()");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(=~|!~|!=|=)\\s*\"([^\"]*)\"");
    private static final Set<String> OPERATORS = Set.of("and", "or", "unless", "bool");

    /** Labels and the values that they must have, or must not. */
    private record LabelMatcher(String label, boolean equal, Pattern value) {

        boolean matches(Series series) {
            return value.matcher(series.labels().getOrDefault(label, "")).matches() == equal;
        }
    }

    private record Selector(String text, String name, List<LabelMatcher> matchers) {

        List<Series> in(List<Series> series) {
            return series.stream().filter(one -> one.name().equals(name)
                    && matchers.stream().allMatch(matcher -> matcher.matches(one))).toList();
        }
    }

    private final List<Selector> selectors = new ArrayList<>();
    private final Set<String> labels = new TreeSet<>();

    /** @param text with Grafana's variables, of which {@code $stage} may be any */
    Query(String text) {
        String rest = text.replace("$stage", ".*");
        Matcher grouping = GROUPING.matcher(rest);
        while (grouping.find()) {
            for (String label : grouping.group(1).split(",")) {
                labels.add(label.strip());
            }
        }
        rest = TIME.matcher(GROUPING.matcher(rest).replaceAll(" ")).replaceAll(" ");
        Matcher selector = SELECTOR.matcher(rest);
        while (selector.find()) {
            if (!OPERATORS.contains(selector.group(1))) {
                selectors.add(new Selector(selector.group(), selector.group(1), matchers(selector.group(2))));
            }
        }
    }

    private static List<LabelMatcher> matchers(String braces) {
        List<LabelMatcher> matchers = new ArrayList<>();
        Matcher matcher = MATCHER.matcher(braces == null ? "" : braces);
        while (matcher.find()) {
            boolean regex = matcher.group(2).endsWith("~");
            matchers.add(new LabelMatcher(matcher.group(1), matcher.group(2).startsWith("="),
                    Pattern.compile(regex ? matcher.group(3) : Pattern.quote(matcher.group(3)))));
        }
        return matchers;
    }

    /** Adds labels that what is made of the result names. */
    Query naming(Set<String> more) {
        labels.addAll(more);
        return this;
    }

    /** What it asks for that is not there: selectors that select nothing, labels that nothing selected has. */
    List<String> missingIn(List<Series> series) {
        List<String> missing = new ArrayList<>();
        List<Series> selected = new ArrayList<>();
        for (Selector selector : selectors) {
            List<Series> found = selector.in(series);
            if (found.isEmpty()) {
                missing.add(selector.text());
            }
            selected.addAll(found);
        }
        if (selectors.isEmpty()) {
            missing.add("any series");
        }
        labels.stream().filter(label -> selected.stream().noneMatch(one -> one.labels().containsKey(label)))
                .forEach(label -> missing.add("label " + label));
        return missing;
    }
}
