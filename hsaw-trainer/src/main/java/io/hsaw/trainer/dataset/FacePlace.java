package io.hsaw.trainer.dataset;

import io.hsaw.contracts.Box;
import io.hsaw.halffacesplitter.CanonicalFrame;

/**
 * Where a sample's face is in its upright picture.
 *
 * @param frame the square that the network sees
 * @param yaw   degrees by which the head is turned towards the person's own left; null where no face was found
 */
public record FacePlace(CanonicalFrame frame, Double yaw) {

    /** The square about a region in which no face was found. */
    static FacePlace unfound(Box region) {
        return new FacePlace(new CanonicalFrame(region.x() + region.width() / 2, region.y() + region.height() / 2,
                Math.max(region.width(), region.height()), 1, 0), null);
    }
}
