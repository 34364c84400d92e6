package io.hsaw.contracts;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether records of an older schema are still records of a newer one, and whether what older readers rely on is still
 * written. For the schemas that {@link RecordSchemas} makes: objects, arrays, enumerations, bounds and references.
 */
final class SchemaCompatibility {

    private static final List<String> UPPER_BOUNDS = List.of("maximum", "maxLength", "maxItems", "maxProperties");
    private static final List<String> LOWER_BOUNDS = List.of("minimum", "minLength", "minItems", "minProperties");
    private static final List<String> FIXED = List.of("type", "const", "format", "contentEncoding");

    private final JsonNode older;
    private final JsonNode newer;
    private final List<String> breaks = new ArrayList<>();
    private final Set<String> compared = new HashSet<>();

    private SchemaCompatibility(JsonNode older, JsonNode newer) {
        this.older = older;
        this.newer = newer;
    }

    /** What breaks, each with the place of it; empty if nothing does. */
    static List<String> breaks(JsonNode older, JsonNode newer) {
        SchemaCompatibility comparison = new SchemaCompatibility(older, newer);
        comparison.compare("", older, newer);
        return comparison.breaks;
    }

    private void compare(String place, JsonNode olderPart, JsonNode newerPart) {
        JsonNode old = resolved(older, olderPart);
        JsonNode now = resolved(newer, newerPart);
        if (olderPart.has("$ref") && !compared.add(olderPart.get("$ref").asText() + newerPart.path("$ref").asText())) {
            return;
        }
        for (String keyword : FIXED) {
            if (!old.path(keyword).equals(now.path(keyword))) {
                breaks.add(place + ": " + keyword + " is now " + now.path(keyword));
            }
        }
        for (String keyword : UPPER_BOUNDS) {
            if (now.has(keyword) && (!old.has(keyword) || now.get(keyword).asDouble() < old.get(keyword).asDouble())) {
                breaks.add(place + ": " + keyword + " is narrower");
            }
        }
        for (String keyword : LOWER_BOUNDS) {
            if (now.has(keyword) && (!old.has(keyword) || now.get(keyword).asDouble() > old.get(keyword).asDouble())) {
                breaks.add(place + ": " + keyword + " is narrower");
            }
        }
        Set<String> values = texts(now.path("enum"));
        for (String value : texts(old.path("enum"))) {
            if (!values.contains(value)) {
                breaks.add(place + ": value " + value + " was removed");
            }
        }
        Set<String> required = texts(old.path("required"));
        Set<String> nowRequired = texts(now.path("required"));
        nowRequired.stream().filter(name -> !required.contains(name))
                .forEach(name -> breaks.add(place + "/" + name + ": became required"));
        required.stream().filter(name -> !nowRequired.contains(name))
                .forEach(name -> breaks.add(place + "/" + name + ": is no longer always there"));
        for (Iterator<Map.Entry<String, JsonNode>> it = old.path("properties").fields(); it.hasNext();) {
            Map.Entry<String, JsonNode> property = it.next();
            JsonNode same = now.path("properties").get(property.getKey());
            if (same == null) {
                breaks.add(place + "/" + property.getKey() + ": was removed");
            } else {
                compare(place + "/" + property.getKey(), property.getValue(), same);
            }
        }
        for (String nested : List.of("items", "additionalProperties")) {
            if (old.has(nested) || now.has(nested)) {
                compare(place + "/" + nested, old.path(nested), now.path(nested));
            }
        }
    }

    private static JsonNode resolved(JsonNode root, JsonNode part) {
        return part.has("$ref") ? root.at(part.get("$ref").asText().substring(1)) : part;
    }

    private static Set<String> texts(JsonNode array) {
        Set<String> texts = new HashSet<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }
}
