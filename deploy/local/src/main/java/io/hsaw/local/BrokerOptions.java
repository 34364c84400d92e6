package io.hsaw.local;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import picocli.CommandLine.Option;

/** Options of the commands that talk to a broker which is already there. */
final class BrokerOptions {

    private static final int ANSWER_MILLIS = 2_000;
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);

    @Option(names = "--bootstrap", paramLabel = "HOST:PORT",
            defaultValue = "${env:KAFKA_BOOTSTRAP_SERVERS:-127.0.0.1:9092}",
            description = "The Kafka broker (default: $KAFKA_BOOTSTRAP_SERVERS or 127.0.0.1:9092).")
    String bootstrap;

    @Option(names = "--wait", paramLabel = "SECONDS", defaultValue = "60",
            description = "How long to wait for the broker and its topics (default: ${DEFAULT-VALUE}).")
    int waitSeconds;

    /** For commands that wait as long as it takes. */
    static BrokerOptions forever(String bootstrap) {
        BrokerOptions options = new BrokerOptions();
        options.bootstrap = bootstrap;
        options.waitSeconds = Integer.MAX_VALUE;
        return options;
    }

    /**
     * Returns as soon as the broker answers and has the topics; says once what it waits for.
     *
     * @throws Failure if that takes longer than {@code --wait}
     */
    void await(List<String> topics, PrintWriter err) {
        long end = System.nanoTime() + Duration.ofSeconds(waitSeconds).toNanos();
        boolean said = false;
        try (Admin admin = Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_MILLIS,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_MILLIS))) {
            while (true) {
                String missing = missing(admin, topics);
                if (missing == null) {
                    return;
                }
                if (System.nanoTime() >= end) {
                    throw new Failure(missing + "; start one with ./hsaw up, or name another with --bootstrap");
                }
                if (!said) {
                    err.printf("hsaw: %s; waiting up to %d s for ./hsaw up%n", missing, waitSeconds);
                    err.flush();
                    said = true;
                }
                LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
            }
        } catch (KafkaException e) {
            throw new Failure("cannot use the broker address '" + bootstrap + "': give HOST:PORT of a host that exists",
                    e);
        }
    }

    private String missing(Admin admin, List<String> topics) {
        try {
            admin.describeTopics(topics).allTopicNames().get();
            return null;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return "the broker at " + bootstrap + " does not have all of the topics " + String.join(", ", topics);
            }
            if (e.getCause() instanceof RetriableException) {
                return "no Kafka broker answers at " + bootstrap;
            }
            throw new Failure("the broker at " + bootstrap + " refuses: " + e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure("interrupted while waiting for the broker at " + bootstrap, e);
        }
    }
}
