package io.hsaw.feedback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.Label;
import io.hsaw.contracts.Label.Decision;
import io.hsaw.contracts.Label.Origin;
import io.hsaw.contracts.LabeledFrame;
import io.hsaw.contracts.ModelRef;
import io.hsaw.contracts.ModelRelease;
import io.hsaw.contracts.Probabilities;
import io.hsaw.contracts.PseudoLabel;
import io.hsaw.contracts.Topics;
import io.hsaw.feedback.Queries.Change;
import io.hsaw.feedback.Queries.LabelFilter;
import io.hsaw.feedback.Queries.ProposalFilter;
import io.hsaw.feedback.Queries.SampleLabel;
import io.hsaw.feedback.RefusedException.Code;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("io.hsaw.feedback.TestDatabase#here")
class LedgerTest {

    private static final String TOPIC_ID = "a-topic";
    private static final ModelRef MODEL = new ModelRef("hsaw", "run-1");

    @Parameter
    TestDatabase kind;

    private Database database;
    private Ledger ledger;
    private final Map<String, Long> read = new HashMap<>();
    /** What stands on the topic after compaction. */
    private final Map<String, Label> labels = new HashMap<>();

    @BeforeEach
    void open() {
        database = new Database(kind.create(), null, null);
        ledger = with(new Policy(Policy.Kind.PAPER, 0));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private Ledger with(Policy policy) {
        return new Ledger(database, policy, () -> { });
    }

    private Span next(String topic, int records) {
        long from = read.computeIfAbsent(topic, first -> ledger.open(topic, TOPIC_ID, Map.of(0, 0L)).get(0));
        read.put(topic, from + records);
        return new Span(topic, TOPIC_ID, Map.of(0, from), Map.of(0, from + records));
    }

    private void samples(SampleRecord... records) {
        ledger.samples(next(Topics.LABELED_FRAMES, records.length), List.of(records), List.of());
    }

    private static SampleRecord sample(String id, Expression label, LabeledFrame.Split split) {
        return new SampleRecord(id, new LabeledFrame(id, "faces", label, split, true, null, null), "0".repeat(64), 0, 7);
    }

    private static SampleRecord sample(String id, Expression label) {
        return sample(id, label, null);
    }

    private static SampleRecord erased(String id) {
        return new SampleRecord(id, null, null, 0, 8);
    }

    /** With P(proposed) = 0.5 and P(label) = 0.5 - margin. */
    static PseudoLabel proposal(String run, int epoch, String sample, Expression label, Expression proposed, double margin) {
        double[] p = new double[Expression.COUNT];
        Arrays.fill(p, margin / 5);
        p[label.ordinal()] = 0.5 - margin;
        p[proposed.ordinal()] = 0.5;
        Probabilities fused = Probabilities.of(p);
        return new PseudoLabel(run, epoch, sample, new ModelRef("hsaw", run), label, proposed, fused, fused, fused, 0.4, 0.6,
                Instant.parse("2026-01-02T03:04:05.678Z"));
    }

    private void propose(Ledger to, PseudoLabel... proposals) {
        to.proposals(next(Topics.PSEUDO_LABELS, proposals.length), List.of(proposals), List.of());
    }

    private void propose(PseudoLabel... proposals) {
        propose(ledger, proposals);
    }

    private void promote(String run) {
        ModelRelease release = new ModelRelease(new ModelRef("hsaw", run), ModelRelease.Role.CHAMPION, "0".repeat(64), run,
                null, "run", null, Instant.EPOCH);
        ledger.releases(next(Topics.MODEL_RELEASES, 1), List.of(release), List.of());
    }

    private int publish() {
        int all = 0;
        int some;
        do {
            some = ledger.publish(2, records -> records.forEach(record -> {
                if (record.label() == null) {
                    labels.remove(record.key());
                } else {
                    labels.put(record.key(), record.label());
                }
            }));
            all += some;
        } while (some > 0);
        return all;
    }

    private Label answer(String run, String sample) {
        publish();
        return labels.get(Label.forkKey(run, sample));
    }

    private Expression common(String sample) {
        return database.read(handle -> Samples.find(handle, List.of(sample))).get(sample).label();
    }

    private Proposal ruled(String run, int epoch, String sample) {
        return database.read(handle -> Proposals.find(handle, PseudoLabel.id(run, epoch, sample)));
    }

    private long rows(String table) {
        return database.read(handle -> handle.createQuery("SELECT COUNT(*) FROM " + table).mapTo(long.class).one());
    }

    @Test
    void aProposalIsKeptWholeAndItsLabelHoldsInItsRunAlone() {
        PseudoLabel proposal = proposal("run-1", 6, "a", Expression.ANGER, Expression.FEAR, 0.25);
        samples(sample("a", Expression.ANGER));
        propose(proposal);

        Proposal kept = ruled("run-1", 6, "a");
        assertEquals(new Proposal(kept.seq(), proposal.proposalId(), "run-1", 6, "a", "faces", MODEL, Expression.ANGER,
                Expression.FEAR, proposal.fused(), proposal.whole(), proposal.auxiliary(), 0.4, 0.6, proposal.at(),
                Decision.ACCEPTED, null, Labels.POLICY, kept.decidedAt()), kept);
        assertEquals(Label.answer(proposal, Decision.ACCEPTED, Expression.FEAR, Expression.ANGER, Origin.PSEUDO, null,
                kept.decidedAt()), answer("run-1", "a"));
        assertEquals(Expression.ANGER, common("a"));
        assertNull(labels.get("a"));
    }

    @Test
    void aProposalThatComesTwiceIsJudgedOnceAndAnsweredAlike() {
        PseudoLabel proposal = proposal("run-1", 6, "a", Expression.ANGER, Expression.FEAR, 0.25);
        samples(sample("a", Expression.ANGER));
        propose(proposal);
        Label first = answer("run-1", "a");
        propose(with(new Policy(Policy.Kind.REVIEW, 0)), proposal, proposal);

        assertEquals(first, answer("run-1", "a"));
        assertEquals(1, rows("proposals"));
        assertEquals(1, rows("rulings"));
    }

    @Test
    void aLaterProposalOfTheRunGoesFromTheLabelThatItHasThere() {
        samples(sample("a", Expression.ANGER));
        propose(proposal("run-1", 6, "a", Expression.ANGER, Expression.FEAR, 0.25),
                proposal("run-1", 7, "a", Expression.FEAR, Expression.SADNESS, 0.25));
        assertEquals(Expression.SADNESS, answer("run-1", "a").label());

        propose(with(new Policy(Policy.Kind.MARGIN, 0.2)), proposal("run-1", 8, "a", Expression.SADNESS, Expression.FEAR, 0.1));
        Label answer = answer("run-1", "a");
        assertEquals(Decision.REJECTED, answer.decision());
        assertEquals(Ruling.MARGIN, answer.reason());
        assertEquals(Expression.SADNESS, answer.label());
        assertEquals(Expression.ANGER, answer.original());
    }

    @Test
    void byMarginAProposalMustBeMoreProbableByMoreThanTheMargin() {
        samples(sample("a", Expression.ANGER), sample("b", Expression.ANGER));
        propose(with(new Policy(Policy.Kind.MARGIN, 0.2)),
                proposal("run-1", 6, "a", Expression.ANGER, Expression.FEAR, 0.25),
                proposal("run-1", 6, "b", Expression.ANGER, Expression.FEAR, 0.15));

        assertEquals(Decision.ACCEPTED, answer("run-1", "a").decision());
        assertEquals(Decision.REJECTED, answer("run-1", "b").decision());
        assertEquals(Expression.ANGER, answer("run-1", "b").label());
    }

    @Test
    void forReviewAProposalWaitsForAPersonWhoseConfirmationHoldsForAll() throws Exception {
        Ledger review = with(new Policy(Policy.Kind.REVIEW, 0));
        samples(sample("a", Expression.ANGER), sample("b", Expression.ANGER));
        propose(review, proposal("run-1", 6, "a", Expression.ANGER, Expression.FEAR, 0.25),
                proposal("run-1", 6, "b", Expression.ANGER, Expression.FEAR, 0.25));
        assertEquals(Decision.PENDING, answer("run-1", "a").decision());
        assertEquals(Expression.ANGER, answer("run-1", "a").label());

        Proposal confirmed = ledger.confirm("run-1/6/a", "Ada");
        assertEquals(confirmed, ledger.confirm("run-1/6/a", "Ada"));
        ledger.reject("run-1/6/b", "Ada");

        assertEquals(Decision.ACCEPTED, answer("run-1", "a").decision());
        assertEquals(Expression.FEAR, answer("run-1", "a").label());
        assertEquals(Label.common("a", Expression.FEAR, Expression.ANGER, Origin.PERSON, MODEL, "confirmed",
                labels.get("a").at()), labels.get("a"));
        assertEquals(Decision.REJECTED, answer("run-1", "b").decision());
        assertEquals(Expression.ANGER, common("b"));
        assertNull(labels.get("b"));

        RefusedException refused = assertThrows(RefusedException.class, () -> ledger.confirm("run-1/6/b", "Ada"));
        assertEquals(Code.NOT_PENDING, refused.code());
        propose(proposal("run-1", 7, "b", Expression.ANGER, Expression.FEAR, 0.25));
        assertEquals(Ruling.PERSON, answer("run-1", "b").reason());
    }

    @Test
    void aLabelByAPersonWinsOverProposalsBeforeAndAfterIt() throws Exception {
        samples(sample("a", Expression.ANGER));
        propose(proposal("run-1", 6, "a", Expression.ANGER, Expression.FEAR, 0.25));
        ledger.label("a", Expression.SADNESS, "Ada", "looks sad");

        assertEquals(Expression.SADNESS, answer("run-1", "a").label());
        assertEquals(Decision.REJECTED, answer("run-1", "a").decision());
        assertEquals(Origin.PERSON, labels.get("a").origin());
        propose(proposal("run-2", 6, "a", Expression.SADNESS, Expression.FEAR, 0.25));
        assertEquals(Ruling.PERSON, answer("run-2", "a").reason());
        assertEquals(Expression.SADNESS, answer("run-2", "a").label());
        promote("run-1");
        promote("run-2");
        publish();
        assertEquals(Expression.SADNESS, common("a"));
        assertEquals(List.of("a"), List.copyOf(labels.keySet()));
    }

    @Test
    void labelsOfARunHoldForAllWhenItsModelIsPromotedAndItsForkIsGone() {
        samples(sample("a", Expression.ANGER), sample("b", Expression.ANGER), sample("c", Expression.ANGER));
        propose(proposal("run-1", 6, "a", Expression.ANGER, Expression.FEAR, 0.25),
                proposal("run-1", 6, "b", Expression.ANGER, Expression.SADNESS, 0.25));
        propose(with(new Policy(Policy.Kind.MARGIN, 0.2)), proposal("run-1", 6, "c", Expression.ANGER, Expression.FEAR, 0.1));
        promote("run-1");
        publish();

        assertEquals(Expression.FEAR, common("a"));
        assertEquals(Expression.SADNESS, common("b"));
        assertEquals(Expression.ANGER, common("c"));
        assertEquals(Map.of("a", Expression.FEAR, "b", Expression.SADNESS), Map.of("a", labels.get("a").label(), "b",
                labels.get("b").label()));
        assertEquals(2, labels.size());
        assertEquals(MODEL, labels.get("a").model());
        promote("run-1");
        assertEquals(0, publish());
        propose(proposal("run-1", 7, "c", Expression.ANGER, Expression.FEAR, 0.25));
        assertEquals(Ruling.RUN_OVER, answer("run-1", "c").reason());
    }

    @Test
    void undoingARunBringsBackTheLabelsBeforeItAndIsNotUndoneByTheRun() throws Exception {
        samples(sample("a", Expression.ANGER), sample("b", Expression.ANGER), sample("c", Expression.ANGER));
        propose(proposal("run-0", 6, "a", Expression.ANGER, Expression.DISGUST, 0.25));
        promote("run-0");
        propose(proposal("run-1", 6, "a", Expression.DISGUST, Expression.FEAR, 0.25),
                proposal("run-1", 6, "b", Expression.ANGER, Expression.FEAR, 0.25));
        propose(with(new Policy(Policy.Kind.REVIEW, 0)), proposal("run-1", 6, "c", Expression.ANGER, Expression.FEAR, 0.25));
        promote("run-1");
        ledger.confirm("run-1/6/c", "Ada");

        assertEquals(new Undone(2, 2), ledger.undoRun("run-1", "Ada"));
        publish();
        assertEquals(Expression.DISGUST, common("a"));
        assertEquals(Expression.DISGUST, labels.get("a").label());
        assertEquals(new ModelRef("hsaw", "run-0"), labels.get("a").model());
        assertEquals(Expression.ANGER, common("b"));
        assertNull(labels.get("b"));
        assertEquals(Expression.FEAR, common("c"), "confirmed by a person");
        assertEquals(Ruling.UNDONE, ruled("run-1", 6, "a").reason());
        assertEquals(new Undone(0, 0), ledger.undoRun("run-1", "Ada"));

        propose(proposal("run-1", 7, "b", Expression.ANGER, Expression.FEAR, 0.25));
        assertEquals(Ruling.UNDONE, answer("run-1", "b").reason());
        propose(proposal("run-2", 7, "b", Expression.ANGER, Expression.FEAR, 0.25));
        assertEquals(Decision.ACCEPTED, answer("run-2", "b").decision());
    }

    @Test
    void anEarlierRunCanBeUndoneUnderALaterOne() throws Exception {
        samples(sample("a", Expression.ANGER));
        propose(proposal("run-0", 6, "a", Expression.ANGER, Expression.DISGUST, 0.25));
        promote("run-0");
        propose(proposal("run-1", 6, "a", Expression.DISGUST, Expression.FEAR, 0.25));
        promote("run-1");

        assertEquals(new Undone(0, 1), ledger.undoRun("run-0", "Ada"));
        assertEquals(Expression.FEAR, common("a"));
        ledger.undoModel(MODEL, "Ada");
        publish();
        assertEquals(Expression.ANGER, common("a"));
        assertTrue(labels.isEmpty(), labels::toString);
    }

    @Test
    void undoingARunThatGoesOnEndsItsFork() throws Exception {
        samples(sample("a", Expression.ANGER), sample("b", Expression.ANGER));
        propose(proposal("run-1", 6, "a", Expression.ANGER, Expression.FEAR, 0.25));
        publish();
        assertEquals(new Undone(0, 1), ledger.undoModel(MODEL, "Ada"));
        publish();
        assertTrue(labels.isEmpty(), labels::toString);

        propose(proposal("run-1", 7, "b", Expression.ANGER, Expression.FEAR, 0.25));
        assertEquals(Ruling.UNDONE, answer("run-1", "b").reason());
        promote("run-1");
        assertEquals(Expression.ANGER, common("a"));
        assertEquals(Expression.ANGER, common("b"));
    }

    @Test
    void undoingASampleBringsBackItsPublishedLabelAndIsNotUndoneByTheSameModel() throws Exception {
        samples(sample("a", Expression.ANGER), sample("b", Expression.ANGER));
        propose(proposal("run-1", 6, "a", Expression.ANGER, Expression.FEAR, 0.25),
                proposal("run-1", 6, "b", Expression.ANGER, Expression.FEAR, 0.25));
        assertEquals(new Undone(0, 1), ledger.undoSample("a", "Ada"));
        assertEquals(Expression.ANGER, answer("run-1", "a").label());
        assertEquals(Ruling.UNDONE, answer("run-1", "a").reason());

        propose(proposal("run-1", 7, "a", Expression.ANGER, Expression.SADNESS, 0.25));
        assertEquals(Ruling.UNDONE, answer("run-1", "a").reason());
        promote("run-1");
        assertEquals(Expression.ANGER, common("a"));
        assertEquals(Expression.FEAR, common("b"));

        ledger.label("b", Expression.HAPPINESS, "Ada", null);
        assertEquals(new Undone(1, 1), ledger.undoSample("b", "Ada"));
        publish();
        assertEquals(Expression.ANGER, common("b"));
        assertTrue(labels.isEmpty(), labels::toString);
    }

    @Test
    void aProposalForNoSampleIsRejectedWithItsReason() {
        propose(proposal("run-1", 6, "nowhere", Expression.ANGER, Expression.FEAR, 0.25));
        Label answer = answer("run-1", "nowhere");
        assertEquals(Decision.REJECTED, answer.decision());
        assertEquals(Ruling.UNKNOWN_SAMPLE, answer.reason());
        assertEquals(Expression.ANGER, answer.label());
        assertNull(answer.original());
    }

    @Test
    void samplesForValidationKeepTheirLabels() {
        samples(sample("a", Expression.ANGER, LabeledFrame.Split.VALIDATION),
                sample("b", Expression.ANGER, LabeledFrame.Split.TRAINING));
        propose(proposal("run-1", 6, "a", Expression.ANGER, Expression.FEAR, 0.25),
                proposal("run-1", 6, "b", Expression.ANGER, Expression.FEAR, 0.25));
        assertEquals(Ruling.VALIDATION, answer("run-1", "a").reason());
        assertEquals(Decision.ACCEPTED, answer("run-1", "b").decision());
    }

    @Test
    void erasingASampleLeavesNothingOfItNeitherHereNorOnTheTopic() throws Exception {
        samples(sample("a", Expression.ANGER), sample("b", null));
        propose(proposal("run-1", 6, "a", Expression.ANGER, Expression.FEAR, 0.25));
        ledger.label("a", Expression.FEAR, "Ada", null);
        ledger.label("b", Expression.FEAR, "Ada", null);
        publish();
        assertEquals(3, labels.size());
        samples(erased("a"), erased("b"), erased("never there"));
        publish();

        assertTrue(labels.isEmpty(), labels::toString);
        for (String table : List.of("samples", "proposals", "rulings", "changes", "forks", "outbox")) {
            assertEquals(0, rows(table), table);
        }
        samples(sample("a", Expression.SADNESS));
        propose(proposal("run-1", 6, "a", Expression.SADNESS, Expression.FEAR, 0.25));
        assertEquals(Decision.ACCEPTED, answer("run-1", "a").decision());
    }

    @Test
    void aSamplePublishedAgainKeepsWhatWasSaidOfIt() throws Exception {
        samples(sample("a", Expression.ANGER), sample("b", Expression.ANGER));
        ledger.label("a", Expression.FEAR, "Ada", null);
        samples(sample("a", Expression.DISGUST), sample("b", Expression.DISGUST), sample("b", Expression.SADNESS));
        publish();
        assertEquals(Expression.FEAR, common("a"));
        assertEquals(Expression.DISGUST, labels.get("a").original());
        assertEquals(Expression.SADNESS, common("b"));
        ledger.undoSample("a", "Ada");
        assertEquals(Expression.DISGUST, common("a"));
    }

    @Test
    void aPersonLabelsWhatACameraSaw() throws Exception {
        samples(captured("door/1", "door", Instant.EPOCH, Instant.EPOCH));
        ledger.label("door/1", Expression.SURPRISE, "Ada", null);
        publish();
        assertEquals(Label.common("door/1", Expression.SURPRISE, null, Origin.PERSON, null, null, labels.get("door/1").at()),
                labels.get("door/1"));
        ledger.undoSample("door/1", "Ada");
        publish();
        assertNull(common("door/1"));
        assertTrue(labels.isEmpty(), labels::toString);
    }

    @Test
    void whatIsKeptOfACameraMayBeKeptUnderTheConsentThatHoldsNowAndUntilItsTimeIsOver() {
        Instant since = Instant.parse("2026-01-02T03:04:05.123456789Z");
        Instant now = Instant.parse("2026-01-03T00:00:00Z");
        Map<String, Instant> consents = Map.of("door", since, "front gate", since.plusNanos(1));
        samples(sample("published", Expression.ANGER), captured("door", "door", now, since),
                captured("gate", "front gate", now, since.plusNanos(1)), captured("over", "door", now.minusMillis(1), since),
                captured("before", "door", now, since.minusNanos(1)), captured("another's", "door", now, since.plusNanos(1)),
                captured("untold", "door", now, null), captured("hall", "hall", now, since));

        assertEquals(Set.of("over", "before", "another's", "untold", "hall"), notAllowed(now, consents));
        assertEquals(Set.of("door", "gate", "over", "before", "another's", "untold", "hall"), notAllowed(now, Map.of()));
        samples(captured("door", "door", now, since.plusNanos(1)), captured("before", "door", now, since));
        assertEquals(Set.of("over", "door", "another's", "untold", "hall"), notAllowed(now, consents));
    }

    private static SampleRecord captured(String id, String camera, Instant expires, Instant consentedSince) {
        return new SampleRecord(id, new LabeledFrame(id, "captured", null, null, true, null,
                new LabeledFrame.Capture(camera, "trial", expires, consentedSince)), "0".repeat(64), 0, 1);
    }

    private Set<String> notAllowed(Instant now, Map<String, Instant> consents) {
        return new Queries(database).capturesNotAllowed(now, consents, 100).stream()
                .map(Queries.CapturedSample::sampleId).collect(Collectors.toSet());
    }

    @Test
    void recordsThatFailToBePublishedStayAndAreTheSameAgain() {
        samples(sample("a", Expression.ANGER));
        propose(proposal("run-1", 6, "a", Expression.ANGER, Expression.FEAR, 0.25));
        assertThrows(IllegalStateException.class, () -> ledger.publish(10, records -> {
            records.forEach(record -> labels.put(record.key(), record.label()));
            throw new IllegalStateException("no broker");
        }));
        Map<String, Label> before = Map.copyOf(labels);
        assertEquals(1, publish());
        assertEquals(before, labels);
    }

    @Test
    void whatAnotherProcessHasReadIsNotTakenInAgain() {
        samples(sample("a", Expression.ANGER));
        Span again = new Span(Topics.LABELED_FRAMES, TOPIC_ID, Map.of(0, 0L), Map.of(0, 1L));
        assertThrows(PositionMovedException.class, () -> ledger.samples(again, List.of(erased("a")), List.of()));
        assertEquals(Expression.ANGER, common("a"));
        assertEquals(1, ledger.open(Topics.LABELED_FRAMES, TOPIC_ID, Map.of(0, 1L)).get(0));
    }

    @Test
    void samplesThatAreNotInATopicMadeAnewAreErased() {
        samples(sample("a", Expression.ANGER), sample("b", Expression.ANGER));
        Map<Integer, Long> from = ledger.open(Topics.LABELED_FRAMES, "another", Map.of(0, 1L));
        assertEquals(Map.of(0, 0L), from);
        assertEquals(2, rows("samples"));
        ledger.samples(new Span(Topics.LABELED_FRAMES, "another", from, Map.of(0, 1L)),
                List.of(sample("b", Expression.ANGER)), List.of());
        assertEquals(1, rows("samples"));
        assertEquals(Expression.ANGER, common("b"));
    }

    @Test
    void samplesOfATopicMadeAnewThatIsEmptyAreErasedAtOnce() {
        samples(sample("a", Expression.ANGER));
        ledger.open(Topics.LABELED_FRAMES, "another", Map.of(0, 0L));
        assertEquals(0, rows("samples"));
    }

    @Test
    void samplesErasedWhileNobodyReadForLongerThanErasuresAreToldAreErased() {
        samples(sample("a", Expression.ANGER));
        database.write(handle -> handle.execute("UPDATE positions SET read_at = TIMESTAMP WITH TIME ZONE"
                + " '2020-01-01 00:00:00+00:00'"));
        assertEquals(0, ledger.open(Topics.LABELED_FRAMES, TOPIC_ID, Map.of(0, 5L)).get(0));
        ledger.samples(new Span(Topics.LABELED_FRAMES, TOPIC_ID, Map.of(0, 0L), Map.of(0, 5L)), List.of(), List.of());
        assertEquals(0, rows("samples"));
    }

    @Test
    void aLargeBatchIsTakenInAtOnce() {
        int many = 2500;
        samples(IntStream.range(0, many).mapToObj(i -> sample("s" + i, Expression.ANGER)).toArray(SampleRecord[]::new));
        propose(IntStream.range(0, many).mapToObj(i -> proposal("run-1", 6, "s" + i, Expression.ANGER, Expression.FEAR, 0.25))
                .toArray(PseudoLabel[]::new));
        promote("run-1");
        publish();
        assertEquals(many, labels.size());
    }

    /** Pages of two, one after the other. */
    private static <T, A> List<T> pages(BiFunction<A, Integer, List<T>> list, Function<T, A> after) {
        List<T> all = new ArrayList<>();
        List<T> page = list.apply(null, 2);
        while (!page.isEmpty()) {
            all.addAll(page);
            page = list.apply(after.apply(page.get(page.size() - 1)), 2);
        }
        return all;
    }

    private static boolean asked(Object filter, Object value) {
        return filter == null || filter.equals(value);
    }

    /** Nothing asked for, and these. */
    private static List<Object> orNone(Object... values) {
        List<Object> all = new ArrayList<>(List.of(values));
        all.add(null);
        return all;
    }

    private static List<List<Object>> combinations(List<List<Object>> choices) {
        List<List<Object>> combined = List.of(List.of());
        for (List<Object> choice : choices) {
            combined = combined.stream().flatMap(some -> choice.stream().map(one -> {
                List<Object> more = new ArrayList<>(some);
                more.add(one);
                return more;
            })).toList();
        }
        return combined;
    }

    private void severalRuns() throws Exception {
        Expression[] expressions = {Expression.ANGER, Expression.SADNESS, null};
        samples(IntStream.range(0, 12).mapToObj(i -> new SampleRecord("s" + i, new LabeledFrame("s" + i,
                i % 4 == 0 ? "others" : "faces", expressions[i % 3], null, true, null, null), "0".repeat(64), 0, i))
                .toArray(SampleRecord[]::new));
        for (String run : List.of("run-1", "run-2")) {
            propose(with(new Policy(Policy.Kind.MARGIN, 0.2)), IntStream.range(0, 10).mapToObj(i -> proposal(run, 6, "s" + i,
                    i % 2 == 0 ? Expression.ANGER : Expression.SADNESS, i % 3 == 0 ? Expression.DISGUST : Expression.FEAR,
                    i % 5 == 0 ? 0.1 : 0.25)).toArray(PseudoLabel[]::new));
        }
        promote("run-1");
        ledger.label("s3", Expression.FEAR, "Ada", null);
        propose(with(new Policy(Policy.Kind.REVIEW, 0)), proposal("run-2", 7, "s1", Expression.ANGER, Expression.FEAR, 0.25));
    }

    @Test
    void proposalsAreListedByAnyFilterPageByPage() throws Exception {
        severalRuns();
        Queries queries = new Queries(database);
        ProposalFilter none = new ProposalFilter(null, null, null, null, null, null, null);
        List<Proposal> all = queries.proposals(none, null, 1000);
        assertEquals(21, all.size());
        for (List<Object> asked : combinations(List.of(orNone("run-1", "run-2", "run-3"), orNone(6, 7),
                orNone(Decision.ACCEPTED, Decision.REJECTED, Decision.PENDING), orNone("faces", "others"),
                orNone(Expression.ANGER), orNone(Expression.FEAR), orNone("s1")))) {
            ProposalFilter filter = new ProposalFilter((String) asked.get(0), (Integer) asked.get(1), (Decision) asked.get(2),
                    (String) asked.get(3), (Expression) asked.get(4), (Expression) asked.get(5), (String) asked.get(6));
            assertEquals(all.stream().filter(one -> asked(filter.run(), one.runId()) && asked(filter.epoch(), one.epoch())
                    && asked(filter.decision(), one.decision()) && asked(filter.dataSet(), one.dataSet())
                    && asked(filter.label(), one.label()) && asked(filter.proposed(), one.proposed())
                    && asked(filter.sample(), one.sampleId())).toList(),
                    pages((Long after, Integer most) -> queries.proposals(filter, after, most), Proposal::seq),
                    filter::toString);
        }
    }

    @Test
    void labelsAreListedByAnyFilterPageByPage() throws Exception {
        severalRuns();
        Queries queries = new Queries(database);
        List<SampleLabel> all = queries.labels(new LabelFilter(null, null, null, null, null, false), null, 1000);
        assertEquals(12, all.size());
        for (List<Object> asked : combinations(List.of(orNone("faces", "others"), orNone(Expression.FEAR),
                orNone(Expression.ANGER), orNone(Origin.PUBLISHED, Origin.PSEUDO, Origin.PERSON), orNone("run-1", "run-2"),
                List.of(true, false)))) {
            boolean without = (boolean) asked.get(5);
            LabelFilter filter = new LabelFilter((String) asked.get(0), without ? null : (Expression) asked.get(1),
                    (Expression) asked.get(2), (Origin) asked.get(3), (String) asked.get(4), without);
            assertEquals(all.stream().filter(one -> asked(filter.dataSet(), one.dataSet()) && asked(filter.label(), one.label())
                    && asked(filter.original(), one.original()) && asked(filter.origin(), one.origin())
                    && asked(filter.run(), one.runId()) && (!without || one.label() == null)).toList(),
                    pages((String after, Integer most) -> queries.labels(filter, after, most), SampleLabel::sampleId),
                    filter::toString);
        }
    }

    @Test
    void theHistoryOfASampleTellsWhoUndidWhat() throws Exception {
        samples(sample("a", Expression.ANGER));
        for (String run : List.of("run-1", "run-2")) {
            propose(proposal(run, 6, "a", Expression.ANGER, run.equals("run-1") ? Expression.FEAR : Expression.DISGUST, 0.25));
            promote(run);
        }
        ledger.undoRun("run-1", "Ada");
        ledger.undoSample("a", "Ben");

        List<Change> changes = new Queries(database).changes("a", 10);
        assertEquals(List.of(Expression.FEAR, Expression.DISGUST), changes.stream().map(Change::label).toList());
        assertEquals(List.of("Ada", "Ben"), changes.stream().map(Change::undoneBy).toList());
    }

    @Test
    void whatIsAskedOfNothingIsRefusedWithItsName() {
        assertEquals(Code.UNKNOWN_PROPOSAL, assertThrows(RefusedException.class, () -> ledger.reject("x/1/y", "Ada")).code());
        assertEquals(Code.UNKNOWN_SAMPLE, assertThrows(RefusedException.class, () -> ledger.undoSample("y", "Ada")).code());
        assertEquals(Code.UNKNOWN_RUN, assertThrows(RefusedException.class, () -> ledger.undoRun("x", "Ada")).code());
        assertEquals(Code.UNKNOWN_MODEL, assertThrows(RefusedException.class, () -> ledger.undoModel(MODEL, "Ada")).code());
    }
}
