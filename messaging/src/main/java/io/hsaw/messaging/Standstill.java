package io.hsaw.messaging;

import io.hsaw.messaging.HopStatus.Phase;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tells a hop that stands still from one that has nothing to do: records wait in its partitions and it commits nothing,
 * or it gets no place in its group, for a set time in which Kafka answers.
 */
final class Standstill {

    private static final String REMEDY = " Remedy: restart the process; if it repeats, its log and the record at the"
            + " committed offset say more.";

    private final Duration stuckAfter;
    private final Duration rebalance;
    private HopStatus before;
    private long sinceNanos;
    private volatile String reason;

    /**
     * @param stuckAfter how long a hop may stand still
     * @param rebalance  how much longer it may wait for its place in the group: it may be another member that the group
     *                   waits for
     */
    Standstill(Duration stuckAfter, Duration rebalance) {
        this.stuckAfter = stuckAfter;
        this.rebalance = rebalance;
    }

    /** Kafka cannot be asked: what was counted so far counts no more. */
    void unknown() {
        before = null;
        reason = null;
    }

    /**
     * How the hop is doing and, by Kafka's answer a moment ago, how many records wait in each partition it reads.
     *
     * @param nanoTime of {@link System#nanoTime}
     */
    void seen(HopStatus status, Map<Integer, Long> lag, long nanoTime) {
        boolean waitedFor = status.phase() == Phase.JOINING
                || status.phase() == Phase.READING && lag.values().stream().anyMatch(waiting -> waiting > 0);
        if (!waitedFor) {
            unknown();
            return;
        }
        if (before == null || movedOn(status)) {
            sinceNanos = nanoTime;
            reason = null;
        }
        before = status;
        Duration still = Duration.ofNanos(nanoTime - sinceNanos);
        Duration patience = status.phase() == Phase.JOINING ? stuckAfter.plus(rebalance) : stuckAfter;
        if (still.compareTo(patience) >= 0) {
            reason = reason(status, lag, still);
        }
    }

    private boolean movedOn(HopStatus status) {
        return status.phase() != before.phase() || status.commits() != before.commits()
                || !status.partitions().equals(before.partitions());
    }

    private static String reason(HopStatus status, Map<Integer, Long> lag, Duration still) {
        if (status.phase() == Phase.JOINING) {
            return "without a place in its group for " + still.toSeconds() + " s, though Kafka answers." + REMEDY;
        }
        Map.Entry<Integer, Long> most = lag.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow();
        return "nothing committed for " + still.toSeconds() + " s, while " + most.getValue()
                + " records wait in partition " + most.getKey() + others(lag.keySet(), most.getKey()) + "." + REMEDY;
    }

    private static String others(Set<Integer> partitions, int most) {
        return partitions.size() == 1 ? "" : " (it reads " + partitions.stream().sorted().toList() + ")";
    }

    /** Why the hop is held for stuck, for a person; empty if it is not. */
    Optional<String> reason() {
        return Optional.ofNullable(reason);
    }
}
