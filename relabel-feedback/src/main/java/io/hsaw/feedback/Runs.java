package io.hsaw.feedback;

import io.hsaw.contracts.ModelRef;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jdbi.v3.core.Handle;

/** The training runs that made proposals, and what became of them. */
final class Runs {

    /** What became of a run. */
    enum State {
        /** Its labels hold for itself alone. */
        OPEN,
        /** Its model is or was the champion: its labels hold for all. */
        PROMOTED,
        /** A person took back what it said. */
        UNDONE
    }

    record Run(String runId, ModelRef model, State state) {
    }

    private Runs() {
    }

    private static Map<String, Run> query(Handle handle, String where, String... bindings) {
        Map<String, Run> runs = new HashMap<>();
        var query = handle.createQuery("SELECT run_id, model_name, model_version, state FROM runs WHERE " + where);
        for (int i = 0; i < bindings.length; i += 2) {
            query.bind(bindings[i], bindings[i + 1]);
        }
        query.map((row, context) -> new Run(row.getString(1), new ModelRef(row.getString(2), row.getString(3)),
                State.valueOf(row.getString(4).toUpperCase(Locale.ROOT))))
                .forEach(run -> runs.put(run.runId(), run));
        return runs;
    }

    /** The run, or null if it made no proposal. */
    static Run find(Handle handle, String runId) {
        return query(handle, "run_id = :run", "run", runId).get(runId);
    }

    /** Those of the model, in no order. */
    static List<Run> of(Handle handle, ModelRef model) {
        return List.copyOf(query(handle, "model_name = :name AND model_version = :version", "name", model.name(),
                "version", model.version()).values());
    }

    /** Those that were undone, whoever they are, and those named. */
    static Map<String, Run> undoneAnd(Handle handle, Collection<String> runIds) {
        Map<String, Run> runs = query(handle, "state = 'undone'");
        runIds.stream().distinct().map(id -> find(handle, id)).filter(Objects::nonNull)
                .forEach(run -> runs.put(run.runId(), run));
        return runs;
    }

    /**
     * The run is now in this state, made known if it was not; one that was undone stays so.
     *
     * @return its state before; {@link State#OPEN} if it was not known
     */
    static State enter(Handle handle, String runId, ModelRef model, State state) {
        Run before = find(handle, runId);
        if (before == null) {
            handle.createUpdate("INSERT INTO runs (run_id, model_name, model_version, state)"
                    + " VALUES (:run, :name, :version, :state)").bind("run", runId).bind("name", model.name())
                    .bind("version", model.version()).bind("state", state).execute();
            return State.OPEN;
        }
        handle.createUpdate("UPDATE runs SET state = :state WHERE run_id = :run AND state <> 'undone'").bind("state", state)
                .bind("run", runId).execute();
        return before.state();
    }

    /** What the run said counts no more, now and later; who undid it first is kept. */
    static void undo(Handle handle, String runId, String by, Instant at) {
        handle.createUpdate("UPDATE runs SET state = 'undone', undone_by = :by, undone_at = :at WHERE run_id = :run"
                + " AND state <> 'undone'").bind("by", by).bind("at", at).bind("run", runId).execute();
    }
}
