package io.hsaw.contracts;

/**
 * What the parts of a face show.
 *
 * @param left  the person's own left half
 * @param right the person's own right half
 * @param whole the whole face by itself: P_all
 * @param agree whether left and right show the same expression
 */
public record HalvesReading(HalfReading left, HalfReading right, ExpressionReading whole, boolean agree) {
    public HalvesReading {
        Checks.requirePresent("left", left);
        Checks.requirePresent("right", right);
        Checks.requirePresent("whole", whole);
    }
}
