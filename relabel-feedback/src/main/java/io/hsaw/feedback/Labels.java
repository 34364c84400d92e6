package io.hsaw.feedback;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.Label.Origin;
import io.hsaw.contracts.ModelRef;
import java.time.Instant;
import org.jdbi.v3.core.Handle;

/**
 * The labels of samples and how they change. Every change is a row of its own, and a sample's label that of its newest
 * one in force: so any of them can be undone, also one that others followed, by ending its force. All of it by sets, as a
 * run may have changed a hundred thousand; the changes of a run end with the run, by one word for all.
 */
final class Labels {

    /** Who changes labels where no person does. */
    static final String POLICY = "policy";

    /** Of changes: nobody undid it, nor its run; what was published counts where none is in force. */
    private static final String IN_FORCE = "undone_at IS NULL AND (origin = 'person' OR origin = 'pseudo' AND run_id NOT IN"
            + " (SELECT run_id FROM runs WHERE state = 'undone'))";
    /** Of each sample whose label comes from such a change: the newest of its changes that is in force. */
    private static final String FALL_BACK = "SELECT c.sample_id, (SELECT MAX(x.id) FROM changes x"
            + " WHERE x.sample_id = c.sample_id AND " + IN_FORCE + ") AS change_id FROM changes c JOIN samples s"
            + " ON s.id = c.sample_id AND s.change_id = c.id WHERE ";

    private Labels() {
    }

    /** Rows that are added later have greater ids. */
    private static long newest(Handle handle, String table) {
        return handle.createQuery("SELECT COALESCE(MAX(id), 0) FROM " + table).mapTo(long.class).one();
    }

    /**
     * Gives samples the labels of changes, and has it published. What is published of a label that was published with the
     * sample, or is again the same, is that it is gone.
     *
     * @param samples query for sample_id and change_id, which is null for the published label
     * @param of      its parameter
     * @param undone  when a person undid what they had, or null
     * @return how many samples
     */
    private static int apply(Handle handle, String samples, Object of, Instant undone) {
        long since = newest(handle, "outbox");
        int applied = handle.createUpdate("INSERT INTO outbox (sample_id, gone, label, original, origin, model_name,"
                + " model_version, reason, decided_at, change_id) SELECT s.id, c.id IS NULL OR COALESCE(c.origin = 'pseudo'"
                + " AND c.label = s.original, FALSE), COALESCE(c.label, s.original), s.original,"
                + " COALESCE(c.origin, 'published'), c.model_name, c.model_version,"
                + " COALESCE(CAST(:reason AS VARCHAR), c.reason),"
                + " COALESCE(CAST(:undone AS TIMESTAMP(3) WITH TIME ZONE), c.made_at), c.id FROM (" + samples + ") n"
                + " JOIN samples s ON s.id = n.sample_id LEFT JOIN changes c ON c.id = n.change_id").bind("of", of)
                .bind("reason", undone == null ? null : Ruling.UNDONE).bindByType("undone", undone, Instant.class).execute();
        handle.createUpdate("MERGE INTO samples USING (SELECT sample_id, label, origin, change_id FROM outbox"
                + " WHERE id > :since) o ON samples.id = o.sample_id WHEN MATCHED THEN UPDATE SET label = o.label,"
                + " origin = o.origin, change_id = o.change_id").bind("since", since).execute();
        return applied;
    }

    /** Gives samples the labels of the changes since then. */
    private static void apply(Handle handle, long since) {
        apply(handle, "SELECT sample_id, id AS change_id FROM changes WHERE id > :of", since, null);
    }

    /** The sample was published again with another label; it counts where nothing else does. */
    static void publishedAnew(Handle handle, Samples.Known before, Expression label) {
        handle.createUpdate("UPDATE samples SET original = :label WHERE id = :id")
                .bindByType("label", label, Expression.class).bind("id", before.id()).execute();
        if (before.origin() == Origin.PUBLISHED) {
            insert(handle, before.id(), label, before.label(), Origin.PUBLISHED, null, "publisher", "published");
        }
        apply(handle, "SELECT id AS sample_id, change_id FROM samples WHERE id = :of", before.id(), null);
    }

    private static void insert(Handle handle, String sampleId, Expression label, Expression previous, Origin origin,
            Proposal proposal, String by, String reason) {
        handle.createUpdate("INSERT INTO changes (sample_id, label, previous, origin, run_id, proposal_id, model_name,"
                + " model_version, made_by, reason, made_at) VALUES (:sample, :label, :previous, :origin, :run, :proposal,"
                + " :name, :version, :by, :reason, :at)").bind("sample", sampleId)
                .bindByType("label", label, Expression.class).bindByType("previous", previous, Expression.class)
                .bind("origin", origin).bind("run", proposal == null ? null : proposal.runId())
                .bind("proposal", proposal == null ? null : proposal.id())
                .bind("name", proposal == null ? null : proposal.model().name())
                .bind("version", proposal == null ? null : proposal.model().version()).bind("by", by)
                .bind("reason", reason).bind("at", Ledger.now()).execute();
    }

    /**
     * A person says what a sample shows. What runs said of it counts no more in any of them.
     *
     * @param confirmed the proposal that the person confirms, or null
     */
    static void personSays(Handle handle, Samples.Known sample, Expression label, Proposal confirmed, String by,
            String reason) {
        long since = newest(handle, "changes");
        insert(handle, sample.id(), label, sample.label(), Origin.PERSON, confirmed, by, reason);
        apply(handle, since);
        Proposals.overrule(handle, sample.id(), confirmed, Ruling.PERSON, by);
    }

    /** The run's model is the champion: what was taken of its proposals holds for all, except where a person spoke. */
    static void promote(Handle handle, String runId, ModelRef model, String by) {
        if (Runs.enter(handle, runId, model, Runs.State.PROMOTED) != Runs.State.OPEN) {
            return;
        }
        long since = newest(handle, "changes");
        handle.createUpdate("INSERT INTO changes (sample_id, label, previous, origin, run_id, proposal_id, model_name,"
                + " model_version, made_by, reason, made_at) SELECT s.id, f.label, s.label, 'pseudo', f.run_id,"
                + " f.proposal_id, CAST(:name AS VARCHAR), CAST(:version AS VARCHAR), CAST(:by AS VARCHAR), 'promoted',"
                + " CAST(:at AS TIMESTAMP(3) WITH TIME ZONE) FROM forks f JOIN samples s ON s.id = f.sample_id"
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
    static Undone undoRun(Handle handle, String runId, String by) {
        Instant at = Ledger.now();
        Runs.undo(handle, runId, by, at);
        endFork(handle, runId);
        return new Undone(apply(handle, FALL_BACK + "c.run_id = :of AND c.origin = 'pseudo'", runId, at),
                Proposals.undo(handle, runId, by, at));
    }

    /** All that was said of the sample since it was published counts no more, also by persons. */
    static Undone undoSample(Handle handle, String sampleId, String by) {
        Instant at = Ledger.now();
        handle.createUpdate("UPDATE changes SET undone_by = :by, undone_at = :at WHERE sample_id = :sample"
                + " AND " + IN_FORCE).bind("by", by).bind("at", at).bind("sample", sampleId).execute();
        return new Undone(apply(handle, FALL_BACK + "c.sample_id = :of", sampleId, at),
                Proposals.overrule(handle, sampleId, null, Ruling.UNDONE, by));
    }
}
