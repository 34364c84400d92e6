package io.hsaw.inference;

import static io.hsaw.contracts.Expression.ANGER;
import static io.hsaw.contracts.Expression.HAPPINESS;
import static io.hsaw.inference.TestFaces.surely;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.hsaw.contracts.Expression;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SmoothedTest {

    private static final TrackSettings SETTINGS = TrackSettings.DEFAULT;

    @Test
    void atFirstSightTheSmoothedProbabilitiesAreThoseOfTheFrame() {
        Smoothed first = Smoothed.first(surely(HAPPINESS));

        assertEquals(surely(HAPPINESS), first.probabilities());
        assertEquals(HAPPINESS, first.expression());
    }

    @Test
    void afterOneTimeConstantTheNewExpressionMakesUpSixtyThreePercent() {
        Smoothed after = Smoothed.first(surely(HAPPINESS)).next(surely(ANGER), Duration.ofMillis(500), SETTINGS);

        assertEquals(0.6321205588, after.probabilities().of(ANGER), 1e-9);
        assertEquals(0.3678794412, after.probabilities().of(HAPPINESS), 1e-9);
    }

    @Test
    void theFrameRateMakesNoDifference() {
        Smoothed slow = Smoothed.first(surely(HAPPINESS)).next(surely(ANGER), Duration.ofMillis(400), SETTINGS);
        Smoothed fast = Smoothed.first(surely(HAPPINESS));
        for (int i = 0; i < 40; i++) {
            fast = fast.next(surely(ANGER), Duration.ofMillis(10), SETTINGS);
        }

        assertEquals(slow.probabilities().of(ANGER), fast.probabilities().of(ANGER), 1e-12);
    }

    @Test
    void theExpressionChangesWhenAnotherHasLedForTheDwellTime() {
        Smoothed leads = Smoothed.first(surely(HAPPINESS)).next(surely(ANGER), Duration.ofMillis(500), SETTINGS);
        Smoothed waits = leads.next(surely(ANGER), Duration.ofMillis(299), SETTINGS);
        Smoothed changed = waits.next(surely(ANGER), Duration.ofMillis(1), SETTINGS);

        assertEquals(HAPPINESS, leads.expression());
        assertEquals(ANGER, leads.candidate());
        assertEquals(HAPPINESS, waits.expression());
        assertEquals(ANGER, changed.expression());
        assertNull(changed.candidate());
    }

    @Test
    void anExpressionThatLosesTheLeadStartsItsDwellTimeAgain() {
        Smoothed leads = Smoothed.first(surely(HAPPINESS)).next(surely(ANGER), Duration.ofMillis(500), SETTINGS);
        Smoothed lost = leads.next(surely(HAPPINESS), Duration.ofMillis(250), SETTINGS);
        Smoothed again = lost.next(surely(ANGER), Duration.ofMillis(250), SETTINGS);

        assertNull(lost.candidate());
        assertEquals(HAPPINESS, again.expression());
        assertEquals(Duration.ZERO, again.candidateFor());
    }

    @Test
    void oneMisreadFrameChangesNothing() {
        Smoothed smoothed = Smoothed.first(surely(HAPPINESS)).next(surely(ANGER), Duration.ofMillis(33), SETTINGS);

        assertEquals(HAPPINESS, smoothed.probabilities().mostProbable());
        assertEquals(HAPPINESS, smoothed.expression());
    }

    @Test
    void withoutTimeConstantAndDwellEveryFrameIsTakenAsItIs() {
        TrackSettings plain = new TrackSettings(0.3, Duration.ofSeconds(2), Duration.ZERO, Duration.ZERO);
        Smoothed smoothed = Smoothed.first(surely(HAPPINESS));
        for (Expression expression : Expression.values()) {
            smoothed = smoothed.next(surely(expression), Duration.ofMillis(1), plain);

            assertEquals(surely(expression), smoothed.probabilities());
            assertEquals(expression, smoothed.expression());
        }
    }
}
