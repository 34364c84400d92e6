package io.hsaw.inference;

import java.time.Duration;

/**
 * How faces are followed and their expressions smoothed. Times are those of the pictures ({@code capturedAt}).
 *
 * @param leastOverlap intersection over union, above 0 and at most 1, from which a face is taken for the one of an
 *                     earlier frame. Default 0.3: at 30 frames/s a face overlaps with itself by far more, and a head
 *                     that turns or comes nearer at 5 frames/s still does; two heads side by side do not.
 * @param gap          how long a face may be out of sight and keep its track. Default 2 s: longer than a hand before
 *                     the face or a few lost frames, shorter than it takes two people to change places unseen. It is
 *                     also the longest time between two frames of a camera that are taken to follow each other, so a
 *                     camera with fewer than one frame in two seconds needs a longer one.
 * @param timeConstant after which a new expression makes up 63 % of the smoothed probabilities; 0 switches smoothing
 *                     off. Default 0.5 s: facial expressions last from about half a second to some seconds, so a
 *                     lasting one comes through and a single misread frame does not.
 * @param dwell        how long another expression must have been the most probable of the smoothed ones before the
 *                     track changes to it; 0 changes at once. Default 0.3 s: keeps two equally probable ones from
 *                     alternating.
 */
public record TrackSettings(double leastOverlap, Duration gap, Duration timeConstant, Duration dwell) {

    private static final Duration LONGEST = Duration.ofDays(365);

    /** The defaults named above. */
    public static final TrackSettings DEFAULT =
            new TrackSettings(0.3, Duration.ofSeconds(2), Duration.ofMillis(500), Duration.ofMillis(300));

    /** @throws IllegalArgumentException if a value is out of range; the message names it */
    public TrackSettings {
        if (!(leastOverlap > 0 && leastOverlap <= 1)) {
            throw new IllegalArgumentException("the least overlap must lie in (0, 1], found " + leastOverlap);
        }
        requireInRange("gap", gap);
        requireInRange("time constant", timeConstant);
        requireInRange("dwell time", dwell);
    }

    private static void requireInRange(String name, Duration value) {
        if (value == null || value.isNegative() || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "the " + name + " must lie between 0 and " + LONGEST.toDays() + " days, found " + value);
        }
    }
}
