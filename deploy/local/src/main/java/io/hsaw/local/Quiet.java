package io.hsaw.local;

import java.time.Duration;

/** Tells a system that answers nothing any more from one that takes its time or has nothing to answer. */
final class Quiet {

    private final long mostNanos;
    private long answeredBefore;
    private long sinceNanos;

    /**
     * @param most  how long no reply may come while frames wait
     * @param nanos now, of {@link System#nanoTime}
     */
    Quiet(Duration most, long nanos) {
        this.mostNanos = most.toNanos();
        this.sinceNanos = nanos;
    }

    /**
     * Whether no reply has come for too long.
     *
     * @param answered frames so far
     * @param open     frames that wait for a reply
     * @param nanos    now, of {@link System#nanoTime}
     */
    boolean tooLong(long answered, int open, long nanos) {
        if (answered != answeredBefore || open == 0) {
            answeredBefore = answered;
            sinceNanos = nanos;
        }
        return nanos - sinceNanos >= mostNanos;
    }
}
