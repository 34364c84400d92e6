package io.hsaw.trainer.run;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.Label;
import io.hsaw.contracts.ModelRef;
import io.hsaw.contracts.Probabilities;
import io.hsaw.contracts.PseudoLabel;
import io.hsaw.contracts.TrainingProgress.Phase;
import io.hsaw.contracts.TrainingProgress.Problem;
import io.hsaw.contracts.TrainingProgress.Relabels;
import io.hsaw.network.Prediction;
import io.hsaw.network.Softmax;
import io.hsaw.network.training.Judge;
import io.hsaw.network.training.RelabelRule;
import io.hsaw.network.training.TrainingException;
import io.hsaw.trainer.samples.SampleCopy;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Adaptive relabelling, section 4.5, at the end of an epoch: the network judges the training part, what it would label
 * otherwise is proposed, and what came of the proposals by then are the labels of the run from the next epoch on.
 */
final class Relabelling {

    private static final Duration LOOK = Duration.ofMillis(500);

    private final String runId;
    private final ModelRef model;
    private final RelabelRule rule;
    private final RunData data;
    private final RunFolder folder;
    private final SampleCopy samples;
    private final Announcer announcer;
    private final Duration decisionsWithin;
    private final RunReport report;
    private final Announcer.Patience stop;

    /** @param stop throws when the run is to stop */
    Relabelling(ModelRef model, RelabelRule rule, RunData data, RunFolder folder, SampleCopy samples,
            Announcer announcer, Duration decisionsWithin, RunReport report, Announcer.Patience stop) {
        this.runId = model.version();
        this.model = model;
        this.rule = rule;
        this.data = data;
        this.folder = folder;
        this.samples = samples;
        this.announcer = announcer;
        this.decisionsWithin = decisionsWithin;
        this.report = report;
        this.stop = stop;
    }

    /** Does it for the end of an epoch; nothing where a process before this one got so far already. */
    void after(int epoch, Judge judge) throws TrainingException, IOException, InterruptedException {
        if (folder.labels(epoch + 1).isPresent()) {
            return;
        }
        report.phase(Phase.RELABELLING, 0);
        List<Prediction> predictions = judge.judge(data, done -> {
            stop.check();
            report.phase(Phase.RELABELLING, 0.9 * done / data.size());
        });
        List<PseudoLabel> proposals = proposals(epoch, predictions);
        announcer.propose(proposals, stop);
        Map<String, Label> answers = awaitAnswers(proposals);
        Relabels relabels = count(data.labelsOf(epoch).relabels(), proposals, answers);
        folder.write(epoch + 1, new RunFolder.Labels(changed(answers), relabels));
        report.relabels(relabels);
    }

    /** Without those on which a person is to decide still. */
    private List<PseudoLabel> proposals(int epoch, List<Prediction> predictions) {
        Map<String, Label> answers = answers();
        List<PseudoLabel> proposals = new ArrayList<>();
        for (int i = 0; i < predictions.size(); i++) {
            String sample = data.sampleId(i);
            Label answer = answers.get(sample);
            if (answer != null && answer.decision() == Label.Decision.PENDING
                    && !answer.proposalId().equals(PseudoLabel.id(runId, epoch, sample))) {
                continue;
            }
            Prediction prediction = predictions.get(i);
            Expression label = data.label(i);
            rule.proposal(prediction, label).ifPresent(proposed -> proposals.add(new PseudoLabel(runId, epoch, sample, model,
                    label, proposed, probabilities(prediction.fused()), probabilities(prediction.all()),
                    probabilities(prediction.aux()),
                    Probabilities.rounded(prediction.weightLeft()), Probabilities.rounded(prediction.weightRight()),
                    Instant.now())));
        }
        return proposals;
    }

    /** All answers to this run, once each of the proposals has one or the time is over; it begins anew while Kafka is away. */
    private Map<String, Label> awaitAnswers(List<PseudoLabel> proposals) throws InterruptedException {
        long end = System.nanoTime() + decisionsWithin.toNanos();
        while (true) {
            Map<String, Label> answers = answers();
            long open = proposals.stream().filter(proposal -> !answered(proposal, answers)).count();
            report.phase(Phase.RELABELLING, proposals.isEmpty() ? 1 : 0.9 + 0.1 * (proposals.size() - open) / proposals.size());
            if (open == 0) {
                report.note(null);
                return answers;
            }
            if (samples.problem().isPresent()) {
                end = System.nanoTime() + decisionsWithin.toNanos(); // no decision can come
            }
            if (System.nanoTime() > end) {
                report.note(new Problem("undecided", open + " of " + proposals.size() + " proposed labels were not decided"
                        + " within " + decisionsWithin.toSeconds() + " s and are left as they are: see that relabel-feedback runs"));
                return answers;
            }
            stop.check();
            samples.awaitNews(LOOK);
        }
    }

    private static boolean answered(PseudoLabel proposal, Map<String, Label> answers) {
        Label answer = answers.get(proposal.sampleId());
        return answer != null && answer.proposalId().equals(proposal.proposalId());
    }

    private Map<String, Label> answers() {
        Map<String, Label> answers = new HashMap<>();
        samples.answers(runId).forEach(answer -> answers.put(answer.sampleId(), answer));
        return answers;
    }

    private static Relabels count(Relabels before, List<PseudoLabel> proposals, Map<String, Label> answers) {
        int[] counts = new int[Label.Decision.values().length];
        for (PseudoLabel proposal : proposals) {
            if (answered(proposal, answers)) {
                counts[answers.get(proposal.sampleId()).decision().ordinal()]++;
            }
        }
        return new Relabels(before.proposed() + proposals.size(),
                before.accepted() + counts[Label.Decision.ACCEPTED.ordinal()],
                before.rejected() + counts[Label.Decision.REJECTED.ordinal()],
                before.pending() + counts[Label.Decision.PENDING.ordinal()]);
    }

    /** The labels that are other ones than the manifest's; an answer that was undone says the one before again. */
    private Map<String, Expression> changed(Map<String, Label> answers) {
        Map<String, Expression> changed = new HashMap<>();
        for (int i = 0; i < data.size(); i++) {
            Label answer = answers.get(data.sampleId(i));
            if (answer != null && answer.label() != data.firstLabel(i)) {
                changed.put(data.sampleId(i), answer.label());
            }
        }
        return changed;
    }

    private static Probabilities probabilities(double[] logits) {
        return Softmax.of(logits, 1).rounded();
    }
}
