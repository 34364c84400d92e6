package io.hsaw.inference;

import io.hsaw.contracts.Box;
import io.hsaw.contracts.Probabilities;

/**
 * What a track needs to know of a face in a frame.
 *
 * @param box           in pixels of the upright published picture
 * @param probabilities of the fused prediction, unrounded
 */
public record SeenFace(Box box, Probabilities probabilities) {
}
