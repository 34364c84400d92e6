package io.hsaw.contracts;

import com.fasterxml.classmate.ResolvedType;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.victools.jsonschema.generator.CustomDefinition;
import com.github.victools.jsonschema.generator.FieldScope;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerationContext;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import java.lang.reflect.Field;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * JSON Schemas of the records, made from the records themselves. A component that is left out when null
 * ({@link JsonInclude.Include#NON_NULL}) is optional, every other one required; bounds are those the records check.
 */
final class RecordSchemas {

    private static final JsonMapper MAPPER = new JsonMapper();

    private RecordSchemas() {
    }

    /** The schema of each kind of record, by its name. */
    static Map<String, JsonNode> all() {
        Map<String, JsonNode> schemas = new LinkedHashMap<>();
        schemas.put(Faces.SCHEMA, schema(Faces.class, Faces.SCHEMA));
        schemas.put(HalfFaces.SCHEMA, schema(HalfFaces.class, HalfFaces.SCHEMA));
        schemas.put(FrameReply.SCHEMA, schema(FrameReply.class, FrameReply.SCHEMA));
        schemas.put(EmotionChange.SCHEMA, schema(EmotionChange.class, EmotionChange.SCHEMA));
        schemas.put(CameraState.SCHEMA, schema(CameraState.class, CameraState.SCHEMA));
        schemas.put(Label.SCHEMA, schema(Label.class, Label.SCHEMA));
        schemas.put(PseudoLabel.SCHEMA, schema(PseudoLabel.class, PseudoLabel.SCHEMA));
        schemas.put(TrainingCommand.SCHEMA, schema(TrainingCommand.class, TrainingCommand.SCHEMA));
        schemas.put(TrainingProgress.SCHEMA, schema(TrainingProgress.class, TrainingProgress.SCHEMA));
        schemas.put(ModelRelease.SCHEMA, schema(ModelRelease.class, ModelRelease.SCHEMA));
        schemas.put(CameraSettings.SCHEMA, schema(CameraSettings.class, CameraSettings.SCHEMA));
        return schemas;
    }

    private static JsonNode schema(Class<?> type, String name) {
        SchemaGeneratorConfigBuilder builder = new SchemaGeneratorConfigBuilder(MAPPER, SchemaVersion.DRAFT_2020_12,
                OptionPreset.PLAIN_JSON).with(Option.DEFINITIONS_FOR_ALL_OBJECTS);
        builder.forTypesInGeneral()
                .withPropertySorter((one, other) -> 0)
                .withCustomDefinitionProvider(RecordSchemas::valueType);
        builder.forFields()
                .withRequiredCheck(field -> field.getAnnotation(JsonInclude.class) == null)
                .withInstanceAttributeOverride((node, field, context) -> bound(node, field));
        ObjectNode schema = (ObjectNode) new SchemaGenerator(builder.build()).generateSchema(type);
        ObjectNode named = MAPPER.createObjectNode();
        named.set("$schema", schema.remove("$schema"));
        named.put("$id", "urn:schema:" + name);
        return named.setAll(schema);
    }

    private static CustomDefinition valueType(ResolvedType type, SchemaGenerationContext context) {
        Class<?> erased = type.getErasedType();
        ObjectNode schema = MAPPER.createObjectNode();
        if (erased.isEnum()) {
            schema.put("type", "string");
            for (Object constant : erased.getEnumConstants()) {
                schema.withArray("enum").add(label(erased, (Enum<?>) constant));
            }
        } else if (erased == Instant.class) {
            schema.put("type", "string").put("format", "date-time");
        } else if (erased == byte[].class) {
            schema.put("type", "string").put("contentEncoding", "base64").put("description",
                    "in CBOR a byte string: height x width x 3 bytes, row by row from the top, red first");
        } else if (erased == Map.class) {
            schema.put("type", "object").put("maxProperties", FrameLimits.MAX_TIMINGS)
                    .putObject("additionalProperties").put("type", "number").put("minimum", 0);
        } else {
            return null;
        }
        return new CustomDefinition(schema, CustomDefinition.INLINE_DEFINITION,
                CustomDefinition.EXCLUDING_ATTRIBUTES);
    }

    private static String label(Class<?> type, Enum<?> constant) {
        try {
            Field field = type.getField(constant.name());
            return field.getAnnotation(JsonProperty.class).value();
        } catch (NoSuchFieldException e) {
            throw new AssertionError(e);
        }
    }

    private static void bound(ObjectNode node, FieldScope field) {
        Class<?> owner = field.getDeclaringType().getErasedType();
        switch (field.getName()) {
            case "schema" -> node.put("const", constant(owner));
            case "cameraId", "frameId", "lastFrameId", "name", "version", "sampleId", "trainer" ->
                    node.put("minLength", 1).put("maxLength", FrameLimits.MAX_ID_LENGTH);
            case "runId" -> node.put("pattern", "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$");
            case "proposalId" -> node.put("minLength", 1).put("maxLength", PseudoLabel.MAX_PROPOSAL_ID_LENGTH);
            case "cardSha256" -> node.put("pattern", "^[0-9a-f]{64}$");
            case "reason" -> node.put("maxLength", Rejection.MAX_DETAIL);
            case "dataSets" -> node.put("maxItems", TrainingCommand.MAX_DATA_SETS);
            case "trackId" -> node.put("minLength", 1).put("maxLength", FrameLimits.MAX_TRACK_ID_LENGTH);
            case "detail" -> node.put("maxLength", Rejection.MAX_DETAIL);
            case "faces" -> node.put("maxItems", FrameLimits.MAX_FACES);
            case "tracks" -> node.put("maxItems", FrameLimits.MAX_TRACKS);
            case "unseenNanos", "candidateNanos" -> node.put("minimum", 0);
            case "width", "height" -> node.put("minimum", owner == RgbImage.class ? 1 : 0);
            case "confidence", "weight", "weightLeft", "weightRight", "share", "accuracy", "meanClassAccuracy" -> node.put("minimum", 0).put("maximum", 1);
            default -> {
                if (owner == Probabilities.class) {
                    node.put("minimum", 0).put("maximum", 1);
                }
            }
        }
    }

    private static String constant(Class<?> owner) {
        try {
            return (String) owner.getField("SCHEMA").get(null);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
