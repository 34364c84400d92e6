package io.hsaw.inference;

/**
 * What a face's track says of it.
 *
 * @param trackId  the track it belongs to
 * @param smoothed the track's expression over time, this frame included
 */
public record TrackedFace(String trackId, Smoothed smoothed) {
}
