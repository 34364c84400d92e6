package io.hsaw.local;

import io.hsaw.messaging.Delivery;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What {@code hsaw bench pipeline} measured with one kind of delivery.
 *
 * @param delivery    the promise of the stages
 * @param sent        frames published
 * @param answered    replies to them
 * @param latency     milliseconds from publishing to having read the reply
 * @param stages      milliseconds by the name of a reply's timing
 * @param residentMiB mean resident memory of the process in the three thirds of the run, in MiB
 */
record PipelineFigures(Delivery delivery, int sent, int answered, Percentiles latency, Map<String, Percentiles> stages,
        List<Double> residentMiB) {

    /** @param p50 the median; p95 and p99 likewise, all in milliseconds */
    record Percentiles(double p50, double p95, double p99) {

        /** Nearest-rank percentiles; zeros where nothing was measured. */
        static Percentiles of(List<Double> values) {
            double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            return new Percentiles(rank(sorted, 50), rank(sorted, 95), rank(sorted, 99));
        }

        private static double rank(double[] sorted, int percent) {
            return sorted.length == 0 ? 0 : sorted[(int) Math.ceil(percent / 100.0 * sorted.length) - 1];
        }
    }

    /** From single measurements. @param resident in MiB, at equal distances in time */
    static PipelineFigures of(Delivery delivery, int sent, List<Double> latency, Map<String, List<Double>> stages,
            List<Double> resident) {
        Map<String, Percentiles> byStage = new LinkedHashMap<>();
        stages.forEach((stage, values) -> byStage.put(stage, Percentiles.of(values)));
        return new PipelineFigures(delivery, sent, latency.size(), Percentiles.of(latency), byStage,
                ProcessSamples.means(resident));
    }

    /** Two tables: one row per kind of delivery, and the budget per stage. */
    static String toMarkdown(List<PipelineFigures> runs) {
        StringBuilder text = new StringBuilder();
        text.append("| delivery | frames | replies | lost | p50 ms | p95 ms | p99 ms | resident MiB by thirds |\n")
                .append("|---|---|---|---|---|---|---|---|\n");
        for (PipelineFigures run : runs) {
            text.append(String.format(Locale.ROOT, "| %s | %d | %d | %d | %.0f | %.0f | %.0f | %.0f, %.0f, %.0f |%n",
                    DeliveryOption.name(run.delivery), run.sent, run.answered, run.sent - run.answered, run.latency.p50,
                    run.latency.p95, run.latency.p99, run.residentMiB.get(0), run.residentMiB.get(1),
                    run.residentMiB.get(2)));
        }
        text.append("\n| part |");
        runs.forEach(run -> text.append(' ').append(DeliveryOption.name(run.delivery)).append(" p50 ms | p95 ms |"));
        text.append("\n|---|").append("---|---|".repeat(runs.size())).append('\n');
        for (String stage : runs.get(0).stages.keySet()) {
            text.append("| ").append(stage).append(" |");
            for (PipelineFigures run : runs) {
                Percentiles times = run.stages.getOrDefault(stage, new Percentiles(0, 0, 0));
                text.append(String.format(Locale.ROOT, " %.1f | %.1f |", times.p50, times.p95));
            }
            text.append('\n');
        }
        return text.toString();
    }
}
