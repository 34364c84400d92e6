package io.hsaw.messaging;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Writes each record's value with its number within its partition; how far it has counted is its state. */
class CountingStage extends CopyStage {

    private final String stateTopic;
    final Map<Integer, Integer> counts = new HashMap<>();

    CountingStage(Pipe pipe) {
        this(pipe.out, pipe.state);
    }

    CountingStage(String topic, String stateTopic) {
        super(topic);
        this.stateTopic = stateTopic;
    }

    static String counted(String value, int number) {
        return value + " #" + number;
    }

    @Override
    public StageResult process(List<ConsumerRecord<byte[], byte[]>> batch) throws Exception {
        Map<Integer, Integer> next = new HashMap<>(counts);
        List<List<ProducerRecord<byte[], byte[]>>> outputs = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : batch) {
            int number = next.merge(record.partition(), 1, Integer::sum);
            outputs.add(List.of(output(record, counted(value(record), number)), state(record.partition(), number)));
        }
        Runnable remember = super.process(batch).onCommit();
        return new StageResult(outputs, () -> {
            counts.putAll(next);
            remember.run();
        });
    }

    final ProducerRecord<byte[], byte[]> state(int partition, Integer number) {
        return new ProducerRecord<>(stateTopic, partition, "count".getBytes(StandardCharsets.UTF_8),
                number == null ? null : number.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public Optional<String> stateTopic() {
        return Optional.of(stateTopic);
    }

    @Override
    public void restore(ConsumerRecord<byte[], byte[]> state) {
        counts.put(state.partition(), Integer.valueOf(value(state)));
    }

    @Override
    public void partitionsLost(Set<Integer> partitions) {
        super.partitionsLost(partitions);
        counts.keySet().removeAll(partitions);
    }
}
