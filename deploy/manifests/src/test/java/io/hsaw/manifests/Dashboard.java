package io.hsaw.manifests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Grafana dashboard and the alert rules, for what they ask of the metrics. */
final class Dashboard {

    private static final String FILE = "grafana/dashboards/hsaw.json";
    private static final String ALERTS = "grafana/alerts.yml";
    private static final int WIDTH = 24;
    private static final Pattern LEGEND_LABEL = Pattern.compile("\\{\\{(\\w+)}}");
    private static final Pattern ALERT_LABEL = Pattern.compile("\\$labels\\.(\\w+)");
    private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((.*), (\\w+)\\)");

    private final JsonNode dashboard;
    private final JsonNode alerts;

    private Dashboard(Manifests manifests) throws JsonProcessingException {
        dashboard = Manifests.JSON.readTree(manifests.text(FILE));
        alerts = manifests.yaml(ALERTS);
    }

    /** All queries, by where they stand. */
    static Map<String, Query> queries(Manifests manifests) throws JsonProcessingException {
        Dashboard all = new Dashboard(manifests);
        Map<String, Query> queries = new LinkedHashMap<>();
        for (JsonNode panel : all.dashboard.at("/panels")) {
            for (JsonNode target : panel.at("/targets")) {
                queries.put("panel " + panel.at("/title").asText() + " " + target.at("/refId").asText(),
                        new Query(target.at("/expr").asText())
                                .naming(found(LEGEND_LABEL, target.at("/legendFormat").asText())));
            }
        }
        for (JsonNode variable : all.dashboard.at("/templating/list")) {
            Matcher values = LABEL_VALUES.matcher(variable.at("/query/query").asText());
            if (values.matches()) {
                queries.put("variable " + variable.at("/name").asText(),
                        new Query(values.group(1)).naming(Set.of(values.group(2))));
            }
        }
        for (JsonNode rule : all.alerts.at("/groups/0/rules")) {
            queries.put("alert " + rule.at("/alert").asText(), new Query(rule.at("/expr").asText())
                    .naming(found(ALERT_LABEL, rule.at("/annotations/summary").asText())));
        }
        return queries;
    }

    private static Set<String> found(Pattern pattern, String text) {
        Set<String> found = new TreeSet<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    /** Checks what Grafana would take without a word and show wrongly. */
    static void check(Manifests manifests) throws JsonProcessingException {
        Set<Integer> ids = new HashSet<>();
        Set<String> cells = new HashSet<>();
        for (JsonNode panel : new Dashboard(manifests).dashboard.at("/panels")) {
            String title = panel.at("/title").asText();
            assertTrue(ids.add(panel.at("/id").asInt()), title);
            JsonNode place = panel.at("/gridPos");
            assertTrue(place.at("/x").asInt() + place.at("/w").asInt() <= WIDTH, title);
            for (int x = 0; x < place.at("/w").asInt(); x++) {
                for (int y = 0; y < place.at("/h").asInt(); y++) {
                    assertTrue(cells.add(place.at("/x").asInt() + x + "," + (place.at("/y").asInt() + y)),
                            title + " lies on another panel");
                }
            }
            if (!panel.at("/type").asText().equals("row")) {
                assertFalse(panel.at("/description").asText().isBlank(), title);
                assertFalse(panel.at("/targets").isEmpty(), title);
                panel.findValues("uid").forEach(uid -> assertEquals("${datasource}", uid.asText(), title));
            }
        }
    }
}
