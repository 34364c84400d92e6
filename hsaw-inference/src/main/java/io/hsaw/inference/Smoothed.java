package io.hsaw.inference;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.Probabilities;
import java.time.Duration;

/**
 * A track's expression over time: probabilities that follow those of the frames exponentially, and an expression that
 * changes only after another one has been the most probable for the least dwell time.
 *
 * @param probabilities smoothed, unrounded
 * @param expression    the one shown; while {@code candidate} waits it need not be the most probable
 * @param candidate     the most probable one if it is not the one shown, else null
 * @param candidateFor  how long it has been the most probable
 */
public record Smoothed(Probabilities probabilities, Expression expression, Expression candidate,
        Duration candidateFor) {

    /** At first sight: the probabilities as they are. */
    static Smoothed first(Probabilities seen) {
        return new Smoothed(seen, seen.mostProbable(), null, Duration.ZERO);
    }

    /**
     * After one more frame.
     *
     * @param seen    the frame's probabilities
     * @param elapsed time since the face was last seen, not negative
     */
    Smoothed next(Probabilities seen, Duration elapsed, TrackSettings settings) {
        Probabilities now = blend(seen, share(elapsed, settings.timeConstant()));
        Expression leading = now.mostProbable();
        if (leading == expression) {
            return new Smoothed(now, expression, null, Duration.ZERO);
        }
        Duration leadingFor = leading == candidate ? candidateFor.plus(elapsed) : Duration.ZERO;
        return leadingFor.compareTo(settings.dwell()) >= 0
                ? new Smoothed(now, leading, null, Duration.ZERO)
                : new Smoothed(now, expression, leading, leadingFor);
    }

    /** The newest frame's share, {@code 1 - exp(-elapsed / timeConstant)}: the frame rate makes no difference. */
    private static double share(Duration elapsed, Duration timeConstant) {
        return timeConstant.isZero() ? 1 : -Math.expm1(-seconds(elapsed) / seconds(timeConstant));
    }

    private static double seconds(Duration duration) {
        return duration.getSeconds() + duration.getNano() * 1e-9;
    }

    private Probabilities blend(Probabilities seen, double share) {
        double[] old = probabilities.toArray();
        double[] blended = seen.toArray();
        for (int i = 0; i < blended.length; i++) {
            blended[i] = (1 - share) * old[i] + share * blended[i];
        }
        return Probabilities.of(blended);
    }
}
