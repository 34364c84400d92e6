package io.hsaw.local;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** The three stages as one Quarkus application inside this process; once per process. */
final class Services implements AutoCloseable {

    private static final CompletableFuture<Void> STARTED = new CompletableFuture<>();

    private final Thread thread;

    private Services(Thread thread) {
        this.thread = thread;
    }

    /**
     * Starts the services and returns when they run.
     *
     * @param bootstrap the broker, which need not answer yet
     * @param settings  configuration of the services, which goes before files and environment
     * @throws Failure if they cannot start, for instance without a model
     */
    static Services start(String bootstrap, Map<String, String> settings) throws InterruptedException {
        System.setProperty("kafka.bootstrap.servers", bootstrap);
        settings.forEach(System::setProperty);
        Thread thread = new Thread(() -> Quarkus.run(Running.class, (code, e) -> {
            if (e != null) {
                STARTED.completeExceptionally(e);
            }
        }), "services");
        thread.start();
        try {
            STARTED.get();
        } catch (ExecutionException e) {
            Throwable root = e.getCause();
            while (root.getCause() != null) {
                root = root.getCause();
            }
            throw new Failure("the services do not start: " + root.getMessage(), e);
        }
        return new Services(thread);
    }

    /** Waits until the services end, by a signal or because one of them cannot go on. */
    void await() throws InterruptedException {
        thread.join();
    }

    @Override
    public void close() {
        Quarkus.asyncExit();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What Quarkus runs: says that all is up, then waits. */
    public static final class Running implements QuarkusApplication {
        @Override
        public int run(String... args) {
            STARTED.complete(null);
            Quarkus.waitForExit();
            return Hsaw.DONE;
        }
    }
}
