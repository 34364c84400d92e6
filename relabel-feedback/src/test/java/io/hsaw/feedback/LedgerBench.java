package io.hsaw.feedback;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.Label.Decision;
import io.hsaw.contracts.Label.Origin;
import io.hsaw.contracts.LabeledFrame;
import io.hsaw.contracts.ModelRef;
import io.hsaw.contracts.ModelRelease;
import io.hsaw.contracts.Probabilities;
import io.hsaw.contracts.PseudoLabel;
import io.hsaw.contracts.Topics;
import io.hsaw.feedback.Queries.LabelFilter;
import io.hsaw.feedback.Queries.ProposalFilter;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Measures a ledger of a million proposals (argument: another number) on both databases: pages of lists, and the undo of a
 * run that made a tenth of them, promoted and not. Prints a table.
 */
final class LedgerBench {

    private static final int RUNS = 10;
    /** So many are filled as in use, the rest by copies of the last of these. */
    private static final int THROUGH_LEDGER = 2;
    private static final int BATCH = 5_000;
    private static final int ROUNDS = 20;
    private static final String TOPIC_ID = "bench";
    private static final Expression[] EXPRESSIONS = Expression.values();

    private final Database database;
    private final Ledger ledger;
    private final Queries queries;
    private final int each;
    private long samplesRead;
    private long proposalsRead;
    private final Map<String, String> measured = new LinkedHashMap<>();

    private LedgerBench(Database database, int rows) {
        this.database = database;
        this.ledger = new Ledger(database, new Policy(Policy.Kind.MARGIN, 0.05), () -> { });
        this.queries = new Queries(database);
        this.each = rows / RUNS;
    }

    public static void main(String[] args) {
        int rows = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
        Map<TestDatabase, Map<String, String>> measured = new LinkedHashMap<>();
        for (TestDatabase kind : TestDatabase.here()) {
            try (Database database = new Database(kind.create(), null, null)) {
                measured.put(kind, new LedgerBench(database, rows).measure());
            }
        }
        System.out.printf("| %,d proposals of %d runs | %s |%n|---|%s%n", rows, RUNS, String.join(" | ",
                measured.keySet().stream().map(Enum::name).toList()), "---|".repeat(measured.size()));
        for (String what : measured.values().iterator().next().keySet()) {
            System.out.printf("| %s | %s |%n", what, String.join(" | ", measured.values().stream()
                    .map(times -> times.get(what)).toList()));
        }
        System.exit(0);
    }

    private Map<String, String> measure() {
        fill();
        lists();
        once("undo of a run of " + each + ", promoted", () -> ledger.undoRun("run-0", "bench"));
        once("undo of a run of " + each + ", not promoted", () -> ledger.undoRun("run-1", "bench"));
        once("promotion of a run of " + each, () -> {
            release(1, "run-2");
            return null;
        });
        return measured;
    }

    private Span span(String topic, long from, int records) {
        return new Span(topic, TOPIC_ID, Map.of(0, from), Map.of(0, from + records));
    }

    /** As many samples as a run makes proposals; every third proposal is of another label by too little. */
    private void fill() {
        for (String topic : List.of(Topics.LABELED_FRAMES, Topics.PSEUDO_LABELS, Topics.MODEL_RELEASES)) {
            ledger.open(topic, TOPIC_ID, Map.of(0, 0L));
        }
        for (int first = 0; first < each; first += BATCH) {
            int records = Math.min(BATCH, each - first);
            ledger.samples(span(Topics.LABELED_FRAMES, samplesRead, records), IntStream.range(first, first + records)
                    .mapToObj(this::sample).toList(), List.of());
            samplesRead += records;
        }
        for (int run = 0; run < THROUGH_LEDGER; run++) {
            String name = "run-" + run;
            for (int first = 0; first < each; first += BATCH) {
                int records = Math.min(BATCH, each - first);
                ledger.proposals(span(Topics.PSEUDO_LABELS, proposalsRead, records), IntStream.range(first, first + records)
                        .mapToObj(i -> proposal(name, i)).toList(), List.of());
                proposalsRead += records;
                empty();
            }
            if (run == 0) {
                release(0, name);
                empty();
            }
        }
        for (int run = THROUGH_LEDGER; run < RUNS; run++) {
            copy("run-1", "run-" + run, (run - 1L) * each);
            System.err.println("filled run-" + run);
        }
        database.write(handle -> handle.execute("ANALYZE")); // as databases do by themselves after a while
    }

    /** The same proposals by another run, with all that came of them, without the ledger's help: that is quicker. */
    private void copy(String from, String to, long shift) {
        database.write(handle -> {
            handle.execute("INSERT INTO runs (run_id, model_name, model_version, state) VALUES (?, 'hsaw', ?, 'open')", to, to);
            handle.execute("INSERT INTO rulings (seq, run_id, decision, reason, decided_by, decided_at) SELECT seq + ?,"
                    + " CAST(? AS VARCHAR), decision, reason, decided_by, decided_at FROM rulings WHERE run_id = ?"
                    + " ORDER BY seq", shift, to, from);
            handle.execute("INSERT INTO proposals (seq, id, run_id, epoch, sample_id, data_set, model_name, model_version,"
                    + " label, proposed, fused, whole, auxiliary, weight_left, weight_right, proposed_at) SELECT seq + ?,"
                    + " CAST(? AS VARCHAR) || '/6/' || sample_id, CAST(? AS VARCHAR), epoch, sample_id, data_set, model_name,"
                    + " CAST(? AS VARCHAR), label, proposed, fused, whole, auxiliary, weight_left, weight_right, proposed_at"
                    + " FROM proposals WHERE run_id = ? ORDER BY seq", shift, to, to, to, from);
            handle.execute("INSERT INTO forks (run_id, sample_id, label, proposal_id) SELECT CAST(? AS VARCHAR), sample_id,"
                    + " label, CAST(? AS VARCHAR) || '/6/' || sample_id FROM forks WHERE run_id = ?", to, to, from);
            return null;
        });
        proposalsRead += each;
    }

    private void empty() {
        while (ledger.publish(50_000, records -> { }) > 0) {
            // until there is none
        }
    }

    private void release(long offset, String run) {
        ledger.releases(span(Topics.MODEL_RELEASES, offset, 1), List.of(new ModelRelease(new ModelRef("hsaw", run),
                ModelRelease.Role.CHAMPION, "0".repeat(64), run, null, "run", null, Instant.EPOCH)), List.of());
    }

    private SampleRecord sample(int i) {
        String id = String.format("fer2013/training/%07d", i);
        return new SampleRecord(id, new LabeledFrame(id, i % 4 == 0 ? "raf-db" : "fer2013", EXPRESSIONS[i % 7], null, true, null,
                null), "0".repeat(64), 0, i);
    }

    private static PseudoLabel proposal(String run, int i) {
        double[] p = new double[Expression.COUNT];
        double least = i % 3 == 0 ? 0.02 : 0.2;
        Expression label = EXPRESSIONS[i % 7];
        Expression proposed = EXPRESSIONS[(i % 7 + 1 + i / 7 % 6) % 7];
        Arrays.fill(p, 0.02);
        p[label.ordinal()] = (0.9 - least) / 2;
        p[proposed.ordinal()] = (0.9 + least) / 2;
        Probabilities fused = Probabilities.of(p);
        return new PseudoLabel(run, 6, String.format("fer2013/training/%07d", i), new ModelRef("hsaw", run), label, proposed,
                fused, fused, fused, 0.5, 0.5, Instant.EPOCH);
    }

    private void lists() {
        long middle = proposalsRead / 2;
        String sample = String.format("fer2013/training/%07d", each / 2);
        list("page of all proposals, from the middle", () -> queries.proposals(filter(null, null, null, null, null), middle, 100));
        list("page of a run", () -> queries.proposals(filter("run-7", null, null, null, null), null, 100));
        list("page of a run's rejected ones", () -> queries.proposals(filter("run-7", Decision.REJECTED, null, null, null),
                null, 100));
        list("page of pending ones (none)", () -> queries.proposals(filter(null, Decision.PENDING, null, null, null), null, 100));
        list("page of a run's pending ones (none)", () -> queries.proposals(filter("run-7", Decision.PENDING, null, null, null),
                null, 100));
        list("page of a data set, from the middle", () -> queries.proposals(filter(null, null, "raf-db", null, null), middle,
                100));
        list("page of a data set that is not there", () -> queries.proposals(filter(null, null, "expw", null, null), null, 100));
        list("page of fear proposed for anger", () -> queries.proposals(filter(null, null, null, Expression.ANGER,
                Expression.FEAR), null, 100));
        list("page of a run's fear for anger, accepted", () -> queries.proposals(filter("run-7", Decision.ACCEPTED, null,
                Expression.ANGER, Expression.FEAR), null, 100));
        list("proposals for a sample", () -> queries.proposals(new ProposalFilter(null, null, null, null, null, null, sample),
                null, 100));
        list("page of labels", () -> queries.labels(labels(null, null, null), sample, 100));
        list("page of labels of a data set by a person (none)", () -> queries.labels(labels("raf-db", null, Origin.PERSON), null,
                100));
        list("page of labels from pseudo-labels, anger", () -> queries.labels(labels(null, Expression.ANGER, Origin.PSEUDO), null,
                100));
        list("page of labels from a run", () -> queries.labels(new LabelFilter(null, null, null, null, "run-0", false), null,
                100));
        list("history of a sample", () -> queries.changes(sample, 100));
    }

    private static ProposalFilter filter(String run, Decision decision, String dataSet, Expression label,
            Expression proposed) {
        return new ProposalFilter(run, null, decision, dataSet, label, proposed, null);
    }

    private static LabelFilter labels(String dataSet, Expression label, Origin origin) {
        return new LabelFilter(dataSet, label, null, origin, null, false);
    }

    /** The 95th percentile of some rounds, and the mean of the processors' time. */
    private void list(String what, Supplier<List<?>> list) {
        double[] times = new double[ROUNDS];
        double began = cpuMillis();
        for (int i = 0; i < ROUNDS; i++) {
            long round = System.nanoTime();
            list.get();
            times[i] = (System.nanoTime() - round) / 1e6;
        }
        double cpu = (cpuMillis() - began) / ROUNDS;
        Arrays.sort(times);
        measured(what, times[(int) Math.ceil(0.95 * ROUNDS) - 1], cpu);
    }

    private interface Once {
        Object run() throws RefusedException;
    }

    private void once(String what, Once once) {
        double cpu = cpuMillis();
        long began = System.nanoTime();
        try {
            once.run();
        } catch (RefusedException e) {
            throw new IllegalStateException(e);
        }
        measured(what, (System.nanoTime() - began) / 1e6, cpuMillis() - cpu);
    }

    /** Of this process, with H2, and of PostgreSQL's. */
    private static double cpuMillis() {
        return Stream.concat(Stream.of(ProcessHandle.current()), ProcessHandle.allProcesses()
                .filter(process -> process.info().command().orElse("").endsWith("/bin/postgres")))
                .mapToLong(process -> process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos()).sum() / 1e6;
    }

    private void measured(String what, double time, double cpu) {
        measured.put(what, String.format("%,.1f ms (CPU %,.1f ms)", time, cpu));
        System.err.println(what + ": " + measured.get(what));
    }
}
