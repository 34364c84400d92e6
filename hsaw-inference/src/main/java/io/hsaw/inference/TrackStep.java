package io.hsaw.inference;

import io.hsaw.contracts.EmotionChange;
import java.util.List;

/**
 * What one frame makes of a camera's tracks.
 *
 * @param tracks  the camera's next state
 * @param faces   the track of each face, in the order of the faces
 * @param changes tracks that ended, then tracks that began or changed in the order of the faces
 */
public record TrackStep(CameraTracks tracks, List<TrackedFace> faces, List<EmotionChange> changes) {
    public TrackStep {
        faces = List.copyOf(faces);
        changes = List.copyOf(changes);
    }
}
