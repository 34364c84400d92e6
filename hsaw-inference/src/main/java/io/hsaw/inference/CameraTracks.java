package io.hsaw.inference;

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
}
