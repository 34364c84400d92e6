package io.hsaw.contracts;

/**
 * An upright rectangle in picture pixels; may reach beyond the picture where a face does.
 *
 * @param x      of the left edge
 * @param y      of the upper edge
 * @param width  not negative
 * @param height not negative
 */
public record Box(double x, double y, double width, double height) {
    public Box {
        Checks.requireFinite("x", x);
        Checks.requireFinite("y", y);
        Checks.requireFinite("width", width);
        Checks.requireFinite("height", height);
        Checks.require(width >= 0 && height >= 0, "width and height must not be negative, found %s x %s", width,
                height);
    }

    /** Area in square pixels. */
    public double area() {
        return width * height;
    }

    /** Intersection over union with another box, 0 (apart) to 1 (the same). */
    public double overlap(Box other) {
        double w = Math.min(x + width, other.x + other.width) - Math.max(x, other.x);
        double h = Math.min(y + height, other.y + other.height) - Math.max(y, other.y);
        if (w <= 0 || h <= 0) {
            return 0;
        }
        double common = w * h;
        return common / (area() + other.area() - common);
    }
}
