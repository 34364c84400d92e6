package io.hsaw.feedback;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.Label;
import io.hsaw.contracts.Label.Decision;
import io.hsaw.contracts.Label.Origin;
import io.hsaw.contracts.ModelRef;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * Records for the topic {@code labels}, committed with what they tell, and taken out once they are published: so none is
 * lost and none told too early. One that is published twice is the same both times.
 */
final class Outbox {

    static final String ANSWER = "INSERT INTO outbox (sample_id, run_id, gone, proposal_id, decision, label, original, origin,"
            + " model_name, model_version, reason, decided_at) VALUES (:sample, :run, FALSE, :proposal, :decision, :label,"
            + " :original, :origin, :name, :version, :reason, :at)";

    private Outbox() {
    }

    /** Adds an answer to a batch of {@link #ANSWER}. */
    static void answer(PreparedBatch batch, String sampleId, String runId, String proposalId, ModelRef model, Ruling ruling,
            Expression label, Expression original, Origin origin, Instant at) {
        batch.bind("sample", sampleId).bind("run", runId).bind("proposal", proposalId).bind("decision", ruling.decision())
                .bind("label", label).bindByType("original", original, Expression.class).bind("origin", origin)
                .bind("name", model.name()).bind("version", model.version()).bind("reason", ruling.reason()).bind("at", at)
                .add();
    }

    /**
     * Has the oldest records published, and takes them out when that has been done.
     *
     * @param most so many at a time
     * @return how many there were
     */
    static int publish(Handle handle, int most, Consumer<List<LabelRecord>> publisher) {
        List<Row> rows = handle.createQuery("SELECT * FROM outbox ORDER BY id LIMIT :most").bind("most", most)
                .map(Outbox::row).list();
        if (!rows.isEmpty()) {
            publisher.accept(rows.stream().map(Row::record).toList());
            handle.createUpdate("DELETE FROM outbox WHERE id <= :last").bind("last", rows.get(rows.size() - 1).id)
                    .execute();
        }
        return rows.size();
    }

    /** At most so many records are there: ids are given one after the other, with gaps where a transaction failed. */
    static long waiting(Handle handle) {
        return handle.createQuery("SELECT COALESCE(MAX(id) - MIN(id) + 1, 0) FROM outbox").mapTo(long.class).one();
    }

    private record Row(long id, LabelRecord record) {
    }

    private static Row row(ResultSet row, StatementContext context) throws SQLException {
        String sample = row.getString("sample_id");
        String run = row.getString("run_id");
        if (row.getBoolean("gone")) {
            return new Row(row.getLong("id"), new LabelRecord(run == null ? sample : Label.forkKey(run, sample), null));
        }
        String model = row.getString("model_name");
        Label label = new Label(Label.SCHEMA, sample, run, row.getString("proposal_id"),
                Proposals.read(context, row, "decision", Decision.class),
                Proposals.read(context, row, "label", Expression.class),
                Proposals.read(context, row, "original", Expression.class),
                Proposals.read(context, row, "origin", Origin.class),
                model == null ? null : new ModelRef(model, row.getString("model_version")), row.getString("reason"),
                row.getTimestamp("decided_at").toInstant());
        return new Row(row.getLong("id"), new LabelRecord(label.key(), label));
    }
}
