package io.hsaw.trainer.dataset;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Frames samples on several threads, each with a {@link SampleFramer} of its own. To be closed. */
public final class ParallelFramer implements AutoCloseable {

    /** Samples between two calls of a progress listener. */
    private static final int CHUNK = 256;

    private final ExecutorService threads;
    private final BlockingQueue<SampleFramer> idle = new LinkedBlockingQueue<>();

    /** @param threads how many samples are framed at a time */
    public ParallelFramer(int threads) {
        this.threads = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "sample-framer");
            thread.setDaemon(true);
            return thread;
        });
        for (int i = 0; i < threads; i++) {
            idle.add(new SampleFramer());
        }
    }

    /**
     * Frames samples.
     *
     * @return in the order given
     * @throws DataSetException if one of them cannot be read; the others are then not waited for
     */
    public List<FramedSample> frame(List<SampleRef> samples) throws DataSetException, InterruptedException {
        List<Future<FramedSample>> pending = new ArrayList<>(samples.size());
        for (SampleRef sample : samples) {
            pending.add(threads.submit(() -> frame(sample)));
        }
        try {
            List<FramedSample> framed = new ArrayList<>(samples.size());
            for (Future<FramedSample> one : pending) {
                framed.add(one.get());
            }
            return framed;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof DataSetException damaged) {
                throw damaged;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            pending.forEach(one -> one.cancel(false));
        }
    }

    /** What takes framed samples as they come. */
    interface Sink {
        void take(SampleRef sample, FramedSample framed) throws DataSetException;
    }

    /** Frames many samples and hands them on in the order given, so that only a few are in memory. */
    void frame(List<SampleRef> samples, Progress progress, Sink sink) throws DataSetException, InterruptedException {
        for (int from = 0; from < samples.size(); from += CHUNK) {
            List<SampleRef> chunk = samples.subList(from, Math.min(samples.size(), from + CHUNK));
            List<FramedSample> framed = frame(chunk);
            for (int i = 0; i < chunk.size(); i++) {
                sink.take(chunk.get(i), framed.get(i));
            }
            progress.at(from + chunk.size(), samples.size());
        }
    }

    private FramedSample frame(SampleRef sample) throws DataSetException, InterruptedException {
        SampleFramer framer = idle.take();
        try {
            return framer.frame(sample.read());
        } finally {
            idle.add(framer);
        }
    }

    /** Waits for what is being framed. */
    @Override
    public void close() throws InterruptedException {
        threads.shutdownNow();
        threads.awaitTermination(1, TimeUnit.MINUTES);
        idle.forEach(SampleFramer::close);
    }
}
