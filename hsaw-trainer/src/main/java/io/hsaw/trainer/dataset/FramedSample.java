package io.hsaw.trainer.dataset;

import io.hsaw.contracts.HalfFacePair;

/**
 * A sample as the network sees it.
 *
 * @param halves    its face's two halves
 * @param faceFound whether points were found; if not, the halves are those of the sample's centre line
 */
public record FramedSample(HalfFacePair halves, boolean faceFound) {
}
