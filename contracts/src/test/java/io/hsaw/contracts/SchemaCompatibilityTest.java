package io.hsaw.contracts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaCompatibilityTest {

    private static final String OLDER = """
            {"$defs": {"Box": {"type": "object", "properties": {"x": {"type": "number", "minimum": 0, "maximum": 9}},
                               "required": ["x"]}},
             "type": "object",
             "properties": {"name": {"type": "string", "maxLength": 9}, "at": {"type": "string", "format": "date-time"},
                            "kind": {"type": "string", "enum": ["began", "ended"]},
                            "boxes": {"type": "array", "items": {"$ref": "#/$defs/Box"}},
                            "times": {"type": "object", "additionalProperties": {"type": "number"}}},
             "required": ["name"]}""";

    private static List<String> breaks(String newer) throws JsonProcessingException {
        return SchemaCompatibility.breaks(tree(OLDER), tree(newer));
    }

    private static JsonNode tree(String json) throws JsonProcessingException {
        return new JsonMapper().readTree(json);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
            "required": ["name"]     | "required": ["name", "at"]          | /at: became required
            "required": ["name"]     | "required": []                      | /name: is no longer always there
            "required": ["x"]        | "required": []                      | /boxes/items/x: is no longer always there
            "name": {                | "title": {                          | /name: was removed
            "x": {                   | "left": {                           | /boxes/items/x: was removed
            "number", "min           | "integer", "min                     | /boxes/items/x: type is now "integer"
            "date-time"              | "date"                              | /at: format is now "date"
            "began",                 | ``                                  | /kind: value began was removed
            "maxLength": 9           | "maxLength": 8                      | /name: maxLength is narrower
            "maxLength": 9           | "maxLength": 9, "minLength": 1      | /name: minLength is narrower
            "minimum": 0             | "minimum": 1                        | /boxes/items/x: minimum is narrower
            {"type": "number"}}},    | {"type": "string"}}},         | /times/additionalProperties: type is now "string"
            """)
    void aChangeThatBreaksIsNamed(String part, String changed, String expected) throws Exception {
        assertEquals(List.of(expected), breaks(OLDER.replace(part, changed)));
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
            "name": {                | "more": {"type": "object"}, "name": {
            "began",                 | "began", "changed",
            "maxLength": 9           | "maxLength": 10
            , "minimum": 0           | ``
            "minimum": 0             | "minimum": -1
            """)
    void aChangeThatBreaksNothingIsAllowed(String part, String changed) throws Exception {
        assertEquals(List.of(), breaks(OLDER.replace(part, changed)));
    }

    @Test
    void aDefinitionMayChangeItsName() throws Exception {
        assertEquals(List.of(), breaks(OLDER.replace("\"Box\"", "\"Rectangle\"").replace("/Box", "/Rectangle")));
    }
}
