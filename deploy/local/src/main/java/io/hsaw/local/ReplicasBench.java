package io.hsaw.local;

import io.hsaw.messaging.Delivery;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Measures how many frames of one face each are answered a second when there is always more to do. */
final class ReplicasBench {

    /** Shared evenly by 1, 2, 3 and 6 replicas. */
    static final int PARTITIONS = 6;

    private static final int CAMERAS_PER_PARTITION = 2;
    /** Frames without reply at all times: more than two polls of each partition. */
    private static final int OPEN = 480;
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long WARM_UP_NANOS = 20 * SECOND_NANOS;

    private ReplicasBench() {
    }

    /**
     * Starts a system, saturates it, measures it, and ends it.
     *
     * @param replicas      of hsaw-inference
     * @param waitingMillis per face
     * @param seconds       how long, after a warm-up
     */
    static double repliesPerSecond(int replicas, long waitingMillis, int seconds) throws InterruptedException {
        try (LocalSystem system = LocalSystem.start(new LocalSystem.Settings(PARTITIONS,
                Map.of("face-detector", 1, "half-face-splitter", 1, "hsaw-inference", replicas), Delivery.EXACTLY_ONCE,
                Map.of("hsaw.inference.waiting-network", waitingMillis + "ms"), false))) {
            double rate;
            try (DeliveryRun run = new DeliveryRun(system.bootstrap(), new FrameMix(1, 1, 0, 0),
                    CAMERAS_PER_PARTITION * PARTITIONS, 1, Optional.empty())) {
                run.burst(OPEN);
                run.start(0);
                park(run, WARM_UP_NANOS);
                long began = System.nanoTime();
                long before = answered(run);
                park(run, seconds * SECOND_NANOS);
                rate = (answered(run) - before) / ((System.nanoTime() - began) / 1e9);
            }
            LocalBroker.delete(system.logs());
            return rate;
        }
    }

    private static long answered(DeliveryRun run) {
        return run.ledger().publishedSoFar() - run.ledger().open();
    }

    private static void park(DeliveryRun run, long nanos) {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() - end < 0) {
            run.check();
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    /** A row for each number of replicas, counted from 1. */
    static String toMarkdown(List<Double> rates) {
        StringBuilder text = new StringBuilder("| replicas | replies/s | over one |\n|---|---|---|\n");
        for (int i = 0; i < rates.size(); i++) {
            text.append(String.format(Locale.ROOT, "| %d | %.1f | %.2f |%n", i + 1, rates.get(i),
                    rates.get(i) / rates.get(0)));
        }
        return text.toString();
    }
}
