package io.hsaw.network.weights;

import java.util.Arrays;

/**
 * Numbers with a shape, in row-major order.
 *
 * @param shape  sizes per dimension
 * @param values as many as the product of the sizes; not copied
 */
public record Tensor(long[] shape, float[] values) {

    public Tensor {
        if (size(shape) != values.length) {
            throw new IllegalArgumentException("a tensor of shape " + Arrays.toString(shape) + " has " + size(shape)
                    + " values, found " + values.length);
        }
    }

    /** Number of values in a tensor of this shape. */
    public static long size(long... shape) {
        long size = 1;
        for (long d : shape) {
            size = Math.multiplyExact(size, d);
        }
        return size;
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Tensor other && Arrays.equals(shape, other.shape) && Arrays.equals(values, other.values);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(shape) + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "Tensor" + Arrays.toString(shape);
    }
}
