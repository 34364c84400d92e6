package io.hsaw.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.messaging.HopStatus.Phase;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StandstillTest {

    private static final Map<Integer, Long> WAITING = Map.of(0, 0L, 2, 7L);
    private static final Map<Integer, Long> IDLE = Map.of(0, 0L, 2, 0L);

    private final Standstill standstill = new Standstill(Duration.ofSeconds(60), Duration.ofMinutes(3));

    @Test
    void recordsThatWaitAndNoCommitForTheSetTimeAreAStandstill() {
        see(reading(5), WAITING, 0);
        see(reading(5), WAITING, 59);
        assertEquals(Optional.empty(), standstill.reason());

        see(reading(5), WAITING, 60);
        String reason = standstill.reason().orElseThrow();
        assertTrue(reason.startsWith("nothing committed for 60 s, while 7 records wait in partition 2"), reason);
        assertTrue(reason.contains("Remedy: restart"), reason);
    }

    @Test
    void aCommitOfAnyPartitionIsProgress() {
        see(reading(5), WAITING, 0);
        see(reading(6), WAITING, 59);
        see(reading(6), WAITING, 118);
        assertEquals(Optional.empty(), standstill.reason());
    }

    @Test
    void anIdleTopicIsNoStandstill() {
        see(reading(5), IDLE, 0);
        see(reading(5), IDLE, 600);
        see(reading(5), WAITING, 601);
        assertEquals(Optional.empty(), standstill.reason());
    }

    @Test
    void otherPartitionsBeginTheTimeAnew() {
        see(reading(5), WAITING, 0);
        see(new HopStatus(Phase.READING, "", Set.of(2), 5), Map.of(2, 7L), 59);
        see(new HopStatus(Phase.READING, "", Set.of(2), 5), Map.of(2, 7L), 118);
        assertEquals(Optional.empty(), standstill.reason());
    }

    @Test
    void timeWithoutAnAnswerFromKafkaDoesNotCount() {
        see(reading(5), WAITING, 0);
        standstill.unknown();
        see(reading(5), WAITING, 59);
        see(reading(5), WAITING, 118);
        assertEquals(Optional.empty(), standstill.reason());
    }

    @Test
    void aHopThatWaitsForKafkaOrIsClosedIsNoStandstill() {
        for (Phase phase : Set.of(Phase.WAITING, Phase.STOPPED)) {
            see(new HopStatus(phase, "", Set.of(), 5), Map.of(), 0);
            see(new HopStatus(phase, "", Set.of(), 5), Map.of(), 600);
            assertEquals(Optional.empty(), standstill.reason());
        }
    }

    @Test
    void noPlaceInTheGroupForLongerThanTheGroupWaitsForAnotherMemberIsAStandstill() {
        HopStatus joining = new HopStatus(Phase.JOINING, "", Set.of(), 0);
        see(joining, Map.of(), 0);
        see(joining, Map.of(), 239);
        assertEquals(Optional.empty(), standstill.reason());

        see(joining, Map.of(), 240);
        String reason = standstill.reason().orElseThrow();
        assertTrue(reason.startsWith("without a place in its group for 240 s"), reason);
    }

    @Test
    void whatMovesOnAgainIsLiveAgain() {
        see(reading(5), WAITING, 0);
        see(reading(5), WAITING, 60);
        see(reading(6), WAITING, 61);
        assertEquals(Optional.empty(), standstill.reason());
    }

    private static HopStatus reading(long commits) {
        return new HopStatus(Phase.READING, "", Set.of(0, 2), commits);
    }

    private void see(HopStatus status, Map<Integer, Long> lag, long seconds) {
        standstill.seen(status, lag, Duration.ofSeconds(seconds).toNanos());
    }
}
