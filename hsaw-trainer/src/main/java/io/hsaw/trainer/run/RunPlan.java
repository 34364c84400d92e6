package io.hsaw.trainer.run;

import io.hsaw.contracts.TrainingCommand;
import io.hsaw.contracts.TrainingCommand.Settings;
import io.hsaw.network.training.RelabelRule;
import io.hsaw.network.training.TrainingSettings;
import java.time.Duration;

/**
 * What a command asks for, in the terms of the engine.
 *
 * @param training    its settings
 * @param relabelFrom epoch from whose end on labels are judged; 0 for never
 * @param rule        by which
 * @param folds       0 where the network that is trained judges; else labels are judged once, at the end of that epoch,
 *                    by as many others, each of samples that it was not trained on
 */
record RunPlan(TrainingSettings training, int relabelFrom, RelabelRule rule, int folds) {

    /** Section 5.1. */
    private static final int PAPER_RELABELS_FROM = 20;

    /**
     * The preset with the command's settings.
     *
     * @param startSize at which the model to start from reads crops, or null for random weights: the size unless the
     *                  command or the paper's preset says another
     * @throws RunProblem if settings contradict each other
     */
    static RunPlan of(TrainingCommand command, Integer startSize) throws RunProblem {
        boolean paper = command.preset() == TrainingCommand.Preset.PAPER;
        TrainingSettings preset = paper ? TrainingSettings.paper() : TrainingSettings.modern();
        Settings asked = command.settings() == null ? none() : command.settings();
        try {
            int batch = or(asked.batch(), preset.batch());
            int size = or(asked.size(), paper || startSize == null ? preset.size() : startSize);
            TrainingSettings training = preset.but()
                    .stage(asked.stage() == null ? preset.stage() : TrainingSettings.Stage.valueOf(asked.stage().name()),
                            preset.frozenStages())
                    .size(size)
                    .batch(batch, or(asked.microBatch(), TrainingSettings.microBatch(batch, size)))
                    .lasting(or(asked.epochs(), preset.epochs()),
                            asked.minutes() == null ? preset.timeLimit() : Duration.ofMillis(Math.round(60_000 * asked.minutes())))
                    .rates(or(asked.trunkRate(), preset.trunkLearningRate()), or(asked.headsRate(), preset.headsLearningRate()))
                    .balance(or(asked.balance(), preset.balance()))
                    .averaging(or(asked.averaging(), preset.averaging()))
                    .seed(or(asked.seed(), preset.seed()))
                    .build();
            RunPlan plan = new RunPlan(training, or(asked.relabelFrom(), paper ? PAPER_RELABELS_FROM : 0),
                    new RelabelRule(or(asked.margin(), 0.0)), or(asked.folds(), 0));
            plan.requireSense(asked);
            return plan;
        } catch (IllegalArgumentException e) {
            throw new RunProblem(RunProblem.Code.CONTRADICTORY_SETTINGS, e);
        }
    }

    private void requireSense(Settings asked) {
        boolean full = training.stage() == TrainingSettings.Stage.FULL;
        require(training.stage() != TrainingSettings.Stage.PLAIN, "the plain network is for comparison and cannot be released:"
                + " choose stage full, parts or whole");
        require(full || asked.relabelFrom() == null || asked.relabelFrom() == 0,
                "labels are judged by all parts of the network: relabel in stage full only, or set relabelFrom to 0");
        require(asked.relabelFrom() == null || asked.relabelFrom() < training.epochs() || asked.relabelFrom() == 0,
                "what is relabelled at the end of epoch " + asked.relabelFrom() + " needs later epochs to be trained on, there are "
                        + training.epochs() + ": relabel sooner or train for more epochs");
        require(relabelFrom > 0 || or(asked.margin(), 0.0) == 0, "a margin needs relabelling: set relabelFrom too");
        require(relabelFrom > 0 || folds == 0, "judging in folds needs relabelling: set relabelFrom too");
        require(folds != 1, "with one fold there is nothing left to train its judge on: set folds to 2 or more, or leave it out");
    }

    /** How a network that judges one fold is trained: as the run is, to the epoch at whose end it judges. */
    TrainingSettings judgeTraining() {
        return training.but().lasting(relabelFrom, null).build();
    }

    /** Whether labels are judged at the end of an epoch. */
    boolean relabelsAfter(int epoch) {
        return relabelFrom > 0 && (folds == 0 ? epoch >= relabelFrom : epoch == relabelFrom)
                && training.stage() == TrainingSettings.Stage.FULL;
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }

    private static <T> T or(T asked, T preset) {
        return asked == null ? preset : asked;
    }

    private static Settings none() {
        return new Settings(null, null, null, null, null, null, null, null, null, null, null, null, null, null, null);
    }
}
