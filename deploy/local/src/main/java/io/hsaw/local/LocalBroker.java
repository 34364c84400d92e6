package io.hsaw.local;

import io.hsaw.broker.BrokerStartException;
import io.hsaw.broker.EmbeddedBroker;
import io.hsaw.contracts.Topics;
import io.hsaw.messaging.TopicMismatchException;
import io.hsaw.messaging.TopicSetup;
import io.quarkus.runtime.Application;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The embedded broker of a command. However the process ends (done, failed, Ctrl-C), the broker stops after the
 * services that use it, and a temporary data folder is deleted.
 */
final class LocalBroker implements AutoCloseable {

    private final EmbeddedBroker broker;
    private final Path temporary;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile Runnable usersEnd = () -> { };

    private LocalBroker(EmbeddedBroker broker, Path temporary) {
        this.broker = broker;
        this.temporary = temporary;
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            Application services = Application.currentApplication();
            if (services != null) {
                services.awaitShutdown();
            }
            usersEnd.run();
            close();
        }, "stop broker"));
    }

    /** A broker whose data stay: started again on the same folder it goes on where it was. */
    static LocalBroker on(Path data, int port) {
        return new LocalBroker(start(data.resolve("kafka"), port), null);
    }

    /** A broker at a free port, with the pipeline's topics, whose data are deleted when it is closed. */
    static LocalBroker temporary() throws InterruptedException {
        try {
            Path folder = Files.createTempDirectory("hsaw-");
            LocalBroker broker = new LocalBroker(start(folder, 0), folder);
            new TopicSetup(broker.bootstrap(), Topics.all(), Topics.DEFAULT_PARTITIONS, 1).ensure();
            return broker;
        } catch (TopicMismatchException e) {
            throw new Failure(e.getMessage(), e);
        } catch (IOException e) {
            throw new Failure("cannot make a folder for temporary data in " + System.getProperty("java.io.tmpdir")
                    + ": " + e.getMessage() + "; make room there, or name another by TMPDIR", e);
        }
    }

    private static EmbeddedBroker start(Path folder, int port) {
        try {
            return EmbeddedBroker.start(folder, port);
        } catch (BrokerStartException e) {
            throw new Failure(e.getMessage(), e);
        }
    }

    /** What is done before the broker stops on a signal: ends others that use it. */
    void beforeStop(Runnable end) {
        usersEnd = end;
    }

    /** Host and port for clients. */
    String bootstrap() {
        return broker.bootstrapServers();
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        broker.close();
        if (temporary != null) {
            delete(temporary);
        }
    }

    /** Removes a folder and all that is in it. */
    static void delete(Path folder) {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, IOException e) throws IOException {
                    Files.deleteIfExists(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("temporary data stay behind in " + folder, e);
        }
    }
}
