package io.hsaw.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * The record on topic {@code camera-state}: the tracks of one camera as of its newest frame, unrounded, so that who
 * reads them goes on as if it had followed the faces itself.
 *
 * @param schema   {@link #SCHEMA}
 * @param cameraId the camera
 * @param clock    the latest capture time so far, null before the first frame
 * @param tracks   those that have not ended, oldest first, at most {@link FrameLimits#MAX_TRACKS}
 */
public record CameraState(String schema, String cameraId, @JsonInclude(JsonInclude.Include.NON_NULL) Instant clock,
        List<TrackState> tracks) {

    /** Name and version of this kind of record. */
    public static final String SCHEMA = "hsaw.camera-state.v1";

    /**
     * One track.
     *
     * @param trackId        its id
     * @param box            where the face was last seen
     * @param lastFrameId    the last frame that showed it
     * @param lastSeenAt     that frame's capture time
     * @param unseenNanos    nanoseconds since then on the camera's clock
     * @param probabilities  smoothed
     * @param expression     the one shown
     * @param candidate      another one that is the most probable now, or null
     * @param candidateNanos nanoseconds for which the candidate has been so; 0 without one
     */
    public record TrackState(String trackId, Box box, String lastFrameId, Instant lastSeenAt, long unseenNanos,
            Probabilities probabilities, Expression expression,
            @JsonInclude(JsonInclude.Include.NON_NULL) Expression candidate, long candidateNanos) {
        public TrackState {
            Checks.requireText("trackId", trackId, FrameLimits.MAX_TRACK_ID_LENGTH);
            Checks.requirePresent("box", box);
            Checks.requireText("lastFrameId", lastFrameId, FrameLimits.MAX_ID_LENGTH);
            Checks.requireTime("lastSeenAt", lastSeenAt);
            Checks.require(unseenNanos >= 0, "unseenNanos must not be negative, found %d", unseenNanos);
            Checks.requirePresent("probabilities", probabilities);
            Checks.requirePresent("expression", expression);
            Checks.require(candidate != expression, "candidate must be another expression than the one shown");
            Checks.require(candidateNanos >= 0 && (candidate != null || candidateNanos == 0),
                    "candidateNanos must not be negative, and 0 without a candidate, found %d", candidateNanos);
        }
    }

    public CameraState {
        Checks.requireSchema(SCHEMA, schema);
        Checks.requireText("cameraId", cameraId, FrameLimits.MAX_ID_LENGTH);
        if (clock != null) {
            Checks.requireTime("clock", clock);
        }
        Checks.requirePresent("tracks", tracks);
        Checks.require(tracks.size() <= FrameLimits.MAX_TRACKS, "tracks has more than %d entries: %d",
                FrameLimits.MAX_TRACKS, tracks.size());
        Checks.require(tracks.stream().allMatch(Objects::nonNull), "tracks has an empty entry");
        Checks.require(clock != null || tracks.isEmpty(), "tracks without a clock");
        Checks.require(tracks.stream().map(TrackState::trackId).distinct().count() == tracks.size(),
                "tracks must have different ids");
        tracks = List.copyOf(tracks);
    }

    public CameraState(String cameraId, Instant clock, List<TrackState> tracks) {
        this(SCHEMA, cameraId, clock, tracks);
    }
}
