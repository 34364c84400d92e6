package io.hsaw.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;

/**
 * The record on topic {@code emotion-changes}: a track began, changed its smoothed expression, or ended.
 *
 * @param schema     {@link #SCHEMA}
 * @param kind       what happened
 * @param cameraId   the camera
 * @param frameId    the frame at which it was seen (for an end: the last one that showed the face)
 * @param trackId    the track
 * @param at         that frame's capture time
 * @param expression the smoothed expression from now on (for an end: the last one)
 * @param previous   the smoothed expression before a change, else null
 */
public record EmotionChange(String schema, Kind kind, String cameraId, String frameId, String trackId, Instant at,
        Expression expression, @JsonInclude(JsonInclude.Include.NON_NULL) Expression previous) {

    /** Name and version of this kind of record. */
    public static final String SCHEMA = "hsaw.emotion-changes.v1";

    /** What happened to the track. */
    public enum Kind {
        @JsonProperty("began") BEGAN,
        @JsonProperty("changed") CHANGED,
        @JsonProperty("ended") ENDED
    }

    public EmotionChange {
        Checks.requireSchema(SCHEMA, schema);
        Checks.requirePresent("kind", kind);
        Checks.requireText("cameraId", cameraId, FrameLimits.MAX_ID_LENGTH);
        Checks.requireText("frameId", frameId, FrameLimits.MAX_ID_LENGTH);
        Checks.requireText("trackId", trackId, FrameLimits.MAX_TRACK_ID_LENGTH);
        Checks.requireTime("at", at);
        Checks.requirePresent("expression", expression);
        Checks.require((kind == Kind.CHANGED) == (previous != null), "previous belongs to a change, and only to it");
    }

    public EmotionChange(Kind kind, String cameraId, String frameId, String trackId, Instant at, Expression expression,
            Expression previous) {
        this(SCHEMA, kind, cameraId, frameId, trackId, at, expression, previous);
    }
}
