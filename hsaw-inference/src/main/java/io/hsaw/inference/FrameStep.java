package io.hsaw.inference;

import io.hsaw.contracts.EmotionChange;
import io.hsaw.contracts.FrameReply;
import java.util.List;

/**
 * What one frame gives: the camera's next state, the frame's reply, and what changed.
 *
 * @param tracks  to be kept once the reply is out for good
 * @param reply   for {@code emotions}
 * @param changes for {@code emotion-changes}, in order
 */
public record FrameStep(CameraTracks tracks, FrameReply reply, List<EmotionChange> changes) {
    public FrameStep {
        changes = List.copyOf(changes);
    }
}
