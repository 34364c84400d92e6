package io.hsaw.trainer.samples;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.hsaw.contracts.Expression;
import io.hsaw.contracts.LabeledFrame;
import io.hsaw.trainer.dataset.PictureFacts;

/**
 * What the local copy knows of a published sample, besides its half faces.
 *
 * @param dataSet   its data set
 * @param published the label it was published with, or null
 * @param split     the data set's own, or null where a hash of the picture is to decide
 * @param expires   until when it may be kept, in ms since 1970; null for ever
 * @param picture   SHA-256 of the picture's bytes; null where they could not be read
 * @param framed    picture, region and kind that its halves were made of: the same ones need not be framed again
 * @param pixels    of the decoded picture, see {@link PictureFacts#hash}
 * @param blank     whether the picture shows nothing
 * @param faceFound whether a face was found in it
 * @param width     of each half, in pixels
 * @param height    of each half, in pixels
 * @param problem   why it cannot be used, or null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
record StoredSample(String dataSet, Expression published, LabeledFrame.Split split, Long expires, String picture,
        String framed, String pixels, boolean blank, boolean faceFound, int width, int height, Problem problem) {

    /**
     * Why a sample cannot be used.
     *
     * @param code   for counting
     * @param detail for people
     */
    record Problem(String code, String detail) {
    }

    static StoredSample unusable(String dataSet, String code, String detail) {
        return new StoredSample(dataSet, null, null, null, null, null, null, false, false, 0, 0, new Problem(code, detail));
    }

    /** The same picture with what another record says of it. */
    StoredSample as(LabeledFrame frame) {
        return new StoredSample(frame.dataSet(), frame.label(), frame.split(), expires(frame), picture, framed, pixels, blank,
                faceFound, width, height, problem);
    }

    static Long expires(LabeledFrame frame) {
        return frame.capture() == null ? null : frame.capture().expires().toEpochMilli();
    }
}
