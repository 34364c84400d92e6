package io.hsaw.feedback;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.Label.Decision;
import io.hsaw.contracts.Label.Origin;
import io.hsaw.contracts.LabeledFrame;
import io.hsaw.contracts.ModelRef;
import io.hsaw.contracts.Probabilities;
import io.hsaw.contracts.PseudoLabel;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.StatementContext;

/** The proposals of training runs: judged once each, answered each time they come. */
final class Proposals {

    /** Proposals with what became of them. */
    static final String COLUMNS = "SELECT p.*, r.decision, r.reason, r.decided_by, r.decided_at FROM ";
    static final String TABLES = "proposals p JOIN rulings r ON r.seq = p.seq";
    /** Reads a row of these. */
    static final RowMapper<Proposal> ROW = Proposals::row;

    private Proposals() {
    }

    private static Proposal row(ResultSet row, StatementContext context) throws SQLException {
        return new Proposal(row.getLong("seq"), row.getString("id"), row.getString("run_id"), row.getInt("epoch"),
                row.getString("sample_id"), row.getString("data_set"),
                new ModelRef(row.getString("model_name"), row.getString("model_version")),
                read(context, row, "label", Expression.class), read(context, row, "proposed", Expression.class),
                Probabilities.of(read(context, row, "fused", double[].class)),
                Probabilities.of(read(context, row, "whole", double[].class)),
                Probabilities.of(read(context, row, "auxiliary", double[].class)), row.getDouble("weight_left"),
                row.getDouble("weight_right"), row.getTimestamp("proposed_at").toInstant(),
                read(context, row, "decision", Decision.class), row.getString("reason"), row.getString("decided_by"),
                row.getTimestamp("decided_at").toInstant());
    }

    /** A column of a type that the database has no word for. */
    static <T> T read(StatementContext context, ResultSet row, String column, Class<T> type) throws SQLException {
        return context.findColumnMapperFor(type).orElseThrow().map(row, column, context);
    }

    /** The proposal, or null. */
    static Proposal find(Handle handle, String id) {
        return handle.createQuery(COLUMNS + TABLES + " WHERE p.id = :id").bind("id", id).map(ROW).findOne().orElse(null);
    }

    /**
     * Judges each proposal that is new, and answers all.
     *
     * @return what became of the new ones
     */
    static List<Ruling> take(Handle handle, List<PseudoLabel> proposals, Policy policy) {
        return proposals.isEmpty() ? List.of() : new Batch(handle, proposals, policy).take();
    }

    /** What is needed to judge some proposals, looked up at once; what comes of them, written at once. */
    private static final class Batch {

        private final Handle handle;
        private final List<PseudoLabel> proposals;
        private final Policy policy;
        private final Map<String, Samples.Known> samples;
        private final Map<String, Runs.Run> runs;
        private final Map<String, Proposal> answered = new HashMap<>();
        /** Labels that samples have in runs alone, by run and sample; null where a proposal was answered and not taken. */
        private final Map<String, Expression> forks = new HashMap<>();
        private final Map<String, PseudoLabel> touched = new HashMap<>();
        private final Set<String> undone = new HashSet<>();
        private final Set<String> denied = new HashSet<>();
        private final Instant now = Ledger.now();

        Batch(Handle handle, List<PseudoLabel> proposals, Policy policy) {
            this.handle = handle;
            this.proposals = proposals;
            this.policy = policy;
            List<String> sampleIds = proposals.stream().map(PseudoLabel::sampleId).toList();
            samples = Samples.find(handle, sampleIds);
            runs = Runs.undoneAnd(handle, proposals.stream().map(PseudoLabel::runId).toList());
            for (List<String> some : Samples.chunks(proposals.stream().map(PseudoLabel::proposalId).toList())) {
                handle.createQuery(COLUMNS + TABLES + " WHERE p.id IN (<ids>)").bindList("ids", some).map(ROW)
                        .forEach(proposal -> answered.put(proposal.id(), proposal));
            }
            for (List<String> some : Samples.chunks(sampleIds)) {
                handle.createQuery("SELECT run_id, sample_id, label FROM forks WHERE sample_id IN (<ids>)")
                        .bindList("ids", some).map((row, context) -> forks.put(key(row.getString(1), row.getString(2)),
                                read(context, row, "label", Expression.class))).list();
                handle.createQuery("SELECT p.sample_id, p.model_name, p.model_version, p.proposed, r.reason FROM " + TABLES
                        + " WHERE p.sample_id IN (<ids>) AND r.decision = 'rejected' AND r.decided_by <> 'policy'")
                        .bindList("ids", some).map((row, context) -> {
                            String model = key(row.getString(1), row.getString(2), row.getString(3));
                            return Ruling.UNDONE.equals(row.getString(5)) ? undone.add(model)
                                    : denied.add(key(model, row.getString(4)));
                        }).list();
            }
        }

        private static String key(String... parts) {
            return String.join("/", parts);
        }

        List<Ruling> take() {
            PreparedBatch rows = handle.prepareBatch("INSERT INTO proposals (seq, id, run_id, epoch, sample_id, data_set,"
                    + " model_name, model_version, label, proposed, fused, whole, auxiliary, weight_left, weight_right,"
                    + " proposed_at) VALUES (:seq, :id, :run, :epoch, :sample, :dataSet, :name, :version, :label, :proposed,"
                    + " :fused, :whole, :auxiliary, :left, :right, :proposedAt)");
            PreparedBatch rulings = handle.prepareBatch("INSERT INTO rulings (seq, run_id, decision, reason, decided_by,"
                    + " decided_at) VALUES (:seq, :run, :decision, :reason, 'policy', :now)");
            long seq = handle.createQuery("SELECT COALESCE(MAX(seq), 0) FROM proposals").mapTo(long.class).one();
            PreparedBatch answers = handle.prepareBatch(Outbox.ANSWER);
            Set<String> seen = new HashSet<>();
            List<Ruling> judged = new ArrayList<>();
            for (PseudoLabel proposal : proposals) {
                if (!seen.add(proposal.proposalId())) {
                    continue;
                }
                Proposal before = answered.get(proposal.proposalId());
                Ruling ruling = before == null ? ruling(proposal) : new Ruling(before.decision(), before.reason());
                Samples.Known sample = samples.get(proposal.sampleId());
                String fork = key(proposal.runId(), proposal.sampleId());
                if (before == null) {
                    runs.computeIfAbsent(proposal.runId(), id -> new Runs.Run(id, proposal.model(),
                            Runs.enter(handle, id, proposal.model(), Runs.State.OPEN)));
                    seq++;
                    judged.add(ruling);
                    rows.bind("seq", seq).bind("id", proposal.proposalId()).bind("run", proposal.runId())
                            .bind("epoch", proposal.epoch()).bind("sample", proposal.sampleId())
                            .bindByType("dataSet", sample == null ? null : sample.dataSet(), String.class)
                            .bind("name", proposal.model().name()).bind("version", proposal.model().version())
                            .bind("label", proposal.label()).bind("proposed", proposal.proposed())
                            .bind("fused", proposal.fused().toArray()).bind("whole", proposal.whole().toArray())
                            .bind("auxiliary", proposal.auxiliary().toArray()).bind("left", proposal.weightLeft())
                            .bind("right", proposal.weightRight()).bind("proposedAt", proposal.at()).add();
                    rulings.bind("seq", seq).bind("run", proposal.runId()).bind("decision", ruling.decision())
                            .bind("reason", ruling.reason()).bind("now", now).add();
                    if (ruling.decision() == Decision.ACCEPTED) {
                        forks.put(fork, proposal.proposed());
                    }
                } else if (runs.get(proposal.runId()).state() == Runs.State.PROMOTED) {
                    continue;
                }
                touched.put(fork, proposal);
                Expression own = forks.get(fork);
                Outbox.answer(answers, proposal.sampleId(), proposal.runId(), proposal.proposalId(), proposal.model(), ruling,
                        own != null ? own : sample != null && sample.label() != null ? sample.label() : proposal.label(),
                        sample == null ? null : sample.original(),
                        own != null ? Origin.PSEUDO : sample == null ? Origin.PUBLISHED : sample.origin(),
                        before == null ? now : before.decidedAt());
            }
            rows.execute();
            rulings.execute();
            answers.execute();
            writeForks();
            return judged;
        }

        private Ruling ruling(PseudoLabel proposal) {
            Samples.Known sample = samples.get(proposal.sampleId());
            Runs.Run run = runs.get(proposal.runId());
            String model = key(proposal.sampleId(), proposal.model().name(), proposal.model().version());
            if (sample == null) {
                return Ruling.rejected(Ruling.UNKNOWN_SAMPLE);
            }
            if (undone.contains(model) || runs.values().stream().anyMatch(other -> other.state() == Runs.State.UNDONE
                    && other.model().equals(proposal.model()))) {
                return Ruling.rejected(Ruling.UNDONE);
            }
            if (run != null && run.state() == Runs.State.PROMOTED) {
                return Ruling.rejected(Ruling.RUN_OVER);
            }
            if (sample.split() == LabeledFrame.Split.VALIDATION) {
                return Ruling.rejected(Ruling.VALIDATION);
            }
            if (sample.origin() == Origin.PERSON || denied.contains(key(model, proposal.proposed().label()))) {
                return Ruling.rejected(Ruling.PERSON);
            }
            return policy.ruling(proposal);
        }

        private void writeForks() {
            PreparedBatch remove = handle.prepareBatch("DELETE FROM forks WHERE run_id = :run AND sample_id = :sample");
            PreparedBatch add = handle.prepareBatch("INSERT INTO forks (run_id, sample_id, label, proposal_id)"
                    + " VALUES (:run, :sample, :label, :proposal)");
            touched.forEach((fork, proposal) -> {
                remove.bind("run", proposal.runId()).bind("sample", proposal.sampleId()).add();
                add.bind("run", proposal.runId()).bind("sample", proposal.sampleId())
                        .bindByType("label", forks.get(fork), Expression.class)
                        .bind("proposal", proposal.proposalId()).add();
            });
            remove.execute();
            add.execute();
        }
    }

    /** A person has decided. The label for all is not touched by this. */
    static void decide(Handle handle, Proposal proposal, Decision decision, String reason, String by) {
        Instant now = Ledger.now();
        rule(handle, proposal, new Ruling(decision, reason), by, now);
        Runs.Run run = Runs.find(handle, proposal.runId());
        if (run.state() == Runs.State.OPEN) {
            Samples.Known sample = Samples.find(handle, List.of(proposal.sampleId())).get(proposal.sampleId());
            Expression own = decision == Decision.ACCEPTED ? proposal.proposed()
                    : handle.createQuery("SELECT label FROM forks WHERE run_id = :run AND sample_id = :sample")
                            .bind("run", proposal.runId()).bind("sample", proposal.sampleId()).mapTo(Expression.class)
                            .findOne().orElse(null);
            answer(handle, proposal, sample, new Ruling(decision, reason), own,
                    decision == Decision.ACCEPTED ? Origin.PERSON : Origin.PSEUDO, now);
        }
    }

    private static void rule(Handle handle, Proposal proposal, Ruling ruling, String by, Instant at) {
        handle.createUpdate("UPDATE rulings SET decision = :decision, reason = :reason, decided_by = :by, decided_at = :at"
                + " WHERE seq = :seq").bind("decision", ruling.decision()).bind("reason", ruling.reason()).bind("by", by)
                .bind("at", at).bind("seq", proposal.seq()).execute();
    }

    private static void answer(Handle handle, Proposal proposal, Samples.Known sample, Ruling ruling, Expression own,
            Origin origin, Instant now) {
        handle.createUpdate("UPDATE forks SET label = :label, proposal_id = :id WHERE run_id = :run AND sample_id = :sample")
                .bindByType("label", own, Expression.class).bind("id", proposal.id()).bind("run", proposal.runId())
                .bind("sample", proposal.sampleId()).execute();
        PreparedBatch answers = handle.prepareBatch(Outbox.ANSWER);
        Outbox.answer(answers, proposal.sampleId(), proposal.runId(), proposal.id(), proposal.model(), ruling,
                own != null ? own : sample != null && sample.label() != null ? sample.label() : proposal.label(),
                sample == null ? null : sample.original(),
                own != null ? origin : sample == null ? Origin.PUBLISHED : sample.origin(), now);
        answers.execute();
    }

    /**
     * What was taken of the run, or waits for a person, is rejected. Not by UPDATE, for which H2 writes all the rows to a
     * file in between.
     *
     * @return how many proposals are rejected by it
     */
    static int undo(Handle handle, String runId, String by, Instant at) {
        return handle.createUpdate("MERGE INTO rulings USING (SELECT seq FROM rulings WHERE run_id = :run"
                + " AND decision IN ('accepted', 'pending') AND decided_by = 'policy') u ON rulings.seq = u.seq WHEN MATCHED"
                + " THEN UPDATE SET decision = 'rejected', reason = 'undone', decided_by = :by, decided_at = :at")
                .bind("run", runId).bind("by", by).bind("at", at).execute();
    }

    /**
     * What models said of a sample counts no more: in the runs that are not over, and, where it was undone, in those that
     * are.
     *
     * @param except the one that a person confirms, or null
     * @return how many proposals are rejected by it
     */
    static int overrule(Handle handle, String sampleId, Proposal except, String reason, String by) {
        Samples.Known sample = Samples.find(handle, List.of(sampleId)).get(sampleId);
        Instant now = Ledger.now();
        List<Proposal> overruled = handle.createQuery(COLUMNS + TABLES + " WHERE p.sample_id = :sample"
                + " AND (r.decision = 'pending' OR r.decision = 'accepted' AND (:undone OR EXISTS (SELECT 1 FROM forks f"
                + " WHERE f.run_id = p.run_id AND f.sample_id = p.sample_id))) ORDER BY p.seq").bind("sample", sampleId)
                .bind("undone", reason.equals(Ruling.UNDONE)).map(ROW)
                .filter(proposal -> except == null || !proposal.id().equals(except.id())).list();
        for (Proposal proposal : overruled) {
            rule(handle, proposal, Ruling.rejected(reason), by, now);
        }
        Map<String, Proposal> last = new HashMap<>();
        overruled.forEach(proposal -> last.put(proposal.runId(), proposal));
        Collection<String> open = handle.createQuery("SELECT run_id FROM forks WHERE sample_id = :sample")
                .bind("sample", sampleId).mapTo(String.class).list();
        for (Proposal proposal : last.values()) {
            if (open.contains(proposal.runId())) {
                answer(handle, proposal, sample, Ruling.rejected(reason), null, Origin.PUBLISHED, now);
            }
        }
        return overruled.size();
    }
}
