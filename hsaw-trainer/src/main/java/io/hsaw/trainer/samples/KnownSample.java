package io.hsaw.trainer.samples;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.LabeledFrame;

/**
 * A sample that can be trained on or measured with.
 *
 * @param id        of the sample
 * @param dataSet   its data set
 * @param published the label it was published with, or null
 * @param label     the one that counts now, or null while nobody has said what it shows
 * @param split     the data set's own, or null where a hash of the picture is to decide
 * @param picture   SHA-256 of the picture's bytes
 * @param pixels    of the decoded picture: equal for pictures that look the same
 * @param blank     whether the picture shows nothing
 */
public record KnownSample(String id, String dataSet, Expression published, Expression label, LabeledFrame.Split split,
        String picture, String pixels, boolean blank) {
}
