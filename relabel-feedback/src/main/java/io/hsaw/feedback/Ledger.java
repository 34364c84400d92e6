package io.hsaw.feedback;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.Label.Decision;
import io.hsaw.contracts.ModelRef;
import io.hsaw.contracts.ModelRelease;
import io.hsaw.contracts.PseudoLabel;
import io.hsaw.feedback.RefusedException.Code;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;

/**
 * The ledger of labels: what it takes in from topics, and what people decide. Each call is one transaction that holds the
 * change, the records for {@code labels} that tell of it, and how far its topic has been read; so the ledger is the same
 * however often its process is killed, and several processes may work on one. Fails with one of
 * {@link org.jdbi.v3.core.JdbiException} while the database is away.
 */
public final class Ledger {

    private final Database database;
    private final Policy policy;
    private final Runnable changed;
    private final LedgerMetrics metrics = new LedgerMetrics();

    /**
     * @param policy  for proposals that nothing speaks against
     * @param changed run after each change: there may be records to publish
     */
    public Ledger(Database database, Policy policy, Runnable changed) {
        this.database = database;
        this.policy = policy;
        this.changed = changed;
    }

    /** Times are kept in milliseconds. */
    static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    private <T, X extends Exception> T write(HandleCallback<T, X> work) throws X {
        T result = database.write(work);
        changed.run();
        return result;
    }

    /**
     * Where reading of a topic goes on.
     *
     * @param topicId what tells the topic from one of the same name made before or after
     * @param ends    of its partitions now
     * @return the offset of the next record, by partition
     */
    public Map<Integer, Long> open(String topic, String topicId, Map<Integer, Long> ends) {
        return database.write(handle -> Positions.open(handle, topic, topicId, ends));
    }

    /**
     * Takes in records of {@code labeled-frames} in their order: samples that are new, replaced or erased.
     *
     * @throws PositionMovedException if another process took them in
     */
    public void samples(Span span, List<SampleRecord> records, List<Refusal> refusals) {
        take(span, refusals, handle -> Samples.take(handle, records));
    }

    /**
     * Takes in proposals in their order: each is judged once and answered. All samples that they may mean must be in by
     * now.
     *
     * @throws PositionMovedException if another process took them in
     */
    public void proposals(Span span, List<PseudoLabel> proposals, List<Refusal> refusals) {
        List<Ruling> rulings = new ArrayList<>();
        take(span, refusals, handle -> rulings.addAll(Proposals.take(handle, proposals, policy)));
        metrics.judged(rulings);
    }

    /**
     * Takes in releases in their order: of a run whose model is the champion, the labels that were taken hold for all. All
     * proposals of these runs must be in by now.
     *
     * @throws PositionMovedException if another process took them in
     */
    public void releases(Span span, List<ModelRelease> releases, List<Refusal> refusals) {
        take(span, refusals, handle -> releases.stream()
                .filter(release -> release.role() == ModelRelease.Role.CHAMPION && release.runId() != null)
                .forEach(release -> Labels.promote(handle, release.runId(), release.model(), release.by())));
    }

    private void take(Span span, List<Refusal> refusals, Consumer<Handle> work) {
        write(handle -> {
            work.accept(handle);
            refusals.forEach(refusal -> Positions.refuse(handle, span.topic(), refusal.partition(), refusal.offset(),
                    refusal.reason()));
            Positions.advance(handle, span);
            return null;
        });
        metrics.refused(span.topic(), refusals.size());
    }

    /**
     * A person confirms a proposal: its label is that person's, for all. Done again it changes nothing.
     *
     * @param by the person, at most 200 characters
     */
    public Proposal confirm(String proposalId, String by) throws RefusedException {
        return decide(proposalId, Decision.ACCEPTED, by);
    }

    /** A person rejects a proposal: the label stays, and this model is not believed in this again. */
    public Proposal reject(String proposalId, String by) throws RefusedException {
        return decide(proposalId, Decision.REJECTED, by);
    }

    private Proposal decide(String proposalId, Decision decision, String by) throws RefusedException {
        return write(handle -> {
            Proposal proposal = Proposals.find(handle, proposalId);
            if (proposal == null) {
                throw new RefusedException(Code.UNKNOWN_PROPOSAL, "There is no proposal " + proposalId,
                        "List proposals for their ids; a sample that was erased has none.");
            }
            boolean sameAgain = proposal.decision() == decision && Ruling.PERSON.equals(proposal.reason());
            if (proposal.decision() != Decision.PENDING && !sameAgain) {
                throw new RefusedException(Code.NOT_PENDING, "Proposal " + proposalId + " is "
                        + proposal.decision().name().toLowerCase(Locale.ROOT) + " already",
                        "Set the sample's label, or undo it for the sample.");
            }
            if (!sameAgain) {
                if (decision == Decision.ACCEPTED) {
                    Labels.personSays(handle, sample(handle, proposal.sampleId()), proposal.proposed(), proposal, by,
                            "confirmed");
                }
                Proposals.decide(handle, proposal, decision, Ruling.PERSON, by);
            }
            return Proposals.find(handle, proposalId);
        });
    }

    /** A person says what a sample shows. */
    public void label(String sampleId, Expression label, String by, String reason) throws RefusedException {
        write(handle -> {
            Labels.personSays(handle, sample(handle, sampleId), label, null, by, reason);
            return null;
        });
    }

    /** The sample has the label again that it was published with; no model that was believed is believed in it again. */
    public Undone undoSample(String sampleId, String by) throws RefusedException {
        return metrics.undone(write(handle -> {
            sample(handle, sampleId);
            return Labels.undoSample(handle, sampleId, by);
        }));
    }

    /** What the run said counts no more, now and later, except what persons confirmed. */
    public Undone undoRun(String runId, String by) throws RefusedException {
        return metrics.undone(write(handle -> {
            if (Runs.find(handle, runId) == null) {
                throw new RefusedException(Code.UNKNOWN_RUN, "Run " + runId + " has made no proposal",
                        "List proposals for the ids of runs.");
            }
            return Labels.undoRun(handle, runId, by);
        }));
    }

    /** What the runs of a model said counts no more, now and later, except what persons confirmed. */
    public Undone undoModel(ModelRef model, String by) throws RefusedException {
        return metrics.undone(write(handle -> {
            List<Runs.Run> runs = Runs.of(handle, model);
            if (runs.isEmpty()) {
                throw new RefusedException(Code.UNKNOWN_MODEL, "No run of model " + model.name() + " " + model.version()
                        + " has made a proposal", "List proposals for their models.");
            }
            return runs.stream().map(run -> Labels.undoRun(handle, run.runId(), by)).reduce(new Undone(0, 0),
                    Undone::plus);
        }));
    }

    private static Samples.Known sample(Handle handle, String sampleId) throws RefusedException {
        Samples.Known sample = Samples.find(handle, List.of(sampleId)).get(sampleId);
        if (sample == null) {
            throw new RefusedException(Code.UNKNOWN_SAMPLE, "There is no sample " + sampleId,
                    "Publish it on labeled-frames, or list labels for the ids of samples.");
        }
        return sample;
    }

    /** How many records for {@code labels} wait to be published, or less. */
    public long waiting() {
        return database.read(Outbox::waiting);
    }

    /**
     * Has the oldest records for {@code labels} published that are not known to be; if that fails, they stay. Waits while
     * another process publishes.
     *
     * @param most      so many at a time
     * @param publisher returns when they are published
     * @return how many there were
     */
    public int publish(int most, Consumer<List<LabelRecord>> publisher) {
        return database.holding("publisher", handle -> Outbox.publish(handle, most, publisher));
    }
}
