package io.hsaw.trainer.run;

import io.hsaw.contracts.Topics;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.internals.AbstractPartitionAssignor;
import org.apache.kafka.common.Configurable;
import org.apache.kafka.common.TopicPartition;

/**
 * Shares the partitions of {@code training-commands}: a trainer with a run in hand keeps the partition that the run came
 * from, all others go to those that have none, so that no command waits behind a run while another trainer idles. Where
 * every trainer has a run, the others are spread over all. A trainer says what it has when it joins; it joins again when
 * that changes.
 */
public final class RunAssignor extends AbstractPartitionAssignor implements Configurable {

    private static final String RUN = "hsaw.trainer.run";

    private Supplier<OptionalInt> run;

    /**
     * A consumer's settings.
     *
     * @param run the partition whose run is in hand
     */
    static Map<String, Object> settings(Supplier<OptionalInt> run) {
        return Map.of(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, RunAssignor.class.getName(), RUN, run);
    }

    @Override
    @SuppressWarnings("unchecked")
    public void configure(Map<String, ?> settings) {
        run = (Supplier<OptionalInt>) settings.get(RUN);
    }

    @Override
    public String name() {
        return "hsaw-runs";
    }

    @Override
    public ByteBuffer subscriptionUserData(Set<String> topics) {
        return userData(run.get());
    }

    static ByteBuffer userData(OptionalInt partition) {
        return partition.isEmpty() ? null : ByteBuffer.allocate(Integer.BYTES).putInt(0, partition.getAsInt());
    }

    @Override
    public Map<String, List<TopicPartition>> assign(Map<String, Integer> partitionsPerTopic,
            Map<String, Subscription> subscriptions) {
        Map<String, List<TopicPartition>> assignment = new TreeMap<>();
        subscriptions.keySet().forEach(member -> assignment.put(member, new ArrayList<>()));
        List<TopicPartition> free = new ArrayList<>(partitions(Topics.TRAINING_COMMANDS,
                partitionsPerTopic.getOrDefault(Topics.TRAINING_COMMANDS, 0)));
        List<String> idle = new ArrayList<>();
        assignment.forEach((member, own) -> {
            ByteBuffer data = subscriptions.get(member).userData();
            if (data == null) {
                idle.add(member);
                return;
            }
            TopicPartition busy = new TopicPartition(Topics.TRAINING_COMMANDS, data.getInt(data.position()));
            if (free.remove(busy)) { // else another trainer has gone on with this run, and this one will leave it
                own.add(busy);
            }
        });
        List<String> takers = idle.isEmpty() ? List.copyOf(assignment.keySet()) : idle;
        for (int i = 0; i < free.size(); i++) {
            assignment.get(takers.get(i % takers.size())).add(free.get(i));
        }
        return assignment;
    }
}
