package io.hsaw.local;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.hsaw.local.PipelineFigures.Percentiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What {@code hsaw verify-delivery} found.
 *
 * @param kept              whether the promise was kept
 * @param problems          why not, one sentence each
 * @param seed              decided the frames and the faults
 * @param cameras           how many published
 * @param partitions        of the topics
 * @param seconds           from the first frame to the last reply
 * @param counts            of frames and replies
 * @param tracks            of tracks and changes of expression; null where they were not followed
 * @param longestGapSeconds longest time in which a camera with open frames got no reply
 * @param latencyMillis     from publishing to having read the reply
 * @param latencyMaxMillis  the greatest
 * @param faults            in the order they were done
 * @param faultKinds        how many of each kind, and the longest gap of each
 * @param processes         what they took of the machine
 */
record DeliveryReport(boolean kept, List<String> problems, long seed, int cameras, int partitions, double seconds,
        @JsonUnwrapped DeliveryLedger.Counts counts,
        @JsonInclude(JsonInclude.Include.NON_NULL) TrackLedger.Counts tracks, double longestGapSeconds, Percentiles latencyMillis,
        double latencyMaxMillis, List<Disturber.Done> faults, Map<String, OfKind> faultKinds,
        List<ProcessSamples.Thirds> processes) {

    /** @param longestGapSeconds of the faults of this kind */
    record OfKind(int count, double longestGapSeconds) {
    }

    /**
     * Draws up the report.
     *
     * @param tracks         null where they were not followed
     * @param doublesAllowed whether a reply may come more than once
     * @param failures       what else went wrong
     */
    static DeliveryReport of(long seed, int cameras, int partitions, double seconds, DeliveryLedger ledger,
            TrackLedger.Counts tracks, boolean doublesAllowed, List<String> failures, List<Disturber.Done> faults,
            List<ProcessSamples.Thirds> processes) {
        DeliveryLedger.Counts counts = ledger.counts();
        List<Double> latency = ledger.latencyMillis();
        List<String> problems = new ArrayList<>(failures);
        problem(problems, counts.missing(), "frames got no reply");
        problem(problems, doublesAllowed ? 0 : counts.doubled(), "replies came more than once");
        problem(problems, counts.outOfOrder(), "replies came out of order");
        problem(problems, counts.mismatched(), "replies are not what such a frame must get");
        problem(problems, counts.unknown(), "replies are to frames that were never published");
        if (tracks != null) {
            problem(problems, tracks.broken(), "faces were given another track than without a break");
            problem(problems, tracks.missingChanges(), "changes of expression are missing on emotion-changes");
            problem(problems, tracks.unexpectedChanges(), "events on emotion-changes are doubled or say what is not so");
        }
        boolean kept = problems.isEmpty();
        if (!kept) {
            problems.addAll(ledger.examples());
        }
        Map<String, OfKind> kinds = new TreeMap<>(faults.stream().collect(Collectors.toMap(Disturber.Done::kind,
                fault -> new OfKind(1, fault.gapSeconds()),
                (a, b) -> new OfKind(a.count() + b.count(), Math.max(a.longestGapSeconds(), b.longestGapSeconds())))));
        return new DeliveryReport(kept, List.copyOf(problems), seed, cameras, partitions, seconds, counts,
                tracks, ledger.longestGap(System.nanoTime()) / 1e9, Percentiles.of(latency),
                latency.stream().mapToDouble(Double::doubleValue).max().orElse(0), faults, kinds, processes);
    }

    private static void problem(List<String> problems, long count, String what) {
        if (count > 0) {
            problems.add(count + " " + what);
        }
    }

    /** For people: tables in Markdown, the verdict last. */
    String toMarkdown() {
        StringBuilder text = new StringBuilder();
        line(text, "| published | replies | missing | doubled | out of order | wrong kind | unknown | foreign |");
        line(text, "|---|---|---|---|---|---|---|---|");
        line(text, "| %d | %d | %d | %d | %d | %d | %d | %d |", counts.published(),
                counts.replies().values().stream().mapToLong(Long::longValue).sum(), counts.missing(),
                counts.doubled(), counts.outOfOrder(), counts.mismatched(), counts.unknown(), counts.foreign());
        line(text, "");
        line(text, "| reply | frames |");
        line(text, "|---|---|");
        counts.replies().forEach((kind, count) -> line(text, "| %s | %d |", kind, count));
        line(text, "");
        line(text, "%d cameras on %d partitions, %.0f s, seed %d; longest gap %.1f s; latency p50 %.0f ms, p95 %.0f ms,"
                + " p99 %.0f ms, most %.0f ms", cameras, partitions, seconds, seed, longestGapSeconds,
                latencyMillis.p50(), latencyMillis.p95(), latencyMillis.p99(), latencyMaxMillis);
        if (tracks != null) {
            line(text, "");
            line(text, "| tracks | broken | changes of expression | missing | doubled or wrong |");
            line(text, "|---|---|---|---|---|");
            line(text, "| %d | %d | %d | %d | %d |", tracks.tracks(), tracks.broken(), tracks.changes(),
                    tracks.missingChanges(), tracks.unexpectedChanges());
        }
        if (!faults.isEmpty()) {
            line(text, "");
            line(text, "| at s | fault | victim | frames in flight | longest gap s | all well after s |");
            line(text, "|---|---|---|---|---|---|");
            faults.forEach(fault -> line(text, "| %.0f | %s | %s | %d | %.1f | %.1f |", fault.atSeconds(),
                    fault.kind(), fault.victim(), fault.inFlight(), fault.gapSeconds(), fault.seconds()));
            line(text, "");
            line(text, "| fault | count | longest gap s |");
            line(text, "|---|---|---|");
            faultKinds.forEach((kind, of) -> line(text, "| %s | %d | %.1f |", kind, of.count(), of.longestGapSeconds()));
        }
        if (!processes.isEmpty()) {
            line(text, "");
            line(text, "| process, by thirds of the run | resident MiB | threads | file handles |");
            line(text, "|---|---|---|---|");
            processes.forEach(process -> line(text, "| %s%s | %s | %s | %s |", process.process(),
                    process.restarted() ? " (restarted)" : "", numbers("%.1f", process.memoryMiB()),
                    numbers("%.1f", process.threads()), numbers("%.1f", process.handles())));
        }
        line(text, "");
        line(text, !kept ? "THE PROMISE WAS BROKEN:"
                : counts.published() > 0 ? "The promise was kept." : "No frame was published.");
        problems.forEach(problem -> line(text, "- %s", problem));
        return text.toString();
    }

    private static String numbers(String format, List<Double> values) {
        return values.stream().map(value -> String.format(Locale.ROOT, format, value)).collect(Collectors.joining(", "));
    }

    private static void line(StringBuilder text, String format, Object... arguments) {
        text.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }
}
