package io.hsaw.feedback;

import java.util.Map;

/**
 * What was read of a topic, by partition.
 *
 * @param topic   its name
 * @param topicId what tells it from one of the same name that was made before or after
 * @param from    the offset of the first record, as the ledger has it
 * @param to      the offset after the last
 */
public record Span(String topic, String topicId, Map<Integer, Long> from, Map<Integer, Long> to) {
}
