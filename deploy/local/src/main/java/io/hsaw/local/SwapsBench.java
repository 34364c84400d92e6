package io.hsaw.local;

import io.hsaw.contracts.FrameReply;
import io.hsaw.contracts.ModelRelease;
import io.hsaw.contracts.ModelRelease.Role;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.Topics;
import io.hsaw.messaging.Delivery;
import io.hsaw.messaging.ModelReleases;
import io.hsaw.network.InvalidModelException;
import io.hsaw.network.ModelCard;
import io.hsaw.network.ModelFiles;
import io.hsaw.network.SelfCheck;
import io.hsaw.network.store.ModelStore;
import io.hsaw.network.store.ModelStoreException;
import io.hsaw.network.store.StoredModel;
import io.hsaw.network.weights.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Measures what it takes that released models take over from one another while a camera's frames are answered. */
final class SwapsBench {

    private static final String STAGE = "hsaw-inference";
    private static final String NAME = "swapped";
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long WARM_UP_NANOS = 20 * SECOND_NANOS;
    /** How long a swap, and the last replies, may take. */
    private static final long PATIENCE_NANOS = 300 * SECOND_NANOS;

    /**
     * What was measured after the warm-up.
     *
     * @param longestGapMillis  in which the camera got no reply though frames were open
     * @param medianMillis      from publishing a frame to its reply
     * @param takeOverMillis    of each swap, from its release to the first reply of the new model
     * @param residentMiB       of hsaw-inference before the first swap and after each; empty where the system does not tell
     */
    record Figures(int swaps, double framesPerSecond, DeliveryLedger.Counts counts, double longestGapMillis,
            double medianMillis, List<Double> takeOverMillis, List<Double> residentMiB) {

        /** Whether no frame was lost, doubled or answered out of order. */
        boolean kept() {
            return counts.missing() == 0 && counts.doubled() == 0 && counts.outOfOrder() == 0 && counts.unknown() == 0;
        }

        String toMarkdown() {
            StringBuilder text = new StringBuilder("| swaps | frames/s | frames | lost | doubled | out of order | longest gap,"
                    + " ms | reply after, ms (median) | new model answers after, ms (median) |\n"
                    + "|---|---|---|---|---|---|---|---|---|\n");
            text.append(String.format(Locale.ROOT, "| %d | %.0f | %d | %d | %d | %d | %.0f | %.0f | %.0f |%n%n", swaps,
                    framesPerSecond, counts.published(), counts.missing(), counts.doubled(), counts.outOfOrder(),
                    longestGapMillis, medianMillis, median(takeOverMillis)));
            text.append("| after so many swaps |");
            for (int i = 0; i < residentMiB.size(); i++) {
                text.append(' ').append(i).append(" |");
            }
            text.append("\n|---").append("|---".repeat(residentMiB.size()))
                    .append("|\n| resident memory of " + STAGE + ", MiB |");
            residentMiB.forEach(memory -> text.append(String.format(Locale.ROOT, " %.0f |", memory)));
            return text.append('\n').toString();
        }
    }

    private SwapsBench() {
    }

    /**
     * Starts a system, exchanges models under load, and ends it.
     *
     * @param model          whose weights all released models have
     * @param secondsBetween a swap and the next
     */
    static Figures run(int swaps, double framesPerSecond, int secondsBetween, ModelOptions model)
            throws InterruptedException {
        Path folder = folder();
        try {
            List<StoredModel> released = release(model.directory, folder);
            Map<String, String> settings = ServiceSettings.of(model, Delivery.EXACTLY_ONCE);
            settings.put("hsaw.inference.model-store", folder.resolve("store").toString());
            Figures figures;
            try (LocalSystem system = LocalSystem.start(new LocalSystem.Settings(Topics.DEFAULT_PARTITIONS,
                    Map.of("face-detector", 1, "half-face-splitter", 1, STAGE, 1), Delivery.EXACTLY_ONCE, settings, false))) {
                figures = measure(system, released, swaps, framesPerSecond, secondsBetween);
                if (figures.kept()) {
                    LocalBroker.delete(system.logs());
                }
            }
            return figures;
        } finally {
            LocalBroker.delete(folder);
        }
    }

    private static Path folder() {
        try {
            return Files.createTempDirectory("hsaw-swaps-");
        } catch (IOException e) {
            throw new Failure("cannot make a folder for models in " + System.getProperty("java.io.tmpdir") + ": "
                    + e.getMessage() + "; make room there, or name another by TMPDIR", e);
        }
    }

    /** Two models with the same weights, told apart by their versions; they take over from one another by turns. */
    private static List<StoredModel> release(Path model, Path folder) {
        ModelStore store = new ModelStore(folder.resolve("store"));
        try {
            ModelCard card = ModelFiles.readCard(model);
            Map<String, Tensor> weights = ModelFiles.readWeights(model, card);
            List<List<Double>> selfCheck = SelfCheck.of(model);
            List<StoredModel> released = new ArrayList<>();
            for (String version : List.of("a", "b")) {
                Path copy = folder.resolve(version);
                ModelFiles.write(copy, weights, hash -> new ModelCard(NAME, version, card.description(), card.data(),
                        card.splitRule(), card.settings(), card.inputSize(), card.figures(), card.temperatures(),
                        card.uncertainBelow(), hash, null, selfCheck));
                released.add(store.put(copy));
            }
            return released;
        } catch (InvalidModelException | ModelStoreException | IOException e) {
            throw new Failure(e.getMessage(), e);
        }
    }

    private static Figures measure(LocalSystem system, List<StoredModel> released, int swaps, double framesPerSecond,
            int secondsBetween) throws InterruptedException {
        List<Double> takeOver = new ArrayList<>();
        List<Double> resident = new ArrayList<>();
        try (DeliveryRun run = new DeliveryRun(system.bootstrap(), new FrameMix(1, 1, 0, 0), 1, framesPerSecond,
                        Optional.empty());
                TopicReader<FrameReply> replies = new TopicReader<>(system.bootstrap(), Topics.EMOTIONS, RecordCodec.EMOTIONS,
                        false, warning -> {
                            throw new Failure(warning);
                        });
                ProgressLine progress = new ProgressLine("swap", swaps)) {
            run.start(Long.MAX_VALUE);
            follow(run, replies, null, WARM_UP_NANOS);
            run.ledger().mark();
            resident(system, resident);
            for (int i = 0; i < swaps; i++) {
                StoredModel next = released.get(i % released.size());
                long began = System.nanoTime();
                promote(system.bootstrap(), next);
                if (!follow(run, replies, next.card().version(), PATIENCE_NANOS)) {
                    throw new Failure("model " + next.path() + " does not take over; see the logs in " + system.logs());
                }
                takeOver.add((System.nanoTime() - began) / 1e6);
                follow(run, replies, null, secondsBetween * SECOND_NANOS);
                resident(system, resident);
                progress.at(i + 1);
            }
            run.limit(0);
            long end = System.nanoTime() + PATIENCE_NANOS;
            while (run.ledger().open() > 0 && System.nanoTime() < end) {
                run.check();
                LockSupport.parkNanos(SECOND_NANOS / 100);
            }
            DeliveryLedger ledger = run.ledger();
            return new Figures(swaps, framesPerSecond, ledger.counts(),
                    ledger.longestGapSinceMark(System.nanoTime()) / 1e6, median(ledger.latencyMillis()), takeOver, resident);
        }
    }

    private static void resident(LocalSystem system, List<Double> resident) {
        ProcessSamples.sample(system.replicas(STAGE).get(0).pid()).ifPresent(sample -> resident.add(sample.memoryMiB()));
    }

    /** Reads replies for so long, or until one comes from a version; whether one came. */
    private static boolean follow(DeliveryRun run, TopicReader<FrameReply> replies, String version, long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            run.check();
            for (FrameReply reply : replies.poll()) {
                if (reply.model().version().equals(version)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static void promote(String bootstrap, StoredModel model) throws InterruptedException {
        ModelRelease release = new ModelRelease(model.card().ref(), Role.CHALLENGER, model.cardSha256(), null, null, "person",
                null, Instant.now());
        try (RecordPublisher publisher = new RecordPublisher(bootstrap)) {
            for (ProducerRecord<byte[], byte[]> record
                    : ModelReleases.read(bootstrap).promotion(release, "person", null, Instant.now())) {
                publisher.publish(record);
            }
            publisher.flush();
        }
    }

    private static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
    }
}
