package io.hsaw.local;

import java.time.Duration;

/** When each frame of a source is due, counted from the first: at a fixed rate, or by the videos' own time. */
final class FramePace {

    /** How long a still stands. */
    private static final Duration STILL = Duration.ofSeconds(1);
    /** Assumed between two frames of a video until it shows its own interval. */
    private static final Duration INTERVAL = Duration.ofMillis(40);

    private final double framesPerSecond;
    private long count;
    private Duration base = Duration.ZERO;
    private Duration next = Duration.ZERO;
    private Duration last;

    private FramePace(double framesPerSecond) {
        this.framesPerSecond = framesPerSecond;
    }

    static FramePace fixed(double framesPerSecond) {
        return new FramePace(framesPerSecond);
    }

    static FramePace natural() {
        return new FramePace(0);
    }

    /** @param position of the frame in its video; null for a still. One that goes back begins another video */
    Duration due(Duration position) {
        if (framesPerSecond > 0) {
            return Duration.ofNanos(Math.round(1e9 * count++ / framesPerSecond));
        }
        if (position == null) {
            Duration due = next;
            next = due.plus(STILL);
            last = null;
            return due;
        }
        boolean begins = last == null || position.compareTo(last) <= 0;
        if (begins) {
            base = next;
        }
        Duration due = base.plus(position);
        next = due.plus(begins ? INTERVAL : position.minus(last));
        last = position;
        return due;
    }
}
