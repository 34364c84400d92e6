package io.hsaw.messaging;

import java.time.Duration;

/**
 * How a hop is doing.
 *
 * @param phase         what it is at
 * @param sinceProgress since a poll, or an attempt to reach the broker, last ended
 * @param detail        what it waits for or what ended it, for a person
 */
public record HopStatus(Phase phase, Duration sinceProgress, String detail) {

    /** With work in hand, a hop that shows no progress for this long is stuck. */
    public static final Duration STUCK_AFTER = Duration.ofSeconds(60);

    /** What a hop is at. */
    public enum Phase {
        /** Not started, or closed. */
        STOPPED,
        /** For the broker, for its place in the group, or before another try. */
        WAITING,
        /** It has joined its group and reads what its partitions bring. */
        READING,
        /** Ended by something that waiting does not mend. */
        FAILED
    }

    /** Whether the process is fit to go on; if not, a restart is the remedy. */
    public boolean alive() {
        return phase != Phase.FAILED && (phase != Phase.READING || sinceProgress.compareTo(STUCK_AFTER) < 0);
    }

    /** Whether frames are being read. */
    public boolean ready() {
        return phase == Phase.READING && alive();
    }
}
