package io.hsaw.contracts;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/**
 * What a face shows (not what a person feels): the seven classes of the paper, section 5.1. The order of the
 * constants is the order of every vector of logits or probabilities in the system.
 */
public enum Expression {
    @JsonProperty("anger") ANGER,
    @JsonProperty("disgust") DISGUST,
    @JsonProperty("fear") FEAR,
    @JsonProperty("happiness") HAPPINESS,
    @JsonProperty("sadness") SADNESS,
    @JsonProperty("surprise") SURPRISE,
    @JsonProperty("neutral") NEUTRAL;

    /** Number of classes, n in equation (4). */
    public static final int COUNT = values().length;

    /** The name used in events, data sets and on the command line: lower case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
