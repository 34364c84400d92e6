package io.hsaw.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;

/**
 * The record on topic {@code training-commands}: starts or cancels a training run. What is null is as the preset has it.
 *
 * @param schema   {@link #SCHEMA}
 * @param action   what to do
 * @param runId    the run; also the version of the model that it releases
 * @param name     of that model, or null for {@value #DEFAULT_NAME}
 * @param preset   or null for {@link Preset#MODERN}
 * @param dataSets that it trains on, or null or none for all
 * @param start    {@code champion}, {@code random}, or a model of the store as {@code name/version}; null for the champion
 * @param settings that differ from the preset's, or null
 * @param at       when it was given
 */
public record TrainingCommand(String schema, Action action, String runId,
        @JsonInclude(JsonInclude.Include.NON_NULL) String name,
        @JsonInclude(JsonInclude.Include.NON_NULL) Preset preset,
        @JsonInclude(JsonInclude.Include.NON_NULL) List<String> dataSets,
        @JsonInclude(JsonInclude.Include.NON_NULL) String start,
        @JsonInclude(JsonInclude.Include.NON_NULL) Settings settings, Instant at) {

    /** Name and version of this kind of record. */
    public static final String SCHEMA = "hsaw.training-commands.v1";

    /** The name of a model that is not given one. */
    public static final String DEFAULT_NAME = "hsaw";

    /** Start from the model that runs now. */
    public static final String CHAMPION = "champion";

    /** Start from random weights. */
    public static final String RANDOM = "random";

    /** At most as many data sets are named. */
    public static final int MAX_DATA_SETS = 100;

    /** What is asked for. */
    public enum Action {
        @JsonProperty("start") START,
        @JsonProperty("cancel") CANCEL
    }

    /** Settings by name. */
    public enum Preset {
        /** What measurement found best. */
        @JsonProperty("modern") MODERN,
        /** Those of the paper, section 5.1. */
        @JsonProperty("paper") PAPER
    }

    /**
     * Settings of a run; null as the preset has it.
     *
     * @param stage       parts, full, whole or plain
     * @param size        height and width of the crops, a multiple of 32 from 64 to 224
     * @param batch       faces per update
     * @param microBatch  faces whose gradients are computed at a time
     * @param epochs      passes over the data
     * @param minutes     time after which training has come to its end
     * @param trunkRate   highest learning rate of the trunk
     * @param headsRate   highest learning rate of the heads
     * @param balance     how much rare classes are shown more often, 0 to 1
     * @param averaging   share that the moving average of the weights keeps at each update, 0 for none
     * @param seed        of order and random changes
     * @param relabelFrom epoch from whose end on labels are judged; 0 for never
     * @param margin      by which the proposed expression's probability must exceed the label's, 0 to 1; 0 is the paper's
     * @param folds       judge each sample by a network that was not trained on it: once, at the end of that epoch, by as many
     *                    networks; 0 for the paper's way
     * @param threads     of the processor; with one, the same run gives the same weights
     */
    public record Settings(@JsonInclude(JsonInclude.Include.NON_NULL) Stage stage,
            @JsonInclude(JsonInclude.Include.NON_NULL) Integer size,
            @JsonInclude(JsonInclude.Include.NON_NULL) Integer batch,
            @JsonInclude(JsonInclude.Include.NON_NULL) Integer microBatch,
            @JsonInclude(JsonInclude.Include.NON_NULL) Integer epochs,
            @JsonInclude(JsonInclude.Include.NON_NULL) Double minutes,
            @JsonInclude(JsonInclude.Include.NON_NULL) Double trunkRate,
            @JsonInclude(JsonInclude.Include.NON_NULL) Double headsRate,
            @JsonInclude(JsonInclude.Include.NON_NULL) Double balance,
            @JsonInclude(JsonInclude.Include.NON_NULL) Double averaging,
            @JsonInclude(JsonInclude.Include.NON_NULL) Long seed,
            @JsonInclude(JsonInclude.Include.NON_NULL) Integer relabelFrom,
            @JsonInclude(JsonInclude.Include.NON_NULL) Double margin,
            @JsonInclude(JsonInclude.Include.NON_NULL) Integer folds,
            @JsonInclude(JsonInclude.Include.NON_NULL) Integer threads) {

        /** Which parts of the network are trained. */
        public enum Stage {
            @JsonProperty("whole") WHOLE,
            @JsonProperty("parts") PARTS,
            @JsonProperty("full") FULL,
            @JsonProperty("plain") PLAIN
        }

        public Settings {
            LoopChecks.requireBetween("settings.size", size, 64, 224);
            LoopChecks.requireBetween("settings.batch", batch, 2, 4096);
            LoopChecks.requireBetween("settings.microBatch", microBatch, 2, 4096);
            LoopChecks.requireBetween("settings.epochs", epochs, 1, 10_000);
            LoopChecks.requireBetween("settings.minutes", minutes, 0.01, 100_000);
            LoopChecks.requireBetween("settings.trunkRate", trunkRate, 0, 10);
            LoopChecks.requireBetween("settings.headsRate", headsRate, 0, 10);
            LoopChecks.requireShareIfPresent("settings.balance", balance);
            LoopChecks.requireShareIfPresent("settings.averaging", averaging);
            LoopChecks.requireBetween("settings.relabelFrom", relabelFrom, 0, 10_000);
            LoopChecks.requireShareIfPresent("settings.margin", margin);
            LoopChecks.requireBetween("settings.folds", folds, 0, 20);
            LoopChecks.requireBetween("settings.threads", threads, 1, 1024);
        }
    }

    public TrainingCommand {
        Checks.requireSchema(SCHEMA, schema);
        Checks.requirePresent("action", action);
        LoopChecks.requireName("runId", runId);
        Checks.requireTime("at", at);
        Checks.require(action == Action.START || name == null && preset == null && dataSets == null && start == null
                && settings == null, "a command that cancels a run has no settings");
        if (name != null) {
            LoopChecks.requireName("name", name);
        }
        if (start != null) {
            Checks.requireText("start", start, FrameLimits.MAX_ID_LENGTH + 1);
        }
        if (dataSets != null) {
            Checks.require(dataSets.size() <= MAX_DATA_SETS, "dataSets has more than %d entries: %d", MAX_DATA_SETS,
                    dataSets.size());
            dataSets.forEach(dataSet -> Checks.requireText("an entry of dataSets", dataSet, FrameLimits.MAX_ID_LENGTH));
            dataSets = List.copyOf(dataSets);
        }
    }

    /** Starts a run. */
    public static TrainingCommand start(String runId, String name, Preset preset, List<String> dataSets, String start,
            Settings settings, Instant at) {
        return new TrainingCommand(SCHEMA, Action.START, runId, name, preset, dataSets, start, settings, at);
    }

    /** Cancels a run. */
    public static TrainingCommand cancel(String runId, Instant at) {
        return new TrainingCommand(SCHEMA, Action.CANCEL, runId, null, null, null, null, null, at);
    }
}
