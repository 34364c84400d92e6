package io.hsaw.trainer.run;

import io.hsaw.contracts.InvalidRecordException;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.Topics;
import io.hsaw.contracts.TrainingCommand;
import io.hsaw.trainer.samples.LogClients;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Looks for a command that cancels a run, among all that came after the one that started it, whoever reads those
 * partitions otherwise. Used by one thread.
 */
final class CancelWatch implements AutoCloseable {

    private final ConsumerRecord<byte[], byte[]> start;
    private final LogClients clients;
    private KafkaConsumer<byte[], byte[]> reader;
    private ConsumerRecord<byte[], byte[]> seen;

    CancelWatch(ConsumerRecord<byte[], byte[]> start, LogClients clients) {
        this.start = start;
        this.clients = clients;
    }

    /** Whether the run was cancelled since this was asked last. What Kafka does not answer now is looked for next time. */
    boolean sees(String runId) {
        try {
            if (reader == null) {
                reader = clients.reader();
                seek();
            }
            for (ConsumerRecord<byte[], byte[]> record : reader.poll(Duration.ZERO)) {
                if (cancels(record, runId)) {
                    seen = record;
                    return true;
                }
            }
        } catch (KafkaException e) {
            close();
        }
        return false;
    }

    /** Whether this is the command that was seen last. */
    boolean saw(ConsumerRecord<byte[], byte[]> command) {
        return seen != null && seen.partition() == command.partition() && seen.offset() == command.offset();
    }

    private void seek() {
        List<TopicPartition> partitions = reader.partitionsFor(Topics.TRAINING_COMMANDS).stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition())).toList();
        reader.assign(partitions);
        Map<TopicPartition, Long> times = new HashMap<>();
        partitions.forEach(partition -> times.put(partition, start.timestamp()));
        Map<TopicPartition, OffsetAndTimestamp> since = reader.offsetsForTimes(times);
        reader.seekToEnd(partitions.stream().filter(partition -> since.get(partition) == null).toList());
        since.forEach((partition, offset) -> {
            if (offset != null) {
                reader.seek(partition, offset.offset());
            }
        });
        reader.seek(new TopicPartition(start.topic(), start.partition()), start.offset() + 1);
    }

    private static boolean cancels(ConsumerRecord<byte[], byte[]> record, String runId) {
        try {
            TrainingCommand command = RecordCodec.TRAINING_COMMANDS.decode(record.value());
            return command.action() == TrainingCommand.Action.CANCEL && command.runId().equals(runId);
        } catch (InvalidRecordException e) {
            return false; // who reads it by the group answers it
        }
    }

    @Override
    public void close() {
        if (reader != null) {
            reader.close(CloseOptions.timeout(Duration.ofSeconds(1)));
            reader = null;
        }
    }
}
