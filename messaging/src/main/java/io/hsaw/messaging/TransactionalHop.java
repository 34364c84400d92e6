package io.hsaw.messaging;

import io.hsaw.messaging.HopStatus.Phase;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

/**
 * Reads a topic, has a {@link Stage} work on it, and writes what comes of it: one poll is one batch is one transaction.
 * Any failure of Kafka's drops both clients and starts again at the last committed offsets, so there is no recovery
 * code to get wrong; a failure of the work is answered record by record and never stops the flow. Waits for a broker
 * that is away.
 */
public final class TransactionalHop implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(TransactionalHop.class);
    private static final long LEAST_WAIT_MILLIS = 100;
    private static final long MOST_WAIT_MILLIS = 5_000;
    /** A session that held this long was sound: the next wait is the least one again. */
    private static final Duration SOUND_SESSION = Duration.ofSeconds(30);
    private static final long CLOSE_SECONDS = 30;

    private final HopSettings settings;
    private final TopicSetup topics;
    private final Stage stage;
    private final Runnable onFailed;
    private final HopMetrics metrics;
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile Phase phase = Phase.STOPPED;
    private volatile String detail = "not started";
    private volatile Set<Integer> partitions = Set.of();

    /**
     * @param topics   made and checked each time before the topic is read
     * @param onFailed run once, on the hop's thread, if the hop ends by what waiting does not mend; its reason has been
     *                 logged by then
     */
    public TransactionalHop(HopSettings settings, TopicSetup topics, Stage stage, Runnable onFailed) {
        this.settings = settings;
        this.topics = topics;
        this.stage = stage;
        this.onFailed = onFailed;
        this.metrics = new HopMetrics(settings.name());
        this.thread = new Thread(this::run, "hop-" + settings.name());
    }

    /** Begins in the background, whether the broker is there or not. */
    public void start() {
        thread.start();
    }

    /** The stage's name. */
    public String name() {
        return settings.name();
    }

    /** What it reads. */
    String inputTopic() {
        return settings.inputTopic();
    }

    /** How the hop is doing now. */
    public HopStatus status() {
        return new HopStatus(phase, detail, partitions, metrics.commits());
    }

    /** Ends after the batch in hand and its commit. */
    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
            if (thread.isAlive()) {
                LOG.warnf("%s: still at work after %d s; its batch will be done again at the next start.",
                        settings.name(), CLOSE_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        MDC.put("stage", settings.name());
        MDC.put("replica", settings.replica());
        try {
            runUntilClosed();
            enter(Phase.STOPPED, "closed");
        } catch (TopicMismatchException e) {
            fail(e.getMessage(), null);
        } catch (InterruptedException | Error e) {
            fail(settings.name() + " ended by " + e, e);
        }
    }

    private void fail(String reason, Throwable cause) {
        enter(Phase.FAILED, reason);
        try {
            LOG.error(reason, cause);
        } finally {
            onFailed.run(); // whatever else fails where memory has run out
        }
    }

    private void runUntilClosed() throws InterruptedException, TopicMismatchException {
        long wait = LEAST_WAIT_MILLIS;
        while (open()) {
            long began = System.nanoTime();
            try {
                enter(Phase.WAITING, "for Kafka at " + settings.bootstrapServers());
                topics.ensure();
                session();
            } catch (RuntimeException e) {
                if (System.nanoTime() - began > SOUND_SESSION.toNanos()) {
                    wait = LEAST_WAIT_MILLIS;
                }
                enter(Phase.WAITING, explain(e));
                LOG.warnf("%s: %s", settings.name(), detail);
                LOG.debugf(e, "%s: what went wrong", settings.name());
                closing.await(wait, TimeUnit.MILLISECONDS);
                wait = Math.min(2 * wait, MOST_WAIT_MILLIS);
            }
        }
    }

    private void session() throws InterruptedException {
        try (HopSession session = new HopSession(settings, stage, metrics)) {
            while (open()) {
                ConsumerRecords<byte[], byte[]> records = session.read();
                show(session, !records.isEmpty()); // before the work: if that never ends, this is what is seen of it
                session.seeThrough(records);
            }
            session.stopped();
        } finally {
            partitions = Set.of();
        }
    }

    private void show(HopSession session, boolean working) {
        partitions = session.partitions();
        Optional<String> complaint = session.complaint();
        Optional<String> restoring = session.restoring();
        if (complaint.isPresent() && !working) {
            enter(session.joining() ? Phase.JOINING : Phase.WAITING, complaint.get());
        } else if (restoring.isPresent() && partitions.isEmpty()) {
            enter(Phase.WAITING, restoring.get());
        } else {
            enter(Phase.READING, "topic " + settings.inputTopic() + restoring.map(", "::concat).orElse(""));
        }
    }

    private boolean open() {
        return closing.getCount() > 0;
    }

    private void enter(Phase next, String nextDetail) {
        if (next == Phase.READING && phase != Phase.READING) {
            LOG.infof("%s: reading topic %s of Kafka at %s as replica %s, %s.", settings.name(),
                    settings.inputTopic(), settings.bootstrapServers(), settings.replica(), settings.delivery());
        }
        detail = nextDetail;
        phase = next;
    }

    private String explain(RuntimeException e) {
        Throwable root = e;
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof ProducerFencedException || t instanceof FencedInstanceIdException
                    || t instanceof InvalidProducerEpochException) {
                return "another process took over as replica " + settings.replica() + ", or the broker gave this one"
                        + " up; starting again. If this repeats, give each process that runs " + settings.name()
                        + " its own hsaw.messaging.replica (" + t.getClass().getSimpleName() + ")";
            }
            root = t;
        }
        if (root instanceof TimeoutException) {
            return "waiting for Kafka at " + settings.bootstrapServers() + ", which does not answer";
        }
        String reason = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
        return e instanceof KafkaException
                ? "starting again with Kafka at " + settings.bootstrapServers() + ": " + reason
                : "starting again after a fault: " + root.getClass().getSimpleName() + ": " + reason;
    }
}
