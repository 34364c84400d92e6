package io.hsaw.trainer.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.contracts.Expression;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WrongLabelsTest {

    private static final List<Expression> LABELS = IntStream.range(0, 1000)
            .mapToObj(i -> i % 3 == 0 ? Expression.FEAR : i % 3 == 1 ? Expression.ANGER : Expression.NEUTRAL).toList();

    @Test
    void exactlyTheShareIsWrongAndOnlyClassesThatOccurAreUsed() {
        List<Expression> wrong = WrongLabels.of(LABELS, 0.1, 1);

        assertEquals(100, IntStream.range(0, 1000).filter(i -> wrong.get(i) != LABELS.get(i)).count());
        assertTrue(LABELS.containsAll(wrong));
    }

    @Test
    void theSameSeedGivesTheSameAndAnotherOthers() {
        assertEquals(WrongLabels.of(LABELS, 0.1, 1), WrongLabels.of(LABELS, 0.1, 1));
        assertNotEquals(WrongLabels.of(LABELS, 0.1, 1), WrongLabels.of(LABELS, 0.1, 2));
    }

    @Test
    void noShareLeavesAllAndOneLeavesNone() {
        assertEquals(LABELS, WrongLabels.of(LABELS, 0, 1));
        List<Expression> all = WrongLabels.of(LABELS, 1, 1);
        assertTrue(IntStream.range(0, 1000).allMatch(i -> all.get(i) != LABELS.get(i)));
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> WrongLabels.of(LABELS, 1.5, 1));
        assertThrows(IllegalArgumentException.class, () -> WrongLabels.of(List.of(Expression.FEAR, Expression.FEAR), 0.5, 1));
    }
}
