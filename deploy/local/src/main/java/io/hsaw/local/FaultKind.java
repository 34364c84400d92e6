package io.hsaw.local;

import java.util.Locale;

/** What {@code hsaw verify-delivery --local} does to the system it started. */
enum FaultKind {
    /** A stage's process is killed at once and started again. */
    KILL,
    /** A stage's process stands still for longer than the session time-out, then goes on as if nothing had been. */
    FREEZE,
    /** A stage's process is asked to end and started again. */
    RESTART,
    /** One more replica comes and, once it has worked, leaves in order. */
    JOIN,
    /** A replica is killed and stays away; once the others have its work, a new one of another name comes. */
    DIE_FOR_GOOD,
    /** The broker is asked to end and started again. */
    BROKER_RESTART,
    /** The broker is killed at once and started again. */
    BROKER_KILL,
    /** The broker's disk takes no byte more; once it has failed there is room again and it is started again. */
    FULL_DISK,
    /** A frame that takes down each process of a stage that reads it, until it is given up. */
    POISON;

    /** As it is written on the command line and in reports. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
