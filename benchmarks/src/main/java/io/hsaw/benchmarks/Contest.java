package io.hsaw.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures things against each other on a machine whose speed changes: in each round every one has its turn, and the median
 * over the rounds counts.
 */
final class Contest {

    private static final long TURN_NANOS = 1_000_000_000;

    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private record Entry(double work, Runnable run, List<Double> rates) {
    }

    /** @param work done by one run, in the unit of the rate that is asked for */
    void add(String name, double work, Runnable run) {
        entries.put(name, new Entry(work, run, new ArrayList<>()));
    }

    /** Warms up, then measures: each turn lasts about a second or one run, whichever is longer. */
    void measure(int rounds) {
        for (Entry entry : entries.values()) {
            turn(entry);
        }
        for (int round = 0; round < rounds; round++) {
            for (Entry entry : entries.values()) {
                entry.rates().add(turn(entry));
            }
        }
    }

    private static double turn(Entry entry) {
        long begin = System.nanoTime();
        long now;
        int runs = 0;
        do {
            entry.run().run();
            runs++;
            now = System.nanoTime();
        } while (now - begin < TURN_NANOS);
        return entry.work() * runs * 1e9 / (now - begin);
    }

    /** The median of the rounds, in work per second. */
    double rate(String name) {
        double[] sorted = entries.get(name).rates().stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
}
