package io.hsaw.contracts;

/** A position in a picture, in pixels; (0, 0) is the outer corner of the first pixel, x to the right, y down. */
public record Point(double x, double y) {
    public Point {
        Checks.requireFinite("x", x);
        Checks.requireFinite("y", y);
    }
}
