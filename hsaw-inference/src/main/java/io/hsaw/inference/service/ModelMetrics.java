package io.hsaw.inference.service;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Metrics;
import java.util.concurrent.atomic.AtomicInteger;

/** What became of released models. */
final class ModelMetrics {

    private final Counter swaps = Counter.builder("hsaw.model.swaps")
            .description("Released models that took over from the one before.").register(Metrics.globalRegistry);
    private final AtomicInteger refused = new AtomicInteger();

    ModelMetrics() {
        Gauge.builder("hsaw.model.refused", refused, AtomicInteger::get)
                .description("1 while the champion is refused and another model answers.").register(Metrics.globalRegistry);
    }

    /** One more took over. */
    void swapped() {
        swaps.increment();
    }

    /** Whether the champion is refused. */
    void refused(boolean now) {
        refused.set(now ? 1 : 0);
    }
}
