package io.hsaw.trainer.dataset;

import io.hsaw.contracts.Box;
import io.hsaw.contracts.Expression;
import java.io.IOException;

/**
 * A {@link Sample} whose picture has not been read yet.
 *
 * @param place file (and line) it comes from, for messages
 */
public record SampleRef(String id, Expression label, String split, boolean faceCrop, Box region, String place,
        PictureSource source) {

    /**
     * Reads the picture.
     *
     * @throws DataSetException if that fails; names the file
     */
    public Sample read() throws DataSetException {
        try {
            return new Sample(id, place, source.read(), label, split, faceCrop, region);
        } catch (IOException | RuntimeException e) {
            throw new DataSetException(e, "%s: cannot be read (%s); expected a picture", place, e.getMessage());
        }
    }

    SampleRef inSplit(String other) {
        return new SampleRef(id, label, other, faceCrop, region, place, source);
    }
}
