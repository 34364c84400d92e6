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
        return each(samples, (framer, sample) -> framer.frame(sample.read()));
    }

    /** What is done with one sample. */
    public interface Work<S, R> {
        R with(SampleFramer framer, S sample) throws DataSetException;
    }

    /**
     * Does the same with each sample, several at a time.
     *
     * @return what came of it, in the order given
     * @throws DataSetException if the work throws it for one of them; the others are then not waited for
     */
    public <S, R> List<R> each(List<S> samples, Work<S, R> work) throws DataSetException, InterruptedException {
        List<Future<R>> pending = new ArrayList<>(samples.size());
        for (S sample : samples) {
            pending.add(threads.submit(() -> with(sample, work)));
        }
        try {
            List<R> results = new ArrayList<>(samples.size());
            for (Future<R> one : pending) {
                results.add(one.get());
            }
            return results;
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

    private <S, R> R with(S sample, Work<S, R> work) throws DataSetException, InterruptedException {
        SampleFramer framer = idle.take();
        try {
            return work.with(framer, sample);
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
