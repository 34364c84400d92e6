package io.hsaw.messaging;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What a stage does with the records of its input topic. All methods are called on the hop's one thread. Output records
 * name the partition of their input record, so that a frame keeps its partition and its order.
 */
public interface Stage {

    /** As many records as a batch may ever have. */
    int MOST_RECORDS = 32;

    /**
     * Greatest number of records of a batch, from 1 to {@link #MOST_RECORDS}: none of them is answered before the work
     * on all of them is done.
     */
    default int batchRecords() {
        return MOST_RECORDS;
    }

    /**
     * Works on the records of one poll. Runs before the transaction begins, and again for the same records if that
     * fails, so it must have no effect outside its result.
     *
     * @param batch in the order of each partition; not empty
     * @throws Exception if the batch cannot be worked on; it is then done again record by record
     */
    StageResult process(List<ConsumerRecord<byte[], byte[]>> batch) throws Exception;

    /**
     * What is written in place of a record whose work failed, or whose output was refused for its size. Must not fail
     * itself.
     *
     * @return first the reply that says so, which must be small; then what else is to be written, which is left out if
     *         it is too large
     */
    List<ProducerRecord<byte[], byte[]>> fail(ConsumerRecord<byte[], byte[]> record, Exception cause);

    /** What {@link #fail} made of one record is committed. */
    default void failed() {
    }

    /**
     * What the passing of time brings by itself. Called between two polls, often, but only while no record is known to
     * wait and Kafka answers: time in which records are late is none in which none came. What it gives back is written in a transaction of its own, together with the positions of the partitions that it goes to, so
     * that a process whose partitions were taken over cannot write it. Must not fail.
     */
    default StageResult timePassed() {
        return StageResult.NOTHING;
    }

    /**
     * A compacted topic on which the stage keeps what it remembers, with the partitions of its input topic: it writes
     * the new state of a key among a batch's outputs, to the partition of the records it comes from, and reads it back
     * by {@link #restore}. None for a stage that remembers nothing.
     */
    default Optional<String> stateTopic() {
        return Optional.empty();
    }

    /**
     * The state of one key as of the committed offsets of a partition that was newly assigned; called for all of them
     * before any record of the partition is worked on. Must not fail.
     */
    default void restore(ConsumerRecord<byte[], byte[]> state) {
    }

    /**
     * These partitions may be worked on elsewhere from now on, or uncommitted work on them was given up: what is
     * remembered of them is no longer true.
     */
    default void partitionsLost(Set<Integer> partitions) {
    }
}
