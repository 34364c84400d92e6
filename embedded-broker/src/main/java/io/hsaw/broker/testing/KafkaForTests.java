package io.hsaw.broker.testing;

import io.hsaw.broker.EmbeddedBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;

/**
 * A real Kafka for tests, empty at the start and gone at the end. The system property {@code hsaw.test.kafka} says
 * which: {@code embedded} (default) in this process, {@code docker} in a container.
 */
public final class KafkaForTests implements AutoCloseable {

    /** Name of the system property. */
    public static final String PROPERTY = "hsaw.test.kafka";

    private static final String IMAGE = "apache/kafka:4.1.1";

    private final String bootstrapServers;
    private final AutoCloseable broker;

    private KafkaForTests(String bootstrapServers, AutoCloseable broker) {
        this.bootstrapServers = bootstrapServers;
        this.broker = broker;
    }

    /**
     * Starts a broker of the kind that the system property names.
     *
     * @throws IllegalStateException if it cannot be started, with the reason in one line
     */
    public static KafkaForTests start() {
        String kind = System.getProperty(PROPERTY, "embedded");
        return switch (kind) {
            case "embedded" -> embedded();
            case "docker" -> InDocker.start();
            default -> throw new IllegalStateException(
                    PROPERTY + " must be embedded or docker, found " + kind);
        };
    }

    private static KafkaForTests embedded() {
        try {
            Path directory = Files.createTempDirectory("hsaw-kafka");
            EmbeddedBroker broker = EmbeddedBroker.start(directory, 0);
            return new KafkaForTests(broker.bootstrapServers(), () -> {
                broker.close();
                delete(directory);
            });
        } catch (IOException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private static void delete(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Host and port for clients. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    @Override
    public void close() {
        try {
            broker.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Exception e) {
            throw new IllegalStateException("cannot stop Kafka", e);
        }
    }

    /** Apart, so that Testcontainers need not be there in the other mode. */
    private static final class InDocker {

        static KafkaForTests start() {
            if (!DockerClientFactory.instance().isDockerAvailable()) {
                throw new IllegalStateException("The tests are to run on Kafka in a container (" + PROPERTY
                        + "=docker), but no Docker answers here. Start Docker, or leave out -Pdocker.");
            }
            KafkaContainer container = new KafkaContainer(IMAGE)
                    .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
                    .withEnv("KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS", "0")
                    .withEnv("KAFKA_TRANSACTION_ABORT_TIMED_OUT_TRANSACTION_CLEANUP_INTERVAL_MS", "1000");
            container.start();
            return new KafkaForTests(container.getBootstrapServers(), container);
        }
    }
}
