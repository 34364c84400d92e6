package io.hsaw.feedback;

/**
 * A record that cannot be read.
 *
 * @param partition where it lies
 * @param offset    in the partition
 * @param reason    for a person
 */
public record Refusal(int partition, long offset, String reason) {
}
