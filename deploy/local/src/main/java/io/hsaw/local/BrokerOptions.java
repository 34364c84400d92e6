package io.hsaw.local;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
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

    /**
     * Returns as soon as the broker answers and has the topics; says once what it waits for.
     *
     * @throws Failure if that takes longer than {@code --wait}
     */
    void await(List<String> topics, PrintWriter err) {
        long end = System.nanoTime() + Duration.ofSeconds(waitSeconds).toNanos();
        await(bootstrap, topics, err, "; waiting up to " + waitSeconds + " s for ./hsaw up", missing -> {
            if (System.nanoTime() - end >= 0) {
                throw new Failure(missing + "; start one with ./hsaw up, or name another with --bootstrap");
            }
        });
    }

    /**
     * Returns as soon as the broker answers and has the topics, however long that takes; says once what it waits for.
     *
     * @param goOn called between two looks with what is missing; throws if there is nothing to wait for any more
     */
    static void await(String bootstrap, List<String> topics, PrintWriter err, String waiting, Consumer<String> goOn) {
        boolean said = false;
        try (Admin admin = Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, ANSWER_MILLIS,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_MILLIS))) {
            while (true) {
                String missing = missing(admin, bootstrap, topics);
                if (missing == null) {
                    return;
                }
                goOn.accept(missing);
                if (!said) {
                    err.printf("hsaw: %s%s%n", missing, waiting);
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

    private static String missing(Admin admin, String bootstrap, List<String> topics) {
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
