package io.hsaw.messaging;

import io.hsaw.messaging.HopStatus.Phase;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Looks at the process's hops from outside: every few seconds it asks Kafka how far each is behind in the partitions it
 * reads, on a thread and a connection of its own, so that a hop that stands still is seen.
 */
final class HopMonitor implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(HopMonitor.class);
    private static final Duration LONGEST_BETWEEN_LOOKS = Duration.ofSeconds(5);
    private static final int LOOKS_UNTIL_STUCK = 5;
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final ListOffsetsOptions COMMITTED = new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);

    private final String bootstrapServers;
    private final List<TransactionalHop> hops;
    private final Duration stuckAfter;
    private final Map<String, Standstill> standstills = new ConcurrentHashMap<>();
    private final Map<String, MultiGauge> lags = new ConcurrentHashMap<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "hop-monitor");

    /**
     * @param hops       to look at; may grow
     * @param stuckAfter how long one of them may stand still
     */
    HopMonitor(String bootstrapServers, List<TransactionalHop> hops, Duration stuckAfter) {
        this.bootstrapServers = bootstrapServers;
        this.hops = hops;
        this.stuckAfter = stuckAfter;
        thread.setDaemon(true);
    }

    /** Begins in the background, whether the broker is there or not. */
    void start() {
        thread.start();
    }

    /** Why the hop is held for stuck, for a person; empty if it is not. */
    Optional<String> stuck(TransactionalHop hop) {
        return standstill(hop).reason();
    }

    private Standstill standstill(TransactionalHop hop) {
        return standstills.computeIfAbsent(hop.name(), name -> new Standstill(stuckAfter, HopSession.REBALANCE));
    }

    private void run() {
        Duration tact = stuckAfter.dividedBy(LOOKS_UNTIL_STUCK);
        long between = Math.max(1, (tact.compareTo(LONGEST_BETWEEN_LOOKS) < 0 ? tact : LONGEST_BETWEEN_LOOKS).toMillis());
        try {
            while (!closing.await(between, TimeUnit.MILLISECONDS)) {
                try (Admin admin = admin()) {
                    do {
                        for (TransactionalHop hop : hops) {
                            look(hop, admin);
                        }
                    } while (!closing.await(between, TimeUnit.MILLISECONDS));
                    return;
                } catch (KafkaException e) {
                    LOG.debugf(e, "cannot connect to Kafka at %s", bootstrapServers); // the hops say so
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Admin admin() {
        return Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS));
    }

    private void look(TransactionalHop hop, Admin admin) throws InterruptedException {
        HopStatus status = hop.status();
        Standstill standstill = standstill(hop);
        if (status.phase() != Phase.READING && status.phase() != Phase.JOINING) {
            standstill.unknown();
            publish(hop, Map.of());
            return;
        }
        try {
            Map<Integer, Long> lag = lag(hop, status, admin);
            Optional<String> before = standstill.reason();
            standstill.seen(status, lag, System.nanoTime());
            if (before.isEmpty()) {
                standstill.reason().ifPresent(reason -> LOG.errorf("%s is not live: %s", hop.name(), reason));
            }
            publish(hop, lag);
        } catch (ExecutionException | RuntimeException e) { // nothing may end these looks
            LOG.debugf(e, "%s: cannot ask Kafka at %s how far it is behind", hop.name(), bootstrapServers);
            standstill.unknown();
            publish(hop, Map.of());
        }
    }

    /** By partition the committed records that are there and not yet worked on. */
    private static Map<Integer, Long> lag(TransactionalHop hop, HopStatus status, Admin admin)
            throws ExecutionException, InterruptedException {
        List<TopicPartition> partitions = status.partitions().stream()
                .map(partition -> new TopicPartition(hop.inputTopic(), partition)).toList();
        Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(
                Map.of(hop.name(), new ListConsumerGroupOffsetsSpec().topicPartitions(partitions)))
                .partitionsToOffsetAndMetadata(hop.name()).get();
        Map<TopicPartition, ListOffsetsResultInfo> oldest = offsets(admin, partitions, OffsetSpec.earliest());
        Map<TopicPartition, ListOffsetsResultInfo> end = offsets(admin, partitions, OffsetSpec.latest());
        Map<Integer, Long> lag = new TreeMap<>();
        for (TopicPartition partition : partitions) {
            OffsetAndMetadata done = committed.get(partition);
            long next = Math.max(oldest.get(partition).offset(), done == null ? 0 : done.offset());
            lag.put(partition.partition(), Math.max(0, end.get(partition).offset() - next));
        }
        return lag;
    }

    private static Map<TopicPartition, ListOffsetsResultInfo> offsets(Admin admin, List<TopicPartition> partitions,
            OffsetSpec spec) throws ExecutionException, InterruptedException {
        return admin.listOffsets(partitions.stream().collect(Collectors.toMap(Function.identity(), p -> spec)),
                COMMITTED).all().get();
    }

    private void publish(TransactionalHop hop, Map<Integer, Long> lag) {
        lags.computeIfAbsent(hop.name(), name -> MultiGauge.builder("hsaw.committed.lag")
                .description("Records of a partition that wait for this replica, by Kafka's account.")
                .tag("stage", name).register(Metrics.globalRegistry))
                .register(lag.entrySet().stream().map(partition -> MultiGauge.Row.of(
                        Tags.of("partition", String.valueOf(partition.getKey())), partition.getValue())).toList(), true);
    }

    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
