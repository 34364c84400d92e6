package io.hsaw.feedback;

import io.hsaw.contracts.Label;

/**
 * A record for the topic {@code labels}.
 *
 * @param key   as {@link Label#key}
 * @param label null if what stands under the key is gone
 */
public record LabelRecord(String key, Label label) {
}
