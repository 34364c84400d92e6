package io.hsaw.feedback;

import java.util.List;
import java.util.stream.Stream;

/** What a ledger holds, without times and numbers given in the order of arrival. */
public final class LedgerDump {

    private LedgerDump() {
    }

    /** One line per row, sorted. */
    public static List<String> of(Database database) {
        return Stream.of(
                "SELECT topic, log_partition, next_offset FROM positions",
                "SELECT topic, log_partition, log_offset, reason FROM refusals",
                "SELECT id, data_set, sha256, log_partition, log_offset, original, label, origin FROM samples",
                "SELECT sample_id, label, previous, origin, proposal_id, model_version, made_by, reason, undone_by FROM changes",
                "SELECT run_id, model_version, state, undone_by FROM runs",
                "SELECT id, data_set, label, proposed, decision, rulings.reason, decided_by FROM proposals JOIN rulings"
                        + " ON rulings.seq = proposals.seq",
                "SELECT run_id, sample_id, label, proposal_id FROM forks")
                .flatMap(query -> database.read(handle -> handle.createQuery(query).mapToMap()
                        .map(row -> query.replaceAll(".* FROM ", "") + " " + row).list()).stream())
                .sorted().toList();
    }
}
