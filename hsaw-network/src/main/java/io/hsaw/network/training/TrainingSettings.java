package io.hsaw.network.training;

import io.hsaw.network.heads.Losses;
import java.time.Duration;

/**
 * How a network is trained.
 *
 * @param stage             which parts are trained
 * @param frozenStages      how many stages of the trunk keep their weights: 0 none, 1 conv1 and layer1, 2 layer2 too
 * @param batch             faces per update
 * @param microBatch        faces whose gradients are computed at a time; divides {@code batch}; bounds the memory needed
 * @param epochs            passes over the data
 * @param timeLimit         time after which training has come to its end as if all epochs were over, or null: the
 *                          learning rate falls with whichever is further on
 * @param optimizer         how gradients become updates
 * @param trunkLearningRate highest learning rate of the trunk
 * @param headsLearningRate highest learning rate of the heads
 * @param constantRate      whether the learning rate stays as it is, as in the paper; else it warms up and falls to 0 by
 *                          a cosine
 * @param weightDecay       of matrices; vectors have none
 * @param losses            α, β, γ of equation (9)
 * @param augmentation      random changes of the pictures
 * @param seed              of the order and the random changes: same seed, same run
 */
public record TrainingSettings(Stage stage, int frozenStages, int batch, int microBatch, int epochs, Duration timeLimit,
        Optimizer optimizer, double trunkLearningRate, double headsLearningRate, boolean constantRate,
        double weightDecay, Losses losses, Augmentation augmentation, long seed) {

    /** Momentum of {@link Optimizer#SGD}, section 3.2. */
    static final double MOMENTUM = 0.9;

    /** Which parts are trained. */
    public enum Stage {
        /** The trunk and P_all on whole faces, by cross-entropy alone: a third of the work, to prepare the trunk. */
        WHOLE,
        /** The whole network with equation (9). */
        FULL
    }

    /** How gradients become updates. */
    public enum Optimizer {
        /** Gradient descent with momentum 0.9; weight decay is part of the gradient. */
        SGD,
        /** Adam with weight decay apart from the gradient. */
        ADAMW
    }

    public TrainingSettings {
        if (batch < 2 || microBatch < 2 || batch % microBatch != 0) {
            throw new IllegalArgumentException("the micro-batch (" + microBatch + ") must divide the batch (" + batch
                    + "), and both must be at least 2");
        }
        if (frozenStages < 0 || frozenStages > 4) {
            throw new IllegalArgumentException("the trunk has stages 1 to 4 to freeze, found " + frozenStages);
        }
        if (epochs < 1) {
            throw new IllegalArgumentException("epochs must be at least 1, found " + epochs);
        }
        if (timeLimit != null && timeLimit.toMillis() <= 0) {
            throw new IllegalArgumentException("the time limit must be longer than nothing, found " + timeLimit);
        }
        requireRate("the trunk's learning rate", trunkLearningRate);
        requireRate("the heads' learning rate", headsLearningRate);
        requireRate("the weight decay", weightDecay);
    }

    private static void requireRate(String name, double rate) {
        if (!(rate >= 0 && rate < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " must be 0 or a positive number, found " + rate);
        }
    }

    /** The paper's settings: section 5.1, the optimiser from section 3.2. */
    public static TrainingSettings paper() {
        return new TrainingSettings(Stage.FULL, 0, 128, 32, 50, null, Optimizer.SGD, 0.001, 0.001, true, 0.0005,
                new Losses(3, 1, 2, 0), Augmentation.PAPER, 1);
    }

    /** The default: the paper's losses with an optimiser and augmentation that reach more in less time. */
    public static TrainingSettings modern() {
        return new TrainingSettings(Stage.FULL, 0, 32, 32, 10, null, Optimizer.ADAMW, 3e-4, 3e-4, false, 0.02,
                new Losses(3, 1, 2, 0.05f), Augmentation.STANDARD, 1);
    }

    /** The same with another length. */
    public TrainingSettings lasting(int epochs, Duration timeLimit) {
        return new TrainingSettings(stage, frozenStages, batch, microBatch, epochs, timeLimit, optimizer, trunkLearningRate,
                headsLearningRate, constantRate, weightDecay, losses, augmentation, seed);
    }

    /** The same with other highest learning rates. */
    public TrainingSettings learningAt(double trunk, double heads) {
        return new TrainingSettings(stage, frozenStages, batch, microBatch, epochs, timeLimit, optimizer, trunk, heads, constantRate,
                weightDecay, losses, augmentation, seed);
    }

    /** The same for another stage. */
    public TrainingSettings training(Stage stage, int frozenStages) {
        return new TrainingSettings(stage, frozenStages, batch, microBatch, epochs, timeLimit, optimizer, trunkLearningRate,
                headsLearningRate, constantRate, weightDecay, losses, augmentation, seed);
    }

    /** Share of the highest learning rate at a progress from 0 to 1. */
    double rate(double progress) {
        if (constantRate) {
            return 1;
        }
        double warmUp = 0.03;
        return progress < warmUp ? Math.max(0.02, progress / warmUp)
                : 0.5 * (1 + Math.cos(Math.PI * Math.min(1, (progress - warmUp) / (1 - warmUp))));
    }
}
