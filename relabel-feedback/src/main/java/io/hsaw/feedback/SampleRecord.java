package io.hsaw.feedback;

import io.hsaw.contracts.LabeledFrame;

/**
 * A record of {@code labeled-frames}, without its picture.
 *
 * @param sampleId  its key
 * @param frame     what it says of the picture; null if it erases the sample
 * @param sha256    of the picture, in hexadecimal digits; null if it erases the sample
 * @param partition where it lies
 * @param offset    in the partition
 */
public record SampleRecord(String sampleId, LabeledFrame frame, String sha256, int partition, long offset) {
}
