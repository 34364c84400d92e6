package io.hsaw.messaging;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.MDC;

/** Works on the frames of one poll in parallel, on a fixed number of threads. */
public final class FrameWorkers implements AutoCloseable {

    /** More threads than any machine has use for. */
    public static final int MOST_THREADS = 1024;

    private static final long CLOSE_SECONDS = 30;

    /** Work on one frame. */
    @FunctionalInterface
    public interface Work<I, O> {
        O apply(I input) throws Exception;
    }

    private final ExecutorService threads;

    /**
     * @param name    what the threads are called
     * @param threads how many frames are worked on at a time
     * @throws IllegalArgumentException if that is less than 1
     */
    public FrameWorkers(String name, int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException(name + " needs at least 1 thread, found " + threads);
        }
        AtomicInteger number = new AtomicInteger();
        this.threads = Executors.newFixedThreadPool(threads, work -> {
            Thread thread = new Thread(() -> {
                MDC.put("stage", name);
                work.run();
            }, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * The results in the order of the inputs, once the work on all of them has ended.
     *
     * @throws ExecutionException   with the first failure as cause, if any failed
     * @throws InterruptedException if interrupted while waiting; work may then still be going on
     */
    public <I, O> List<O> map(List<I> inputs, Work<I, O> work) throws ExecutionException, InterruptedException {
        List<Future<O>> running = new ArrayList<>(inputs.size());
        for (I input : inputs) {
            running.add(threads.submit(() -> work.apply(input)));
        }
        List<O> results = new ArrayList<>(inputs.size());
        ExecutionException failure = null;
        for (Future<O> future : running) {
            try {
                results.add(future.get());
            } catch (ExecutionException e) {
                failure = failure == null ? e : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
        return results;
    }

    /** Ends the threads after the work in hand. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
