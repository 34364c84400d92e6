package io.hsaw.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What processes take of the machine over time, as far as {@code /proc} tells. */
final class ProcessSamples {

    private static final int THIRDS = 3;

    private final Map<String, List<Sample>> samples = new LinkedHashMap<>();

    /** @param memoryMiB resident */
    record Sample(long pid, double memoryMiB, int threads, int handles) {
    }

    /**
     * The means of the three thirds of a run.
     *
     * @param process   its name
     * @param restarted whether it was more than one process, so that the thirds cannot be compared
     * @param memoryMiB resident, in MiB
     * @param handles   open file handles
     */
    record Thirds(String process, boolean restarted, List<Double> memoryMiB, List<Double> threads,
            List<Double> handles) {
    }

    /** Takes one of each process that lives. */
    void take(List<ReplicaProcess> processes) {
        for (ReplicaProcess process : processes) {
            sample(process.pid()).ifPresent(sample ->
                    samples.computeIfAbsent(process.name(), name -> new ArrayList<>()).add(sample));
        }
    }

    /** Of a process; none if it has gone or the system does not tell. */
    static Optional<Sample> sample(long pid) {
        Path folder = Path.of("/proc", String.valueOf(pid));
        try (Stream<Path> handles = Files.list(folder.resolve("fd"))) {
            Map<String, Integer> status = new LinkedHashMap<>();
            for (String line : Files.readAllLines(folder.resolve("status"))) {
                if (line.matches("(VmRSS|Threads):\\s+\\d+.*")) {
                    status.put(line.substring(0, line.indexOf(':')), Integer.parseInt(line.replaceAll("\\D", "")));
                }
            }
            if (!status.containsKey("VmRSS")) {
                return Optional.empty(); // it has ended, and only its exit code is left
            }
            return Optional.of(new Sample(pid, status.get("VmRSS") / 1024.0, status.get("Threads"),
                    (int) handles.count()));
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    /** Of every process that was sampled at least three times. */
    List<Thirds> thirds() {
        return samples.entrySet().stream().filter(entry -> entry.getValue().size() >= THIRDS)
                .map(entry -> thirds(entry.getKey(), entry.getValue())).toList();
    }

    private static Thirds thirds(String process, List<Sample> values) {
        return new Thirds(process, values.stream().mapToLong(Sample::pid).distinct().count() > 1,
                means(values.stream().map(Sample::memoryMiB).toList()),
                means(values.stream().map(sample -> (double) sample.threads()).toList()),
                means(values.stream().map(sample -> (double) sample.handles()).toList()));
    }

    /** Means of the three thirds of what was measured at equal distances in time; zeros where nothing was. */
    static List<Double> means(List<Double> values) {
        List<Double> means = new ArrayList<>();
        for (int i = 0; i < THIRDS; i++) {
            means.add(values.subList(i * values.size() / THIRDS, (i + 1) * values.size() / THIRDS).stream()
                    .mapToDouble(Double::doubleValue).average().orElse(0));
        }
        return means;
    }
}
