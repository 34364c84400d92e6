package io.hsaw.feedback;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.Label.Origin;
import io.hsaw.contracts.LabeledFrame;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** The samples of {@code labeled-frames}: taken in, replaced, erased. */
final class Samples {

    /** Ids looked up by one statement. */
    private static final int CHUNK = 1000;

    /**
     * What the ledger knows of a sample.
     *
     * @param id       the sample
     * @param dataSet  name of the data set
     * @param split    the data set's own, or null
     * @param original the label it was published with, or null
     * @param label    the one that counts now, or null
     * @param origin   where that comes from
     */
    record Known(String id, String dataSet, LabeledFrame.Split split, Expression original, Expression label,
            Origin origin) {
    }

    private Samples() {
    }

    /** Those of the samples that are there. */
    static Map<String, Known> find(Handle handle, Collection<String> ids) {
        Map<String, Known> found = new HashMap<>();
        for (List<String> some : chunks(ids)) {
            handle.createQuery("SELECT id, data_set, split, original, label, origin FROM samples WHERE id IN (<ids>)")
                    .bindList("ids", some).map((row, context) -> new Known(row.getString(1), row.getString(2),
                            Proposals.read(context, row, "split", LabeledFrame.Split.class),
                            Proposals.read(context, row, "original", Expression.class),
                            Proposals.read(context, row, "label", Expression.class),
                            Proposals.read(context, row, "origin", Origin.class)))
                    .forEach(sample -> found.put(sample.id(), sample));
        }
        return found;
    }

    static List<List<String>> chunks(Collection<String> ids) {
        List<String> all = List.copyOf(new LinkedHashSet<>(ids));
        List<List<String>> chunks = new ArrayList<>();
        for (int i = 0; i < all.size(); i += CHUNK) {
            chunks.add(all.subList(i, Math.min(all.size(), i + CHUNK)));
        }
        return chunks;
    }

    /** Takes in records in their order; of several about one sample the last counts, and an erasure before it erases. */
    static void take(Handle handle, List<SampleRecord> records) {
        Map<String, SampleRecord> last = new LinkedHashMap<>();
        Set<String> erased = new LinkedHashSet<>();
        for (SampleRecord record : records) {
            last.put(record.sampleId(), record);
            if (record.frame() == null) {
                erased.add(record.sampleId());
            }
        }
        erase(handle, erased);
        List<SampleRecord> present = last.values().stream().filter(record -> record.frame() != null).toList();
        if (present.isEmpty()) {
            return;
        }
        Map<String, Known> known = find(handle, present.stream().map(SampleRecord::sampleId).toList());
        add(handle, present.stream().filter(record -> !known.containsKey(record.sampleId())).toList());
        replace(handle, present.stream().filter(record -> known.containsKey(record.sampleId())).toList());
        for (SampleRecord record : present) {
            Known before = known.get(record.sampleId());
            if (before != null && before.original() != record.frame().label()) {
                Labels.publishedAnew(handle, before, record.frame().label());
            }
        }
    }

    private static void add(Handle handle, List<SampleRecord> records) {
        write(handle, records, "INSERT INTO samples (id, data_set, split, captured_from, capture_reason, expires,"
                + " consented_since, sha256, log_partition, log_offset, original, label, origin) VALUES (:id, :dataSet, :split,"
                + " :camera, :reason, :expires, :consentedSince, :sha256, :partition, :offset, :label, :label, 'published')");
    }

    private static void replace(Handle handle, List<SampleRecord> records) {
        write(handle, records, "UPDATE samples SET data_set = :dataSet, split = :split, captured_from = :camera,"
                + " capture_reason = :reason, expires = :expires, consented_since = :consentedSince, sha256 = :sha256,"
                + " log_partition = :partition, log_offset = :offset WHERE id = :id");
    }

    private static void write(Handle handle, List<SampleRecord> records, String sql) {
        if (records.isEmpty()) {
            return;
        }
        PreparedBatch batch = handle.prepareBatch(sql);
        for (SampleRecord record : records) {
            LabeledFrame frame = record.frame();
            LabeledFrame.Capture capture = frame.capture();
            batch.bind("id", record.sampleId()).bind("dataSet", frame.dataSet())
                    .bindByType("split", frame.split(), LabeledFrame.Split.class)
                    .bind("camera", capture == null ? null : capture.cameraId())
                    .bind("reason", capture == null ? null : capture.reason())
                    .bind("expires", capture == null ? null : capture.expires())
                    .bind("consentedSince", capture == null || capture.consentedSince() == null ? null
                            : capture.consentedSince().toString()).bind("sha256", record.sha256())
                    .bind("partition", record.partition()).bind("offset", record.offset())
                    .bindByType("label", frame.label(), Expression.class).add();
        }
        batch.execute();
    }

    /** The samples and all that was said of them are gone; what stands of them on {@code labels} goes too. */
    static void erase(Handle handle, Collection<String> ids) {
        for (List<String> some : chunks(ids)) {
            handle.createUpdate("INSERT INTO outbox (sample_id, gone) SELECT DISTINCT sample_id, TRUE FROM changes"
                    + " WHERE sample_id IN (<ids>)").bindList("ids", some).execute();
            handle.createUpdate("INSERT INTO outbox (sample_id, run_id, gone) SELECT sample_id, run_id, TRUE FROM forks"
                    + " WHERE sample_id IN (<ids>)").bindList("ids", some).execute();
            handle.createUpdate("DELETE FROM rulings WHERE seq IN (SELECT seq FROM proposals WHERE sample_id IN (<ids>))")
                    .bindList("ids", some).execute();
            for (String table : List.of("forks", "proposals", "changes")) {
                handle.createUpdate("DELETE FROM " + table + " WHERE sample_id IN (<ids>)").bindList("ids", some).execute();
            }
            handle.createUpdate("DELETE FROM samples WHERE id IN (<ids>)").bindList("ids", some).execute();
        }
    }

    /** The partition is read again from its beginning: none of its samples has come up yet. */
    static void expectAgain(Handle handle, int partition) {
        handle.createUpdate("UPDATE samples SET log_offset = -1 WHERE log_partition = :partition")
                .bind("partition", partition).execute();
    }

    /** The partition was read again: samples that did not come up have been erased. */
    static void eraseMissing(Handle handle, int partition) {
        erase(handle, handle.createQuery("SELECT id FROM samples WHERE log_partition = :partition AND log_offset = -1")
                .bind("partition", partition).mapTo(String.class).list());
    }
}
