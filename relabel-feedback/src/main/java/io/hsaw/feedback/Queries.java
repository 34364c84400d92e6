package io.hsaw.feedback;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.Label.Decision;
import io.hsaw.contracts.Label.Origin;
import io.hsaw.contracts.LabeledFrame;
import io.hsaw.contracts.ModelRef;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * What can be looked up in the ledger, page by page: a page begins after the last entry of the one before it. Lists are read
 * in the order of one index (table {@code d}), and what it names is looked up for the other conditions. So is written what
 * H2 needs to not sort all that the index has: the index's columns in ORDER BY, and outer joins, which it does not turn.
 */
public final class Queries {

    private static final String PROPOSALS = Proposals.COLUMNS + "%s d LEFT JOIN proposals p ON p.seq = d.seq"
            + " LEFT JOIN rulings r ON r.seq = d.seq";
    private static final String LABELS = "SELECT s.id, s.data_set, s.split, s.captured_from, s.expires, s.original, s.label,"
            + " s.origin, c.run_id, c.model_name, c.model_version, c.made_by, c.made_at FROM %s d LEFT JOIN samples s"
            + " ON s.id = %s LEFT JOIN changes c ON c.id = s.change_id";

    /** An equality, but one that PostgreSQL does not take for so rare that it had better read all changes and sort them. */
    private static final String CHANGE_COUNTS = "s.change_id BETWEEN d.id AND d.id";

    private final Database database;

    public Queries(Database database) {
        this.database = database;
    }

    /**
     * Which proposals; what is null is not asked for.
     *
     * @param run      of this training run
     * @param epoch    of this epoch
     * @param decision with this decision
     * @param dataSet  for samples of this data set
     * @param label    for samples that had this label in the run
     * @param proposed which proposed this label
     * @param sample   for this sample
     */
    public record ProposalFilter(String run, Integer epoch, Decision decision, String dataSet, Expression label,
            Expression proposed, String sample) {
    }

    /**
     * Which labels; what is null is not asked for.
     *
     * @param dataSet  of samples of this data set
     * @param label    this one
     * @param original of samples published with this one
     * @param origin   that come from there
     * @param run      that come from this run's proposals
     * @param without  true: of samples without a label; {@code label} is not asked for then
     */
    public record LabelFilter(String dataSet, Expression label, Expression original, Origin origin, String run,
            boolean without) {
    }

    /**
     * A sample and the label that counts.
     *
     * @param sampleId     the sample
     * @param dataSet      name of the data set
     * @param split        the data set's own, or null
     * @param capturedFrom the camera that saw it, or null
     * @param expires      until when a captured one is kept, or null
     * @param original     the label it was published with, or null
     * @param label        the one that counts, or null
     * @param origin       where that comes from
     * @param runId        the run that proposed it, or null
     * @param model        that run's model, or null
     * @param by           who gave it, or null if it was published
     * @param at           when, or null if it was published
     */
    public record SampleLabel(String sampleId, String dataSet, LabeledFrame.Split split, String capturedFrom,
            Instant expires, Expression original, Expression label, Origin origin, String runId, ModelRef model, String by,
            Instant at) {
    }

    /**
     * A change of a sample's label for all.
     *
     * @param at         when
     * @param previous   the label before, or null
     * @param label      the label after, or null
     * @param origin     where that comes from
     * @param proposalId the proposal that it goes back to, or null
     * @param model      that proposal's model, or null
     * @param by         a person, {@code policy}, or who released the model
     * @param reason     {@code confirmed}, {@code promoted}, {@code published}, what a person wrote, or null
     * @param undoneBy   who undid it, its run or its model, or null
     * @param undoneAt   when, or null
     */
    public record Change(Instant at, Expression previous, Expression label, Origin origin, String proposalId, ModelRef model,
            String by, String reason, String undoneBy, Instant undoneAt) {
    }

    /**
     * Where a sample's picture lies on {@code labeled-frames}.
     *
     * @param partition of the topic
     * @param offset    in the partition
     */
    public record Place(int partition, long offset) {
    }

    /**
     * A record that could not be read.
     *
     * @param topic     where it lies
     * @param partition of the topic
     * @param offset    in the partition
     * @param reason    why
     * @param at        when it was read
     */
    public record Refused(String topic, int partition, long offset, String reason, Instant at) {
    }

    /** Conditions that are all asked for. */
    private static final class Conditions {

        private final List<String> terms = new ArrayList<>();
        private final Map<String, Object> values = new LinkedHashMap<>();
        private final List<String> order = new ArrayList<>();

        /** One that the index begins with. */
        Conditions by(String column, Object value) {
            equal(column, value);
            if (value != null) {
                order.add(column);
            }
            return this;
        }

        /** Not asked for again if the index begins with it. */
        Conditions equal(String column, Object value) {
            if (value != null && !order.contains("d" + column.substring(1))) {
                terms.add(column + " = :" + name(column));
                values.put(name(column), value);
            }
            return this;
        }

        Conditions after(String column, Object value) {
            if (value != null) {
                terms.add(column + " > :after");
                values.put("after", value);
            }
            return this;
        }

        private static String name(String column) {
            return column.replace(".", "_");
        }

        String where() {
            return terms.isEmpty() ? "" : " WHERE " + String.join(" AND ", terms);
        }
    }

    private <T> List<T> page(String select, Conditions conditions, String last, int most, RowMapper<T> mapper) {
        conditions.order.add(last);
        return database.read(handle -> handle.createQuery(select + conditions.where() + " ORDER BY "
                + String.join(", ", conditions.order) + " LIMIT :most").bindMap(conditions.values).bind("most", most)
                .map(mapper).list());
    }

    /**
     * Proposals in the order in which they came.
     *
     * @param after {@link Proposal#seq} of the last one of the page before, or null
     * @param most  so many at most
     */
    public List<Proposal> proposals(ProposalFilter filter, Long after, int most) {
        Conditions conditions = new Conditions();
        String table = "proposals";
        if (filter.sample != null) {
            conditions.by("d.sample_id", filter.sample);
        } else if (filter.run != null && filter.label != null && filter.proposed != null) {
            conditions.by("d.run_id", filter.run).by("d.label", filter.label).by("d.proposed", filter.proposed);
        } else if (filter.decision != null) {
            table = "rulings";
            conditions.by("d.run_id", filter.run).by("d.decision", filter.decision);
        } else if (filter.run != null) {
            conditions.by("d.run_id", filter.run);
        } else if (filter.label != null && filter.proposed != null) {
            conditions.by("d.label", filter.label).by("d.proposed", filter.proposed);
        } else {
            conditions.by("d.data_set", filter.dataSet);
        }
        conditions.equal("p.run_id", filter.run).equal("r.decision", filter.decision).equal("p.data_set", filter.dataSet)
                .equal("p.label", filter.label).equal("p.proposed", filter.proposed).equal("p.epoch", filter.epoch)
                .after("d.seq", after);
        return page(String.format(PROPOSALS, table), conditions, "d.seq", most, Proposals.ROW);
    }

    /**
     * Labels in the order of the samples' ids.
     *
     * @param after id of the last sample of the page before, or null
     * @param most  so many at most
     */
    public List<SampleLabel> labels(LabelFilter filter, String after, int most) {
        Conditions conditions = new Conditions();
        if (filter.run != null) {
            conditions.by("d.run_id", filter.run).terms.add(CHANGE_COUNTS);
        } else if (filter.origin != null) {
            conditions.by("d.origin", filter.origin);
        } else if (filter.without) {
            conditions.terms.add("d.label IS NULL");
            conditions.order.add("d.label");
        } else if (filter.label != null) {
            conditions.by("d.label", filter.label);
        } else if (filter.original != null) {
            conditions.by("d.original", filter.original);
        } else {
            conditions.by("d.data_set", filter.dataSet);
        }
        String id = filter.run == null ? "d.id" : "d.sample_id";
        conditions.equal("s.data_set", filter.dataSet).equal("s.label", filter.label).equal("s.original", filter.original)
                .equal("s.origin", filter.origin).after(id, after);
        if (filter.without) {
            conditions.terms.add("s.label IS NULL");
        }
        return page(String.format(LABELS, filter.run == null ? "samples" : "changes", id), conditions, id, most,
                Queries::label);
    }

    private static SampleLabel label(ResultSet row, StatementContext context) throws SQLException {
        return new SampleLabel(row.getString("id"), row.getString("data_set"),
                Proposals.read(context, row, "split", LabeledFrame.Split.class), row.getString("captured_from"),
                Proposals.read(context, row, "expires", Instant.class),
                Proposals.read(context, row, "original", Expression.class),
                Proposals.read(context, row, "label", Expression.class),
                Proposals.read(context, row, "origin", Origin.class), row.getString("run_id"), model(row),
                row.getString("made_by"), Proposals.read(context, row, "made_at", Instant.class));
    }

    private static ModelRef model(ResultSet row) throws SQLException {
        String name = row.getString("model_name");
        return name == null ? null : new ModelRef(name, row.getString("model_version"));
    }

    /** The label of a sample; empty if there is none. */
    public Optional<SampleLabel> label(String sampleId) {
        return page(String.format(LABELS, "samples", "d.id"), new Conditions().equal("d.id", sampleId), "d.id", 1,
                Queries::label).stream().findFirst();
    }

    /** The changes of a sample's label, oldest first. */
    public List<Change> changes(String sampleId, int most) {
        return page("SELECT c.*, COALESCE(c.undone_by, r.undone_by) AS ended_by, COALESCE(c.undone_at, r.undone_at) AS ended_at"
                + " FROM changes c LEFT JOIN runs r ON r.run_id = c.run_id AND c.origin = 'pseudo'",
                new Conditions().equal("c.sample_id", sampleId), "c.id", most,
                (row, context) -> new Change(Proposals.read(context, row, "made_at", Instant.class),
                        Proposals.read(context, row, "previous", Expression.class),
                        Proposals.read(context, row, "label", Expression.class),
                        Proposals.read(context, row, "origin", Origin.class), row.getString("proposal_id"), model(row),
                        row.getString("made_by"), row.getString("reason"), row.getString("ended_by"),
                        Proposals.read(context, row, "ended_at", Instant.class)));
    }

    /** Where the picture of a sample lies; empty if there is no such sample. */
    public Optional<Place> picture(String sampleId) {
        return page("SELECT log_partition, log_offset FROM samples", new Conditions().equal("id", sampleId), "id", 1,
                (row, context) -> new Place(row.getInt(1), row.getLong(2))).stream().findFirst();
    }

    /**
     * A sample that a camera saw.
     *
     * @param sampleId the sample
     * @param place    where its picture lies
     */
    public record CapturedSample(String sampleId, Place place) {
    }

    /**
     * Samples of cameras that may be kept no longer.
     *
     * @param now      those whose time is over by then
     * @param consents those that were not kept under one of these: camera and since when its consent holds
     * @param most     so many at most
     */
    public List<CapturedSample> capturesNotAllowed(Instant now, Map<String, Instant> consents, int most) {
        return database.read(handle -> {
            // one text for both, as a time has no space
            String some = consents.isEmpty() ? "" : " AND (expires < :now OR consented_since IS NULL"
                    + " OR consented_since || ' ' || captured_from NOT IN (<consents>))";
            Query query = handle.createQuery("SELECT id, log_partition, log_offset FROM samples WHERE captured_from IS NOT NULL"
                    + some + " LIMIT :most").bind("most", most);
            if (!consents.isEmpty()) {
                query.bind("now", now).bindList("consents", consents.entrySet().stream()
                        .map(consent -> consent.getValue() + " " + consent.getKey()).toList());
            }
            return query.map((row, context) -> new CapturedSample(row.getString(1), new Place(row.getInt(2), row.getLong(3))))
                    .list();
        });
    }

    /** Records that could not be read, newest first. */
    public List<Refused> refused(int most) {
        return page("SELECT * FROM refusals", new Conditions(), "refused_at DESC, topic, log_partition, log_offset DESC",
                most, (row, context) -> new Refused(row.getString("topic"), row.getInt("log_partition"),
                        row.getLong("log_offset"), row.getString("reason"),
                        Proposals.read(context, row, "refused_at", Instant.class)));
    }
}
