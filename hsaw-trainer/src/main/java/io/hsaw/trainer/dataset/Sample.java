package io.hsaw.trainer.dataset;

import io.hsaw.contracts.Box;
import io.hsaw.contracts.Expression;
import io.hsaw.facedetector.Picture;
import io.hsaw.facedetector.PictureRejectedException;

/**
 * One labelled picture.
 *
 * @param id       its place in the data set: the same wherever the data set lies and whether it is packed or not
 * @param place    file (and line) it comes from, for messages
 * @param picture  JPEG, PNG or WebP; not copied, not to be changed
 * @param label    the data set's own label
 * @param split    the part of the data set it belongs to
 * @param faceCrop whether the picture is a face already, so that it counts even if no face is found in it
 * @param region   where the labelled face is, in pixels of the upright picture; null if it is the largest
 */
public record Sample(String id, String place, byte[] picture, Expression label, String split, boolean faceCrop,
        Box region) {

    /**
     * The picture's media type, such as {@code image/png}. Nothing is decoded.
     *
     * @throws DataSetException if it is no complete picture; names the file
     */
    public String mediaType() throws DataSetException {
        try {
            return Picture.mediaType(picture);
        } catch (PictureRejectedException e) {
            throw unreadable(e);
        }
    }

    /**
     * The decoded picture.
     *
     * @throws DataSetException if it is no picture that can be read; names the file
     */
    public Picture decode() throws DataSetException {
        try {
            return Picture.decode(picture);
        } catch (PictureRejectedException e) {
            throw unreadable(e);
        }
    }

    private DataSetException unreadable(PictureRejectedException e) {
        return new DataSetException(e, "%s: expected a complete picture: %s", place, e.getMessage());
    }
}
