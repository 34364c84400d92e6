package io.hsaw.trainer.service;

import io.hsaw.trainer.run.Trainer;
import io.hsaw.trainer.samples.SampleCopy;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Metrics;

/** What is measured of the trainer. */
final class TrainerMetrics {

    private TrainerMetrics() {
    }

    static void register(SampleCopy samples, Trainer trainer) {
        for (String state : SampleCopy.STATES) {
            Gauge.builder("hsaw.trainer.samples", samples, copy -> copy.counts().getOrDefault(state, 0))
                    .description("Samples in the local copy: usable, unlabelled, or why they cannot be used.")
                    .tag("state", state).register(Metrics.globalRegistry);
        }
        Gauge.builder("hsaw.trainer.following", samples, copy -> copy.problem().isEmpty() ? 1 : 0)
                .description("1 while the copy of the samples is kept up.").register(Metrics.globalRegistry);
        Gauge.builder("hsaw.trainer.alive", trainer, one -> one.alive() ? 1 : 0)
                .description("1 while commands are looked for, 0 if a restart of the process is the remedy.")
                .register(Metrics.globalRegistry);
        Gauge.builder("hsaw.trainer.running", trainer, one -> one.busy() ? 1 : 0)
                .description("1 while a run is being done.").register(Metrics.globalRegistry);
    }
}
