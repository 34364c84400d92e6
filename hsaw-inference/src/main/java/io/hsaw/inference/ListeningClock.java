package io.hsaw.inference;

import java.util.function.LongSupplier;

/**
 * Time in which cameras could be heard, in nanoseconds: it stands still while frames wait to be read, while Kafka does
 * not answer, and while the process is halted, so that no camera passes for silent whose frames are only late. Nobody
 * sets it. Used by one thread.
 */
public final class ListeningClock {

    /** Between two ticks less passes; what is more was no time of listening. */
    static final long LONGEST_TICK_NANOS = 1_000_000_000L;

    private final LongSupplier nanoTime;
    private long ticked;
    private long now;

    /** @param nanoTime {@link System#nanoTime} */
    public ListeningClock(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.ticked = nanoTime.getAsLong();
    }

    /** Nothing waits to be read now: the time since the last tick has passed, as far as it may. */
    public void tick() {
        long time = nanoTime.getAsLong();
        now += Math.min(time - ticked, LONGEST_TICK_NANOS);
        ticked = time;
    }

    /** Time until the last tick. */
    public long now() {
        return now;
    }
}
