package io.hsaw.local;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hsaw.local.PipelineFigures.Percentiles;
import io.hsaw.messaging.Delivery;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PipelineFiguresTest {

    @Test
    void percentilesAreThoseOfTheNearestRank() {
        List<Double> values = IntStream.rangeClosed(1, 200).mapToObj(i -> (double) (201 - i)).toList();

        assertEquals(new Percentiles(100, 190, 198), Percentiles.of(values));
    }

    @Test
    void memoryIsTheMeanOfEachThird() {
        PipelineFigures figures = PipelineFigures.of(Delivery.EXACTLY_ONCE, 3, List.of(), Map.of(),
                List.of(1.0, 3.0, 10.0, 20.0, 5.0, 5.0));

        assertEquals(List.of(2.0, 15.0, 5.0), figures.residentMiB());
    }

    @Test
    void framesWithoutReplyAreCountedAsLost() {
        PipelineFigures run = PipelineFigures.of(Delivery.AT_LEAST_ONCE, 5, List.of(10.0, 20.0, 30.0, 40.0),
                Map.of("hsaw-inference", List.of(8.0)), List.of(100.0));

        assertEquals("""
                | delivery | frames | replies | lost | p50 ms | p95 ms | p99 ms | resident MiB by thirds |
                |---|---|---|---|---|---|---|---|
                | at-least-once | 5 | 4 | 1 | 20 | 40 | 40 | 0, 0, 100 |

                | part | at-least-once p50 ms | p95 ms |
                |---|---|---|
                | hsaw-inference | 8.0 | 8.0 |
                """, PipelineFigures.toMarkdown(List.of(run)));
    }
}
