package io.hsaw.messaging;

import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What came of one batch, or of the passing of time.
 *
 * @param outputs  per input record, in the batch's order, the records to write; of the passing of time any lists
 * @param onCommit run once these outputs are committed, before the next batch; never run if they are not
 */
public record StageResult(List<List<ProducerRecord<byte[], byte[]>>> outputs, Runnable onCommit) {

    /** Nothing to write. */
    public static final StageResult NOTHING = new StageResult(List.of());

    public StageResult {
        outputs = List.copyOf(outputs);
    }

    /** Outputs of a stage that remembers nothing. */
    public StageResult(List<List<ProducerRecord<byte[], byte[]>>> outputs) {
        this(outputs, () -> { });
    }
}
