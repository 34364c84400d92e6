package io.hsaw.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FrameWorkersTest {

    private final FrameWorkers workers = new FrameWorkers("test", 2);

    @AfterEach
    void close() {
        workers.close();
    }

    @Test
    void resultsComeInTheOrderOfTheInputsWhicheverIsDoneFirst() throws Exception {
        CountDownLatch secondDone = new CountDownLatch(1);
        List<Integer> results = workers.map(List.of(1, 2, 3), i -> {
            if (i == 1) {
                secondDone.await();
            } else {
                secondDone.countDown();
            }
            return 10 * i;
        });
        assertEquals(List.of(10, 20, 30), results);
    }

    @Test
    void noThreadsAreRefusedByTheStagesName() {
        Exception refused = assertThrows(IllegalArgumentException.class, () -> new FrameWorkers("face-detector", 0));
        assertEquals("face-detector needs at least 1 thread, found 0", refused.getMessage());
    }

    @Test
    void theFirstFailureIsThrownOnceAllWorkHasEnded() {
        Queue<Integer> done = new ConcurrentLinkedQueue<>();
        IllegalStateException first = new IllegalStateException("first");
        ExecutionException thrown = assertThrows(ExecutionException.class,
                () -> workers.map(IntStream.range(0, 50).boxed().toList(), i -> {
                    done.add(i);
                    if (i == 3) {
                        throw first;
                    }
                    if (i == 20) {
                        throw new IllegalStateException("second");
                    }
                    return i;
                }));
        assertSame(first, thrown.getCause());
        assertEquals(50, done.size());
    }
}
