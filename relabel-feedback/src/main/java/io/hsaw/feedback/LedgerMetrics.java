package io.hsaw.feedback;

import io.hsaw.contracts.Label.Decision;
import io.hsaw.contracts.Topics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Metrics;
import java.util.List;
import java.util.Locale;

/** Counts what the ledger has committed. Each series begins with 0 when the ledger is made, not with its first event. */
final class LedgerMetrics {

    private static final List<Ruling> RULINGS = List.of(new Ruling(Decision.ACCEPTED, null), new Ruling(Decision.PENDING, null),
            Ruling.rejected(Ruling.UNKNOWN_SAMPLE), Ruling.rejected(Ruling.UNDONE), Ruling.rejected(Ruling.RUN_OVER),
            Ruling.rejected(Ruling.VALIDATION), Ruling.rejected(Ruling.PERSON), Ruling.rejected(Ruling.MARGIN));

    private final Counter labelsUndone = undone("labels");
    private final Counter proposalsUndone = undone("proposals");

    LedgerMetrics() {
        RULINGS.forEach(LedgerMetrics::proposals);
        List.of(Topics.LABELED_FRAMES, Topics.PSEUDO_LABELS, Topics.MODEL_RELEASES).forEach(LedgerMetrics::refusals);
    }

    private static Counter proposals(Ruling ruling) {
        return Counter.builder("hsaw.ledger.proposals").description("Proposals judged, by answer.")
                .tag("decision", ruling.decision().name().toLowerCase(Locale.ROOT))
                .tag("reason", ruling.reason() == null ? "none" : ruling.reason()).register(Metrics.globalRegistry);
    }

    private static Counter refusals(String topic) {
        return Counter.builder("hsaw.ledger.refused").description("Records that could not be read.").tag("topic", topic)
                .register(Metrics.globalRegistry);
    }

    private static Counter undone(String what) {
        return Counter.builder("hsaw.ledger.undone").description("Labels and proposals that persons undid.").tag("what", what)
                .register(Metrics.globalRegistry);
    }

    void judged(List<Ruling> rulings) {
        rulings.forEach(ruling -> proposals(ruling).increment());
    }

    void refused(String topic, int records) {
        refusals(topic).increment(records);
    }

    Undone undone(Undone undone) {
        labelsUndone.increment(undone.labels());
        proposalsUndone.increment(undone.proposals());
        return undone;
    }
}
