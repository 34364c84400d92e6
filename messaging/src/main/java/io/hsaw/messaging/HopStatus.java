package io.hsaw.messaging;

import java.util.Set;

/**
 * How a hop is doing.
 *
 * @param phase      what it is at
 * @param detail     what it waits for or what ended it, for a person
 * @param partitions those of its topic that it reads; none where another replica has them all
 * @param commits    batches committed since the process began
 */
public record HopStatus(Phase phase, String detail, Set<Integer> partitions, long commits) {

    /** What a hop is at. */
    public enum Phase {
        /** Not started, or closed. */
        STOPPED,
        /** For the broker, or before another try. */
        WAITING,
        /** For its place in the group, from a broker that answers. */
        JOINING,
        /** It has joined its group and reads what its partitions bring. */
        READING,
        /** Ended by something that waiting does not mend. */
        FAILED
    }

    public HopStatus {
        partitions = Set.copyOf(partitions);
    }

    /** Whether the hop runs; if not, a restart of the process is the remedy. */
    public boolean alive() {
        return phase != Phase.FAILED;
    }

    /** Whether frames are being read. */
    public boolean ready() {
        return phase == Phase.READING;
    }
}
