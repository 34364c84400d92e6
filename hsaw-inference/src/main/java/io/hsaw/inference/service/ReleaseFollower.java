package io.hsaw.inference.service;

import io.hsaw.contracts.FrameLimits;
import io.hsaw.contracts.ModelRelease;
import io.hsaw.contracts.ModelRelease.Role;
import io.hsaw.contracts.Rejection;
import io.hsaw.contracts.Topics;
import io.hsaw.messaging.ModelReleases;
import io.hsaw.messaging.TopicFollower;
import io.hsaw.messaging.TopicMismatchException;
import io.hsaw.messaging.TopicSetup;
import io.hsaw.network.InvalidModelException;
import io.hsaw.network.store.ModelStore;
import io.hsaw.network.store.ModelStoreException;
import io.hsaw.network.store.StoredModel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

/**
 * Follows topic {@code model-releases} on a thread of its own: loads each new champion from the store beside the model that
 * runs, and lets it take over once it has passed its self-check. One that cannot be taken is refused: the one before goes
 * on, and topic, health and metrics say why. A store that cannot be read is tried again until it can.
 */
final class ReleaseFollower implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(ReleaseFollower.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration STORE_AGAIN = Duration.ofSeconds(10);
    private static final long LEAST_WAIT_MILLIS = 100;
    private static final long MOST_WAIT_MILLIS = 5_000;
    private static final int WRITE_MILLIS = 5_000;
    private static final long CLOSE_SECONDS = 30;

    /** Loads a model from a folder, with a self-check. */
    @FunctionalInterface
    interface Loader {

        /** @param cardSha256 of the model's card */
        RunningModel load(Path directory, String cardSha256) throws InvalidModelException;
    }

    /** A champion that does not run, and why. */
    private record Refusal(ModelRelease release, String reason) {
    }

    private final String bootstrapServers;
    private final String replica;
    private final TopicSetup topics;
    private final ModelStore store;
    private final Path configured;
    private final Loader loader;
    private final ModelInUse models;
    private final ModelMetrics metrics;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "model-releases");
    private volatile TopicFollower topic;
    private volatile String state = "the topic has not been read yet";
    private volatile Refusal refusal;
    private volatile boolean chosen;
    /** The card's hash of the newest model that was loaded; null for the configured one. */
    private String newest;
    private boolean refusalTold;
    private long storeAgainNanos;

    /**
     * @param topics     made and checked before they are read
     * @param configured folder of the model that runs without a champion; {@code models} begins with it
     */
    ReleaseFollower(String bootstrapServers, String replica, TopicSetup topics, ModelStore store, Path configured,
            Loader loader, ModelInUse models, ModelMetrics metrics) {
        this.bootstrapServers = bootstrapServers;
        this.replica = replica;
        this.topics = topics;
        this.store = store;
        this.configured = configured;
        this.loader = loader;
        this.models = models;
        this.metrics = metrics;
    }

    /** Begins in the background, whether the broker is there or not. */
    void start() {
        thread.start();
    }

    /** Whether it is known which model is to answer first. */
    boolean chosen() {
        return chosen;
    }

    /** How it is doing, for a person. */
    String status() {
        Refusal refused = refusal;
        return refused == null ? state : "refused " + refused.release().path() + ": " + refused.reason();
    }

    private void run() {
        MDC.put("replica", replica);
        long wait = LEAST_WAIT_MILLIS;
        try {
            while (open()) {
                try {
                    topics.ensure();
                    session();
                    wait = LEAST_WAIT_MILLIS;
                } catch (RuntimeException | TopicMismatchException e) {
                    state = "waiting for topic " + Topics.MODEL_RELEASES + ": " + e.getMessage();
                    LOG.warnf("%s; the model stays as it is", state);
                    if (!(e instanceof RetriableException)) {
                        begin(); // what waiting does not mend must not keep frames waiting
                    }
                    closing.await(wait, TimeUnit.MILLISECONDS);
                    wait = Math.min(2 * wait, MOST_WAIT_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            begin();
        }
    }

    private boolean open() {
        return closing.getCount() > 0;
    }

    private void begin() {
        chosen = true;
        models.chosen();
    }

    private void session() throws InterruptedException {
        ModelReleases releases = new ModelReleases();
        try (TopicFollower opened =
                new TopicFollower(bootstrapServers, Topics.MODEL_RELEASES, "hsaw-inference-" + replica)) {
            topic = opened;
            while (open()) {
                opened.poll(POLL).forEach(releases::add);
                if (opened.atEnd()) {
                    state = "following topic " + Topics.MODEL_RELEASES;
                    follow(releases.champion());
                    tell(releases);
                    begin();
                }
            }
        } finally {
            topic = null;
        }
    }

    private void follow(Optional<ModelRelease> champion) {
        String wanted = champion.map(ModelRelease::cardSha256).orElse(null);
        if (wanted == null ? newest == null : wanted.equals(newest)) {
            refused(null);
        } else if (champion.isEmpty()) {
            goBack();
        } else if (isNew(champion.get()) || storeAgainNanos != 0 && System.nanoTime() - storeAgainNanos >= 0) {
            take(champion.get());
        }
    }

    private boolean isNew(ModelRelease champion) {
        return refusal == null || !refusal.release().cardSha256().equals(champion.cardSha256());
    }

    private void take(ModelRelease champion) {
        storeAgainNanos = 0;
        try {
            StoredModel stored = store.open(champion.path());
            if (!stored.cardSha256().equals(champion.cardSha256())) {
                throw new InvalidModelException("the card in " + stored.directory() + " has SHA-256 " + stored.cardSha256()
                        + ", the release expects " + champion.cardSha256() + ": it was changed; release the model again",
                        null);
            }
            replaceBy(loader.load(stored.directory(), stored.cardSha256()));
        } catch (ModelStoreException e) {
            storeAgainNanos = Math.max(1, System.nanoTime() + STORE_AGAIN.toNanos());
            refuse(champion, e);
        } catch (InvalidModelException | RuntimeException e) {
            refuse(champion, e);
        }
    }

    /** There is no champion any more. */
    private void goBack() {
        try {
            replaceBy(loader.load(configured, null));
        } catch (InvalidModelException | RuntimeException e) {
            LOG.errorf("There is no champion any more, and the configured model cannot be loaded; model %s goes on: %s",
                    models.current().model(), e.getMessage());
        }
    }

    private void replaceBy(RunningModel model) {
        LOG.infof("Model %s takes over from %s with the next batch", ModelRelease.path(model.model()),
                ModelRelease.path(models.current().model()));
        models.replaceBy(model);
        newest = model.cardSha256();
        metrics.swapped();
        refused(null);
    }

    private void refuse(ModelRelease champion, Exception e) {
        String reason = e.getMessage() == null ? e.toString() : e.getMessage();
        if (isNew(champion) || !refusal.reason().equals(reason)) {
            LOG.errorf("Model %s is refused, %s goes on: %s", champion.path(), ModelRelease.path(models.current().model()),
                    reason);
            LOG.debug("Why it is refused", e);
            refused(new Refusal(champion, reason));
        }
    }

    private void refused(Refusal now) {
        if (refusal != now) {
            refusal = now;
            refusalTold = false;
            metrics.refused(now != null);
        }
    }

    /** Says on the topic what was refused, or that it no longer is. */
    private void tell(ModelReleases releases) throws InterruptedException {
        if (refusal != null && !refusalTold) {
            ModelRelease refused = refusal.release().as(Role.REFUSED,
                    shortened("replica " + replica, FrameLimits.MAX_ID_LENGTH), shortened(refusal.reason(), Rejection.MAX_DETAIL), Instant.now());
            write(ModelReleases.record(ModelRelease.refusalKey(replica, refused.model()), refused));
            refusalTold = true;
        }
        if (refusal == null && releases.champion().isPresent()) {
            String key = ModelRelease.refusalKey(replica, releases.champion().get().model());
            if (releases.has(key)) {
                write(ModelReleases.record(key, null));
            }
        }
    }

    private static String shortened(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most);
    }

    private void write(ProducerRecord<byte[], byte[]> record) throws InterruptedException {
        try (var producer = new KafkaProducer<>(Map.of("bootstrap.servers", bootstrapServers, "acks", "all",
                "max.block.ms", WRITE_MILLIS, "delivery.timeout.ms", WRITE_MILLIS, "request.timeout.ms", WRITE_MILLIS / 2,
                "linger.ms", 0), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(record).get();
        } catch (ExecutionException e) {
            throw new KafkaException("cannot write to topic " + Topics.MODEL_RELEASES, e.getCause());
        }
    }

    /** Ends after the model in hand, if one is being loaded. */
    @Override
    public void close() {
        closing.countDown();
        TopicFollower opened = topic;
        if (opened != null) {
            opened.wakeUp();
        }
        try {
            thread.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
