package io.hsaw.trainer.experiment;

import io.hsaw.network.Interval;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** What came of the runs of a comparison, as a table. */
public final class ExperimentReport {

    private final List<String> arms;
    private final List<ArmResult> results;

    ExperimentReport(List<String> arms, List<ArmResult> results) {
        this.arms = List.copyOf(arms);
        this.results = List.copyOf(results);
    }

    /**
     * How much more often a way is right than the first one: mean over faces and seeds, and its 95 % interval by bootstrap
     * over the faces, each seed's run being set against the first way's with the same seed.
     */
    Difference difference(String arm) {
        List<ArmResult> first = of(arms.get(0));
        List<ArmResult> other = of(arm);
        double[] differences = IntStream.range(0, other.get(0).right().length())
                .mapToDouble(face -> IntStream.range(0, other.size())
                        .mapToDouble(s -> other.get(s).right(face) - first.get(s).right(face)).average().orElseThrow())
                .toArray();
        return new Difference(IntStream.range(0, differences.length).mapToDouble(i -> differences[i]).average().orElseThrow(),
                Interval.ofMean(differences));
    }

    /** A mean difference of shares and its interval. */
    record Difference(double mean, Interval interval) {
    }

    private List<ArmResult> of(String arm) {
        return results.stream().filter(result -> result.arm().equals(arm)).toList();
    }

    /** In Markdown: accuracy of each way over the seeds, its difference to the first, and what became of labels. */
    public String toMarkdown() {
        StringBuilder table = new StringBuilder("| way | runs | accuracy | spread | mean over classes | against " + arms.get(0)
                + " | 95 % |\n|---|---|---|---|---|---|---|\n");
        for (String arm : arms) {
            List<ArmResult> runs = of(arm);
            Difference difference = difference(arm);
            table.append(String.format(Locale.ROOT, "| %s | %d | %.2f %% | %.2f | %.2f %% | %s | %s |%n", arm, runs.size(),
                    100 * mean(runs, run -> run.figures().fused()), 100 * spread(runs, run -> run.figures().fused()),
                    100 * mean(runs, run -> run.figures().meanClassAccuracy()),
                    arm.equals(arms.get(0)) ? "" : String.format(Locale.ROOT, "%+.2f", 100 * difference.mean),
                    arm.equals(arms.get(0)) ? "" : String.format(Locale.ROOT, "%+.2f to %+.2f",
                            100 * difference.interval.low(), 100 * difference.interval.high())));
        }
        List<ArmResult> relabelled = results.stream().filter(run -> run.relabelled() != null).toList();
        if (!relabelled.isEmpty()) {
            table.append("\n| way | seed | labels wrong at first | changes | to the true label | from the true label |"
                    + " wrong in the end |\n|---|---|---|---|---|---|---|\n");
            for (ArmResult run : relabelled) {
                ArmResult.Relabelled of = run.relabelled();
                table.append(String.format(Locale.ROOT, "| %s | %d | %d of %d | %d | %s | %s | %d |%n", run.arm(), run.seed(),
                        of.wrong(), of.faces(), of.proposals(), share(of.restored(), of.proposals()),
                        share(of.harmed(), of.proposals()), of.wrongLeft()));
            }
        }
        return table.toString();
    }

    private static String share(int part, int of) {
        return of == 0 ? "0" : String.format(Locale.ROOT, "%d (%.1f %%)", part, 100.0 * part / of);
    }

    private static double mean(List<ArmResult> runs, ToDoubleFunction<ArmResult> value) {
        return runs.stream().mapToDouble(value).average().orElseThrow();
    }

    /** The standard deviation over the seeds; 0 of one. */
    private static double spread(List<ArmResult> runs, ToDoubleFunction<ArmResult> value) {
        double mean = mean(runs, value);
        return runs.size() < 2 ? 0 : Math.sqrt(runs.stream().mapToDouble(run -> Math.pow(value.applyAsDouble(run) - mean, 2))
                .sum() / (runs.size() - 1));
    }
}
