package io.hsaw.inference.service;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The model that reads faces now, and the one that takes its place. The place is taken between two batches, by the thread
 * that works on them: so all replies of a batch come from one model, and nobody uses the old one any more when its memory
 * is given back.
 */
final class ModelInUse {

    private final AtomicReference<RunningModel> next = new AtomicReference<>();
    private final CountDownLatch chosen;
    private volatile RunningModel current;
    private boolean closed;

    /**
     * @param first  to begin with
     * @param chosen whether it is the one to begin with; else no batch begins before {@link #chosen()}
     */
    ModelInUse(RunningModel first, boolean chosen) {
        current = first;
        this.chosen = new CountDownLatch(chosen ? 0 : 1);
    }

    /** The first batch may begin. */
    void chosen() {
        chosen.countDown();
    }

    /** Takes over from the next batch on. From any thread. */
    synchronized void replaceBy(RunningModel model) {
        if (closed) {
            model.free().run();
            return;
        }
        RunningModel unused = next.getAndSet(model);
        if (unused != null) {
            unused.free().run();
        }
    }

    /** The model for the batch that begins. For the thread that works on batches only. */
    RunningModel forBatch() throws InterruptedException {
        chosen.await();
        betweenBatches();
        return current;
    }

    /** No batch is in hand. For the thread that works on batches only. */
    void betweenBatches() {
        RunningModel model = next.getAndSet(null);
        if (model != null) {
            RunningModel old = current;
            current = model;
            old.free().run();
        }
    }

    /** The model of the last batch. */
    RunningModel current() {
        return current;
    }

    /** No batch comes any more. */
    synchronized void close() {
        closed = true;
        betweenBatches();
        current.free().run();
    }
}
