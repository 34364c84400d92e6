package io.hsaw.inference;

import io.hsaw.contracts.CameraState;
import java.time.Instant;
import java.util.List;

/**
 * The faces one camera shows, as of its newest frame. Immutable: a frame makes the next state from it, and a
 * transaction that fails is done again from the old one.
 *
 * @param cameraId the camera
 * @param clock    the latest capture time so far, null before the first frame
 * @param tracks   those that have not ended, oldest first
 */
public record CameraTracks(String cameraId, Instant clock, List<Track> tracks) {
    public CameraTracks {
        tracks = List.copyOf(tracks);
    }

    /** The state of a camera that has not been heard of. */
    public static CameraTracks unknown(String cameraId) {
        return new CameraTracks(cameraId, null, List.of());
    }

    /** The same as it was when {@link #state()} was called. */
    public static CameraTracks of(CameraState state) {
        return new CameraTracks(state.cameraId(), state.clock(), state.tracks().stream().map(Track::of).toList());
    }

    /** To be kept where a restart does not reach it. */
    public CameraState state() {
        return new CameraState(cameraId, clock, tracks.stream().map(Track::state).toList());
    }
}
