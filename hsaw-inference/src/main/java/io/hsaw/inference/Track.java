package io.hsaw.inference;

import io.hsaw.contracts.Box;
import io.hsaw.contracts.CameraState.TrackState;
import java.time.Duration;
import java.time.Instant;

/**
 * The same face in successive frames of one camera, by place.
 *
 * @param id          {@code <camera>/<frame id of first sight>/<n>}
 * @param box         where it was last seen
 * @param lastFrameId the last frame that showed it
 * @param lastSeenAt  that frame's capture time
 * @param unseen      time since then on the camera's clock; zero if the newest frame shows it
 * @param smoothed    its expression over time
 */
public record Track(String id, Box box, String lastFrameId, Instant lastSeenAt, Duration unseen, Smoothed smoothed) {

    static Track of(TrackState state) {
        return new Track(state.trackId(), state.box(), state.lastFrameId(), state.lastSeenAt(),
                Duration.ofNanos(state.unseenNanos()), new Smoothed(state.probabilities(), state.expression(),
                        state.candidate(), Duration.ofNanos(state.candidateNanos())));
    }

    TrackState state() {
        return new TrackState(id, box, lastFrameId, lastSeenAt, unseen.toNanos(), smoothed.probabilities(),
                smoothed.expression(), smoothed.candidate(), smoothed.candidateFor().toNanos());
    }
}
