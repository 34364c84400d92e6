package io.hsaw.trainer.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hsaw.contracts.Topics;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RunAssignorTest {

    private static final OptionalInt IDLE = OptionalInt.empty();

    @Test
    void trainersWithoutARunShareAllPartitions() {
        assertEquals(Map.of("a", List.of(0, 2), "b", List.of(1, 3)), assigned(4, Map.of("a", IDLE, "b", IDLE)));
    }

    @Test
    void aTrainerWithARunKeepsItsPartitionAlone() {
        assertEquals(Map.of("a", List.of(2), "b", List.of(0, 3), "c", List.of(1)),
                assigned(4, Map.of("a", OptionalInt.of(2), "b", IDLE, "c", IDLE)));
    }

    @Test
    void theOtherPartitionsAreSpreadWhereAllHaveARun() {
        assertEquals(Map.of("a", List.of(1, 0), "b", List.of(3, 2)),
                assigned(4, Map.of("a", OptionalInt.of(1), "b", OptionalInt.of(3))));
    }

    @Test
    void oneOfTwoThatClaimARunHasIt() {
        assertEquals(Map.of("a", List.of(1), "b", List.of(), "c", List.of(0)),
                assigned(2, Map.of("a", OptionalInt.of(1), "b", OptionalInt.of(1), "c", IDLE)));
    }

    @Test
    void aRunOfAPartitionThatIsNoMoreCountsForNothing() {
        assertEquals(Map.of("a", List.of(0), "b", List.of()), assigned(1, Map.of("a", IDLE, "b", OptionalInt.of(5))));
        assertEquals(Map.of("a", List.of()), assigned(0, Map.of("a", IDLE)));
    }

    private static Map<String, List<Integer>> assigned(int partitions, Map<String, OptionalInt> runs) {
        Map<String, Subscription> members = new TreeMap<>();
        runs.forEach((member, run) -> members.put(member,
                new Subscription(List.of(Topics.TRAINING_COMMANDS), RunAssignor.userData(run))));
        return new RunAssignor().assign(partitions == 0 ? Map.of() : Map.of(Topics.TRAINING_COMMANDS, partitions), members)
                .entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey,
                        one -> one.getValue().stream().map(TopicPartition::partition).toList()));
    }
}
