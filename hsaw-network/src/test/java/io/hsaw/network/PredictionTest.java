package io.hsaw.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class PredictionTest {

    private final Prediction prediction = new Prediction(new double[] {1, 1, 1, 1, 1, 1, 1},
            new double[] {1, 2, 3, 4, 5, 6, 7}, new double[] {8, 8, 8, 8, 0, 0, -8}, 0.5, 0.25);

    @Test
    void auxIsEquation5() {
        assertArrayEquals(new double[] {2.5, 3, 3.5, 4, 2.5, 3, 1.5}, prediction.aux());
    }

    @Test
    void fusedIsEquation6() {
        assertArrayEquals(new double[] {3.5, 4, 4.5, 5, 3.5, 4, 2.5}, prediction.fused());
    }

    @Test
    void sixLogitsAreRefused() {
        assertThrows(IllegalArgumentException.class,
                () -> new Prediction(new double[7], new double[6], new double[7], 0.5, 0.5));
    }
}
