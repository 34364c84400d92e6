package io.hsaw.trainer.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class RunAssignorTest {

    private static final OptionalInt IDLE = OptionalInt.empty();

    @Test
    void trainersWithoutARunShareAllPartitions() {
        assertEquals(Map.of("a", List.of(0, 2), "b", List.of(1, 3)), RunAssignor.shared(4, Map.of("a", IDLE, "b", IDLE)));
    }

    @Test
    void aTrainerWithARunKeepsItsPartitionAlone() {
        assertEquals(Map.of("a", List.of(2), "b", List.of(0, 3), "c", List.of(1)),
                RunAssignor.shared(4, Map.of("a", OptionalInt.of(2), "b", IDLE, "c", IDLE)));
    }

    @Test
    void theOtherPartitionsAreSpreadWhereAllHaveARun() {
        assertEquals(Map.of("a", List.of(1, 0), "b", List.of(3, 2)),
                RunAssignor.shared(4, Map.of("a", OptionalInt.of(1), "b", OptionalInt.of(3))));
    }

    @Test
    void oneOfTwoThatClaimARunHasIt() {
        assertEquals(Map.of("a", List.of(1), "b", List.of(), "c", List.of(0)),
                RunAssignor.shared(2, Map.of("a", OptionalInt.of(1), "b", OptionalInt.of(1), "c", IDLE)));
    }

    @Test
    void aRunOfAPartitionThatIsNoMoreCountsForNothing() {
        assertEquals(Map.of("a", List.of(0), "b", List.of()), RunAssignor.shared(1, Map.of("a", IDLE, "b", OptionalInt.of(5))));
        assertEquals(Map.of("a", List.of()), RunAssignor.shared(0, Map.of("a", IDLE)));
    }
}
