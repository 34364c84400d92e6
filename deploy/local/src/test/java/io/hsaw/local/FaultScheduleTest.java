package io.hsaw.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.local.FaultSchedule.Planned;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class FaultScheduleTest {

    private static final Set<FaultKind> ALL = EnumSet.allOf(FaultKind.class);
    private static final Map<String, Integer> REPLICAS = Map.of("face-detector", 2, "half-face-splitter", 1,
            "hsaw-inference", 3);

    @Test
    void theSeedAloneDecides() {
        assertEquals(FaultSchedule.of(7, 60, ALL, REPLICAS), FaultSchedule.of(7, 60, ALL, REPLICAS));
        assertNotEquals(FaultSchedule.of(7, 60, ALL, REPLICAS), FaultSchedule.of(8, 60, ALL, REPLICAS));
    }

    @Test
    void eachRoundHasEveryKindOnceInAnOrderOfItsOwn() {
        List<Planned> faults = FaultSchedule.of(1, 3 * ALL.size(), ALL, REPLICAS);
        Set<List<FaultKind>> orders = new HashSet<>();
        for (int round = 0; round < 3; round++) {
            List<FaultKind> kinds = faults.subList(round * ALL.size(), (round + 1) * ALL.size()).stream()
                    .map(Planned::kind).toList();
            assertEquals(ALL, Set.copyOf(kinds));
            orders.add(kinds);
        }
        assertEquals(3, orders.size());
    }

    @Test
    void eachStageAndReplicaHasItsTurn() {
        Set<String> victims = FaultSchedule.of(1, 200, EnumSet.of(FaultKind.KILL), REPLICAS).stream()
                .map(fault -> fault.stage() + "-" + fault.replica()).collect(Collectors.toSet());
        assertEquals(Set.of("face-detector-0", "face-detector-1", "half-face-splitter-0", "hsaw-inference-0",
                "hsaw-inference-1", "hsaw-inference-2"), victims);
    }

    @Test
    void onlyAReplicaThatOthersStandInForDiesForGood() {
        assertTrue(FaultSchedule.of(1, 100, EnumSet.of(FaultKind.DIE_FOR_GOOD), REPLICAS).stream()
                .noneMatch(fault -> fault.stage().equals("half-face-splitter")));
        assertThrows(IllegalArgumentException.class, () -> FaultSchedule.of(1, 1, EnumSet.of(FaultKind.DIE_FOR_GOOD),
                Map.of("face-detector", 1)));
    }

    @Test
    void aFrozenProcessIsMissedBeforeItGoesOn() {
        assertTrue(FaultSchedule.of(1, 100, EnumSet.of(FaultKind.FREEZE), REPLICAS).stream()
                .allMatch(fault -> fault.seconds() >= 8 && fault.seconds() <= 14));
    }

    @Test
    void withoutFaultsEveryStageMayBeAlone() {
        assertEquals(List.of(), FaultSchedule.of(1, 0, EnumSet.allOf(FaultKind.class),
                Map.of("face-detector", 1, "half-face-splitter", 1, "hsaw-inference", 1)));
    }
}
