package io.hsaw.trainer.run;

import io.hsaw.contracts.Topics;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Configurable;
import org.apache.kafka.common.TopicPartition;

/**
 * Shares the partitions of {@code training-commands}: a trainer with a run in hand keeps the partition that the run came
 * from, all others go to those that have none, so that no command waits behind a run while another trainer idles. Where
 * every trainer has a run, the others are spread over all. A trainer says what it has when it joins; it joins again when
 * that changes.
 */
public final class RunAssignor implements ConsumerPartitionAssignor, Configurable {

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

    private static ByteBuffer userData(OptionalInt partition) {
        return partition.isEmpty() ? null : ByteBuffer.allocate(Integer.BYTES).putInt(0, partition.getAsInt());
    }

    private static OptionalInt run(ByteBuffer userData) {
        return userData == null ? OptionalInt.empty() : OptionalInt.of(userData.getInt(userData.position()));
    }

    @Override
    public GroupAssignment assign(Cluster cluster, GroupSubscription group) {
        Integer partitions = cluster.partitionCountForTopic(Topics.TRAINING_COMMANDS);
        Map<String, OptionalInt> runs = new HashMap<>();
        group.groupSubscription().forEach((member, subscription) -> runs.put(member, run(subscription.userData())));
        Map<String, Assignment> assignments = new HashMap<>();
        shared(partitions == null ? 0 : partitions, runs).forEach((member, own) -> assignments.put(member, new Assignment(
                own.stream().map(partition -> new TopicPartition(Topics.TRAINING_COMMANDS, partition)).toList())));
        return new GroupAssignment(assignments);
    }

    /**
     * Which member has which partitions.
     *
     * @param runs the partition whose run each member has in hand
     */
    static Map<String, List<Integer>> shared(int partitions, Map<String, OptionalInt> runs) {
        Map<String, List<Integer>> shared = new TreeMap<>();
        runs.keySet().forEach(member -> shared.put(member, new ArrayList<>()));
        Set<Integer> free = IntStream.range(0, partitions).boxed().collect(Collectors.toCollection(TreeSet::new));
        List<String> idle = new ArrayList<>();
        shared.forEach((member, own) -> {
            OptionalInt run = runs.get(member);
            if (run.isEmpty()) {
                idle.add(member);
            } else if (free.remove(run.getAsInt())) { // else another trainer has this run, and this one will leave it
                own.add(run.getAsInt());
            }
        });
        List<String> takers = idle.isEmpty() ? List.copyOf(shared.keySet()) : idle;
        int next = 0;
        for (int partition : free) {
            shared.get(takers.get(next++ % takers.size())).add(partition);
        }
        return shared;
    }
}
