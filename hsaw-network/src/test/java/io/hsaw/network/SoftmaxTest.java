package io.hsaw.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hsaw.contracts.Expression;
import org.junit.jupiter.api.Test;

class SoftmaxTest {

    @Test
    void logarithmsGiveTheirProportions() {
        double[] logits = {Math.log(1), Math.log(2), Math.log(3), Math.log(4), Math.log(5), Math.log(5), Math.log(20)};

        assertArrayEquals(new double[] {1 / 40.0, 2 / 40.0, 3 / 40.0, 4 / 40.0, 5 / 40.0, 5 / 40.0, 20 / 40.0},
                Softmax.of(logits, 1).toArray(), 1e-15);
    }

    @Test
    void aTemperatureOfTwoTakesTheRootOfTheProportions() {
        double[] logits = {Math.log(1), Math.log(4), Math.log(9), 0, 0, 0, 0};

        assertArrayEquals(new double[] {0.1, 0.2, 0.3, 0.1, 0.1, 0.1, 0.1}, Softmax.of(logits, 2).toArray(), 1e-15);
    }

    @Test
    void greatLogitsDoNotOverflow() {
        assertEquals(1, Softmax.of(new double[] {1e300, -1e300, 0, 0, 0, 0, 0}, 0.5).of(Expression.ANGER));
    }

    @Test
    void aLogitThatIsNoNumberIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Softmax.of(new double[] {0, Double.NaN, 0, 0, 0, 0, 0}, 1));
    }
}
