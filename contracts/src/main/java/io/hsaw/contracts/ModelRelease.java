package io.hsaw.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.regex.Pattern;

/**
 * The record on topic {@code model-releases}: a model of the store and what it is there for. Key {@link #CHAMPION_KEY}
 * says which model runs; key {@code name/version} what became of each model; key {@link #refusalKey} that a replica could
 * not take a model.
 *
 * @param schema     {@link #SCHEMA}
 * @param model      name and version
 * @param role       what it is there for
 * @param path       its folder below the store, {@code name/version}
 * @param cardSha256 SHA-256 of its card, 64 hexadecimal digits
 * @param runId      the training run that made it, or null
 * @param comparison with the champion of that time, or null
 * @param by         who says so: {@code run}, {@code person}, or {@code replica} and its name
 * @param reason     for people, or null
 * @param at         when
 */
public record ModelRelease(String schema, ModelRef model, Role role, String path, String cardSha256,
        @JsonInclude(JsonInclude.Include.NON_NULL) String runId,
        @JsonInclude(JsonInclude.Include.NON_NULL) Comparison comparison, String by,
        @JsonInclude(JsonInclude.Include.NON_NULL) String reason, Instant at) {

    /** Name and version of this kind of record. */
    public static final String SCHEMA = "hsaw.model-releases.v1";

    /** The key of the record that says which model runs. */
    public static final String CHAMPION_KEY = "champion";

    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    /** What a model is there for. */
    public enum Role {
        /** Finished, and not in use. */
        @JsonProperty("challenger") CHALLENGER,
        /** In use. */
        @JsonProperty("champion") CHAMPION,
        /** Was in use before. */
        @JsonProperty("retired") RETIRED,
        /** A replica could not load it, or it failed its self-check. */
        @JsonProperty("refused") REFUSED
    }

    /**
     * Challenger and champion on the same pictures, which neither was trained on.
     *
     * @param champion                  whom it was compared with
     * @param samples                   how many pictures
     * @param accuracy                  of the challenger
     * @param championAccuracy          of the champion
     * @param meanClassAccuracy         of the challenger
     * @param championMeanClassAccuracy of the champion
     */
    public record Comparison(ModelRef champion, int samples, double accuracy, double championAccuracy,
            double meanClassAccuracy, double championMeanClassAccuracy) {
        public Comparison {
            Checks.requirePresent("comparison.champion", champion);
            Checks.require(samples > 0, "comparison.samples must be positive, found %d", samples);
            Checks.requireShare("comparison.accuracy", accuracy);
            Checks.requireShare("comparison.championAccuracy", championAccuracy);
            Checks.requireShare("comparison.meanClassAccuracy", meanClassAccuracy);
            Checks.requireShare("comparison.championMeanClassAccuracy", championMeanClassAccuracy);
        }

        /** Whether the challenger is at least as good in both. */
        public boolean atLeastAsGood() {
            return accuracy >= championAccuracy && meanClassAccuracy >= championMeanClassAccuracy;
        }
    }

    public ModelRelease {
        Checks.requireSchema(SCHEMA, schema);
        LoopChecks.requireModel(model);
        Checks.requirePresent("role", role);
        Checks.require(path(model).equals(path), "path must be %s, found %s", path(model), path);
        Checks.require(cardSha256 != null && SHA256.matcher(cardSha256).matches(),
                "cardSha256 must have 64 hexadecimal digits, found %s", cardSha256);
        if (runId != null) {
            LoopChecks.requireName("runId", runId);
        }
        Checks.requireText("by", by, FrameLimits.MAX_ID_LENGTH);
        LoopChecks.requireReason(reason);
        Checks.requireTime("at", at);
    }

    public ModelRelease(ModelRef model, Role role, String cardSha256, String runId, Comparison comparison, String by,
            String reason, Instant at) {
        this(SCHEMA, model, role, path(model), cardSha256, runId, comparison, by, reason, at);
    }

    /** A model's folder below the store, and the key of its own record. */
    public static String path(ModelRef model) {
        return model == null ? null : model.name() + "/" + model.version();
    }

    /** The key under which a replica says that it could not take a model. */
    public static String refusalKey(String replica, ModelRef model) {
        return "refused/" + replica + "/" + path(model);
    }

    /** The same model in another role. */
    public ModelRelease as(Role other, String saidBy, String why, Instant when) {
        return new ModelRelease(schema, model, other, path, cardSha256, runId, comparison, saidBy, why, when);
    }
}
