package io.hsaw.local;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** The three stages as one Quarkus application inside this process; once per process. */
final class Services implements AutoCloseable {

    private static final CompletableFuture<Void> STARTED = new CompletableFuture<>();

    private final CompletableFuture<Integer> ended;

    private Services(CompletableFuture<Integer> ended) {
        this.ended = ended;
    }

    /**
     * Starts the services and returns when they run.
     *
     * @param bootstrap the broker, which need not answer yet
     * @param settings  configuration of the services, which goes before files and environment
     * @throws Failure if they cannot start, for instance without a model
     */
    static Services start(String bootstrap, Map<String, String> settings) throws InterruptedException {
        System.setProperty("hsaw.messaging.bootstrap", bootstrap);
        settings.forEach(System::setProperty);
        CompletableFuture<Integer> ended = new CompletableFuture<>();
        new Thread(() -> Quarkus.run(Running.class, (code, e) -> {
            STARTED.completeExceptionally(e != null ? e : new IllegalStateException("they end at once"));
            ended.complete(code);
        }), "services").start();
        try {
            STARTED.get();
        } catch (ExecutionException e) {
            throw new Failure("the services do not start: " + rootMessage(e.getCause()), e);
        }
        return new Services(ended);
    }

    private static String rootMessage(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }

    /** @throws Failure if the services have ended, because one of them cannot go on */
    void check() {
        if (ended.isDone()) {
            throw new Failure("the services have stopped; the log above says why");
        }
    }

    @Override
    public void close() {
        Quarkus.asyncExit();
        ended.join();
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
