package io.hsaw.messaging;

import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What came of one batch.
 *
 * @param outputs  per input record, in the batch's order, the records to write
 * @param onCommit run once these outputs are committed, before the next batch; never run if they are not
 */
public record StageResult(List<List<ProducerRecord<byte[], byte[]>>> outputs, Runnable onCommit) {

    public StageResult {
        outputs = List.copyOf(outputs);
    }

    /** Outputs of a stage that remembers nothing. */
    public StageResult(List<List<ProducerRecord<byte[], byte[]>>> outputs) {
        this(outputs, () -> { });
    }
}
