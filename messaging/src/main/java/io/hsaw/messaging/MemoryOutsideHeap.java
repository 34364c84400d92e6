package io.hsaw.messaging;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much memory the process holds besides the Java heap, where native libraries and the JVM itself have theirs. Only
 * where the system tells ({@code /proc}).
 */
@ApplicationScoped
class MemoryOutsideHeap implements MeterBinder {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final int KIB = 1024;

    @Override
    public void bindTo(MeterRegistry registry) {
        if (Files.isReadable(STATUS)) {
            Gauge.builder("hsaw.memory.outside.heap", MemoryOutsideHeap::bytes).baseUnit("bytes")
                    .description("Resident memory of the process less the committed Java heap.").register(registry);
        }
    }

    private static double bytes() {
        try {
            double resident = Files.readAllLines(STATUS).stream().filter(line -> line.startsWith("VmRSS:"))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) * KIB).findFirst()
                    .orElse(Double.NaN);
            long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
            return Math.max(0, resident - heap);
        } catch (IOException e) {
            return Double.NaN;
        }
    }
}
