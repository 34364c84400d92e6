package io.hsaw.feedback;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.Label.Origin;
import io.hsaw.contracts.ModelRef;
import java.time.Instant;
import org.jdbi.v3.core.Handle;

/**
 * The labels of samples and how they change. Every change is a row of its own, and a sample's label that of its newest
 * one in force: so any of them can be undone, also one that others followed, by ending its force. All of it by sets, as a
 * run may have changed a hundred thousand.
 */
final class Labels {

    /** Who changes labels where no person does. */
    static final String POLICY = "policy";

    private Labels() {
    }

    /** Rows of later changes have greater ids. */
    static long newest(Handle handle) {
        return handle.createQuery("SELECT COALESCE(MAX(id), 0) FROM changes").mapTo(long.class).one();
    }

    /** Gives the samples what the changes since then say, and has it published. */
    private static void apply(Handle handle, long since) {
        handle.createUpdate("MERGE INTO samples USING (SELECT sample_id, label, origin,"
                + " CASE WHEN in_force THEN id ELSE restores END AS change_id FROM changes WHERE id > :since AND fork IS NULL) c"
                + " ON samples.id = c.sample_id WHEN MATCHED THEN UPDATE SET label = c.label, origin = c.origin,"
                + " change_id = c.change_id").bind("since", since).execute();
        publish(handle, "c.id > :since AND c.fork IS NULL", since);
    }

    /** What is published of a label that was published with the sample, or is again the same, is that it is gone. */
    private static void publish(Handle handle, String changes, long since) {
        handle.createUpdate("INSERT INTO outbox (sample_id, gone, label, original, origin, model_name, model_version, reason,"
                + " decided_at) SELECT s.id, s.origin = 'published' OR COALESCE(s.origin = 'pseudo' AND s.label = s.original,"
                + " FALSE), s.label, s.original, s.origin, f.model_name, f.model_version, c.reason, c.made_at"
                + " FROM changes c JOIN samples s ON s.id = c.sample_id LEFT JOIN changes f ON f.id = s.change_id WHERE "
                + changes + " ORDER BY c.id").bind("since", since).execute();
    }

    /** The sample was published again with another label; it counts where nothing else does. */
    static void publishedAnew(Handle handle, Samples.Known before, Expression label) {
        handle.createUpdate("UPDATE samples SET original = :label WHERE id = :id")
                .bindByType("label", label, Expression.class).bind("id", before.id()).execute();
        if (before.origin() == Origin.PUBLISHED) {
            long since = newest(handle);
            insert(handle, before.id(), label, before.label(), Origin.PUBLISHED, null, "publisher", "published", false);
            apply(handle, since);
        } else {
            Long change = handle.createQuery("SELECT change_id FROM samples WHERE id = :id").bind("id", before.id())
                    .mapTo(Long.class).one();
            publish(handle, "c.id = :since", change);
        }
    }

    private static void insert(Handle handle, String sampleId, Expression label, Expression previous, Origin origin,
            Proposal proposal, String by, String reason, boolean inForce) {
        handle.createUpdate("INSERT INTO changes (sample_id, label, previous, origin, run_id, proposal_id, model_name,"
                + " model_version, made_by, reason, made_at, in_force) VALUES (:sample, :label, :previous, :origin, :run,"
                + " :proposal, :name, :version, :by, :reason, :at, :inForce)").bind("sample", sampleId)
                .bindByType("label", label, Expression.class).bindByType("previous", previous, Expression.class)
                .bind("origin", origin).bind("run", proposal == null ? null : proposal.runId())
                .bind("proposal", proposal == null ? null : proposal.id())
                .bind("name", proposal == null ? null : proposal.model().name())
                .bind("version", proposal == null ? null : proposal.model().version()).bind("by", by)
                .bind("reason", reason).bind("at", Ledger.now()).bind("inForce", inForce).execute();
    }

    /**
     * A person says what a sample shows. What runs said of it counts no more in any of them.
     *
     * @param confirmed the proposal that the person confirms, or null
     */
    static void personSays(Handle handle, Samples.Known sample, Expression label, Proposal confirmed, String by,
            String reason) {
        long since = newest(handle);
        insert(handle, sample.id(), label, sample.label(), Origin.PERSON, confirmed, by, reason, true);
        apply(handle, since);
        Proposals.overrule(handle, sample.id(), confirmed, Ruling.PERSON, by);
    }

    /** The run's model is the champion: what was taken of its proposals holds for all, except where a person spoke. */
    static void promote(Handle handle, String runId, ModelRef model, String by) {
        if (Runs.enter(handle, runId, model, Runs.State.PROMOTED) != Runs.State.OPEN) {
            return;
        }
        long since = newest(handle);
        handle.createUpdate("INSERT INTO changes (sample_id, label, previous, origin, run_id, proposal_id, model_name,"
                + " model_version, made_by, reason, made_at, in_force) SELECT s.id, f.label, s.label, 'pseudo', f.run_id,"
                + " f.proposal_id, CAST(:name AS VARCHAR), CAST(:version AS VARCHAR), CAST(:by AS VARCHAR), 'promoted',"
                + " CAST(:at AS TIMESTAMP(3) WITH TIME ZONE), TRUE FROM forks f JOIN samples s ON s.id = f.sample_id"
                + " WHERE f.run_id = :run AND s.origin <> 'person' AND f.label <> COALESCE(s.label, '')")
                .bind("name", model.name()).bind("version", model.version()).bind("by", by).bind("at", Ledger.now())
                .bind("run", runId).execute();
        apply(handle, since);
        endFork(handle, runId);
    }

    private static void endFork(Handle handle, String runId) {
        handle.createUpdate("INSERT INTO outbox (sample_id, run_id, gone) SELECT sample_id, run_id, TRUE FROM forks"
                + " WHERE run_id = :run ORDER BY sample_id").bind("run", runId).execute();
        handle.createUpdate("DELETE FROM forks WHERE run_id = :run").bind("run", runId).execute();
    }

    /** All that the run said counts no more, in its fork and for all; what a person confirmed of it stays. */
    static Undone undoRun(Handle handle, String runId, ModelRef model, String by) {
        Runs.enter(handle, runId, model, Runs.State.UNDONE);
        Instant at = Ledger.now();
        handle.createUpdate("INSERT INTO changes (sample_id, fork, label, previous, origin, run_id, proposal_id, model_name,"
                + " model_version, made_by, reason, made_at, in_force) SELECT s.id, f.run_id, s.label, f.label, s.origin,"
                + " f.run_id, f.proposal_id, CAST(:name AS VARCHAR), CAST(:version AS VARCHAR), CAST(:by AS VARCHAR), 'undone',"
                + " CAST(:at AS TIMESTAMP(3) WITH TIME ZONE), FALSE FROM forks f JOIN samples s ON s.id = f.sample_id"
                + " WHERE f.run_id = :run AND f.label IS NOT NULL").bind("name", model.name())
                .bind("version", model.version()).bind("by", by).bind("at", at).bind("run", runId).execute();
        endFork(handle, runId);
        int proposals = handle.createUpdate("UPDATE proposals SET decision = 'rejected', reason = 'undone',"
                + " decided_by = :by, decided_at = :at WHERE run_id = :run AND decision IN ('accepted', 'pending')"
                + " AND decided_by = 'policy'").bind("by", by).bind("at", at).bind("run", runId).execute();
        handle.createUpdate("UPDATE changes SET in_force = FALSE WHERE run_id = :run AND fork IS NULL AND in_force"
                + " AND origin = 'pseudo'").bind("run", runId).execute();
        return new Undone(fallBack(handle, "c.run_id = :of", runId, by, at), proposals);
    }

    /** All that was said of the sample since it was published counts no more, also by persons. */
    static Undone undoSample(Handle handle, String sampleId, String by) {
        Instant at = Ledger.now();
        handle.createUpdate("UPDATE changes SET in_force = FALSE WHERE sample_id = :sample AND in_force")
                .bind("sample", sampleId).execute();
        int labels = fallBack(handle, "c.sample_id = :of", sampleId, by, at);
        return new Undone(labels, Proposals.overrule(handle, sampleId, null, Ruling.UNDONE, by));
    }

    /** Samples whose label came from a change that has just lost its force get that of the newest before it. */
    private static int fallBack(Handle handle, String changes, String of, String by, Instant at) {
        long since = newest(handle);
        int labels = handle.createUpdate("INSERT INTO changes (sample_id, label, previous, origin, run_id, proposal_id,"
                + " model_name, model_version, made_by, reason, made_at, in_force, restores) SELECT s.id,"
                + " COALESCE(b.label, s.original), s.label, COALESCE(b.origin, 'published'), c.run_id, c.proposal_id,"
                + " c.model_name, c.model_version, CAST(:by AS VARCHAR), 'undone',"
                + " CAST(:at AS TIMESTAMP(3) WITH TIME ZONE), FALSE, b.id"
                + " FROM changes c JOIN samples s ON s.id = c.sample_id AND s.change_id = c.id"
                + " LEFT JOIN changes b ON b.id = (SELECT MAX(x.id) FROM changes x WHERE x.sample_id = s.id AND x.in_force)"
                + " WHERE " + changes + " AND c.fork IS NULL AND NOT c.in_force").bind("by", by).bind("at", at)
                .bind("of", of).execute();
        apply(handle, since);
        return labels;
    }
}
