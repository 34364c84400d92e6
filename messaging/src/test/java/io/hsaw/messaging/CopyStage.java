package io.hsaw.messaging;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Writes each record's value to another topic; a value that begins with "poison" makes it fail. */
class CopyStage implements Stage {

    static final String POISON = "poison";

    final String topic;
    final Queue<String> committed = new ConcurrentLinkedQueue<>();
    final Set<Integer> lost = new ConcurrentSkipListSet<>();

    CopyStage(String topic) {
        this.topic = topic;
    }

    @Override
    public StageResult process(List<ConsumerRecord<byte[], byte[]>> batch) throws Exception {
        for (ConsumerRecord<byte[], byte[]> record : batch) {
            if (value(record).startsWith(POISON)) {
                throw new IllegalArgumentException("poison at offset " + record.offset());
            }
        }
        return new StageResult(batch.stream().map(record -> List.of(output(record, value(record)))).toList(),
                () -> batch.forEach(record -> committed.add(value(record))));
    }

    @Override
    public List<ProducerRecord<byte[], byte[]>> fail(ConsumerRecord<byte[], byte[]> record, Exception cause) {
        return List.of(output(record, "failed " + value(record)));
    }

    @Override
    public void partitionsLost(Set<Integer> partitions) {
        lost.addAll(partitions);
    }

    final ProducerRecord<byte[], byte[]> output(ConsumerRecord<byte[], byte[]> record, String value) {
        return new ProducerRecord<>(topic, record.partition(), record.key(), value.getBytes(StandardCharsets.UTF_8));
    }

    static String value(ConsumerRecord<byte[], byte[]> record) {
        return new String(record.value(), StandardCharsets.UTF_8);
    }
}
