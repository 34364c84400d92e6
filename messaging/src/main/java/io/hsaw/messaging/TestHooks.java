package io.hsaw.messaging;

import io.hsaw.contracts.CloudEvents;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * For tests of whole processes: a stage that takes the process down, or stands still for ever, when it is handed a
 * record whose frame id begins as a system property says. Without these properties nothing is put around a stage.
 */
final class TestHooks implements Stage {

    /** System property with the beginning of frame ids that halt the JVM. */
    static final String ABORT = "hsaw.test.abort";
    /** System property with the beginning of frame ids that block the hop's thread. */
    static final String STALL = "hsaw.test.stall";

    private static final int ABORTED = 134;

    private final Stage stage;
    private final String abort;
    private final String stall;

    private TestHooks(Stage stage, String abort, String stall) {
        this.stage = stage;
        this.abort = abort;
        this.stall = stall;
    }

    static Stage around(Stage stage) {
        String abort = System.getProperty(ABORT);
        String stall = System.getProperty(STALL);
        return abort == null && stall == null ? stage : new TestHooks(stage, abort, stall);
    }

    @Override
    public int batchRecords() {
        return stage.batchRecords();
    }

    @Override
    public StageResult process(List<ConsumerRecord<byte[], byte[]>> batch) throws Exception {
        for (ConsumerRecord<byte[], byte[]> record : batch) {
            byte[] id = StageRecords.headers(record).apply(CloudEvents.ID);
            String frame = id == null ? "" : new String(id, StandardCharsets.UTF_8);
            if (abort != null && frame.startsWith(abort)) {
                Runtime.getRuntime().halt(ABORTED);
            }
            if (stall != null && frame.startsWith(stall)) {
                Thread.sleep(Long.MAX_VALUE);
            }
        }
        return stage.process(batch);
    }

    @Override
    public List<ProducerRecord<byte[], byte[]>> fail(ConsumerRecord<byte[], byte[]> record, Exception cause) {
        return stage.fail(record, cause);
    }

    @Override
    public void failed() {
        stage.failed();
    }

    @Override
    public StageResult timePassed() {
        return stage.timePassed();
    }

    @Override
    public Optional<String> stateTopic() {
        return stage.stateTopic();
    }

    @Override
    public void restore(ConsumerRecord<byte[], byte[]> state) {
        stage.restore(state);
    }

    @Override
    public void partitionsLost(Set<Integer> partitions) {
        stage.partitionsLost(partitions);
    }
}
