package io.hsaw.network.training;

import io.hsaw.network.heads.Losses;
import io.hsaw.network.weights.NetworkLayout;
import java.time.Duration;
import java.util.stream.IntStream;

/**
 * How a network is trained. Made by a {@link Builder}, from one of the presets {@link #modern()} and {@link #paper()}.
 *
 * @param stage             which parts are trained
 * @param size              height and width of the crops, a multiple of 32 from 64 to 224; smaller ones cost less and
 *                          prepare for 224
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
 * @param averaging         what is validated and kept is a moving average of the weights that forgets all but this share
 *                          at each update, such as 0.998; 0 for the weights themselves
 * @param balance           how much rare classes are shown more often: 0 as often as they occur, 1 all equally often; a
 *                          class of n faces has a share in proportion to n^(1 - balance)
 * @param mixup             α of the Beta(α, α) distribution by which two faces and their labels are mixed; 0 for none
 * @param pooledWeight      weight of a further cross-entropy: of a linear classifier on the mean of the trunk's last map,
 *                          which helps the trunk to learn and is no part of the model
 * @param losses            α, β, γ of equation (9)
 * @param augmentation      random changes of the pictures
 * @param seed              of the order and the random changes: same seed, same run
 */
public record TrainingSettings(Stage stage, int size, int frozenStages, int batch, int microBatch, int epochs,
        Duration timeLimit, Optimizer optimizer, double trunkLearningRate, double headsLearningRate, boolean constantRate,
        double weightDecay, double averaging, double balance, double mixup, double pooledWeight, Losses losses,
        Augmentation augmentation, long seed) {

    /** Faces whose gradients are computed at a time, at full size. */
    private static final int MICRO_BATCH = 32;

    /** Momentum of {@link Optimizer#SGD}, section 3.2. */
    static final double MOMENTUM = 0.9;

    /** Which parts are trained. */
    public enum Stage {
        /** The trunk and P_all on whole faces, by cross-entropy alone: a third of the work, to prepare the trunk. */
        WHOLE,
        /**
         * The trunk, P_all and P_i on one part of each face, the whole half of the time, else one of the halves, by the
         * cross-entropy of that part's prediction: a third of the work, to prepare the trunk for halves too.
         */
        PARTS,
        /** The whole network with equation (9). */
        FULL,
        /** A plain ResNet18 on whole faces, mean of the last map and one linear layer: what the method is compared with. */
        PLAIN
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
        if (!NetworkLayout.isInputSize(size)) {
            throw new IllegalArgumentException("crops have 64, 96, 128, 160, 192 or 224 pixels, found " + size);
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
        requireRate("mixup's alpha", mixup);
        requireRate("the pooled classifier's weight", pooledWeight);
        if (!(averaging >= 0 && averaging < 1)) {
            throw new IllegalArgumentException("averaging must be at least 0 and less than 1, found " + averaging);
        }
        if (!(balance >= 0 && balance <= 1)) {
            throw new IllegalArgumentException("the balance of classes must lie between 0 and 1, found " + balance);
        }
        if (stage == Stage.PLAIN && pooledWeight == 0) {
            throw new IllegalArgumentException("the plain network learns by its pooled classifier: its weight must not be 0");
        }
    }

    /** The greatest divisor of a batch of crops that takes no more memory than {@value #MICRO_BATCH} faces at full size. */
    public static int microBatch(int batch, int size) {
        int most = NetworkLayout.isInputSize(size)
                ? MICRO_BATCH * NetworkLayout.INPUT_SIZE * NetworkLayout.INPUT_SIZE / (size * size) : MICRO_BATCH;
        return IntStream.rangeClosed(1, most).filter(d -> batch % d == 0).max().orElseThrow();
    }

    private static void requireRate(String name, double rate) {
        if (!(rate >= 0 && rate < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " must be 0 or a positive number, found " + rate);
        }
    }

    /** The paper's settings: section 5.1, the optimiser from section 3.2. */
    public static TrainingSettings paper() {
        return new Builder().batch(128, MICRO_BATCH).lasting(50, null).optimizer(Optimizer.SGD, 0.0005).rates(0.001, 0.001)
                .constantRate(true).losses(new Losses(3, 1, 2, 0)).augmentation(Augmentation.PAPER).build();
    }

    /** The default: the paper's losses with an optimiser and augmentation that reach more in less time. */
    public static TrainingSettings modern() {
        return new Builder().averaging(0.998).balance(0.25).build();
    }

    /** A builder that starts from these settings. */
    public Builder but() {
        return new Builder().stage(stage, frozenStages).size(size).batch(batch, microBatch).lasting(epochs, timeLimit)
                .optimizer(optimizer, weightDecay).rates(trunkLearningRate, headsLearningRate).constantRate(constantRate)
                .averaging(averaging).balance(balance).mixup(mixup).pooledWeight(pooledWeight).losses(losses)
                .augmentation(augmentation).seed(seed);
    }

    /** Makes settings; what is not set is as in {@link #modern()}, without averaging and balance. */
    public static final class Builder {

        private Stage stage = Stage.FULL;
        private int size = NetworkLayout.INPUT_SIZE;
        private int frozenStages;
        private int batch = 32;
        private int microBatch = MICRO_BATCH;
        private int epochs = 10;
        private Duration timeLimit;
        private Optimizer optimizer = Optimizer.ADAMW;
        private double trunkRate = 3e-4;
        private double headsRate = 3e-4;
        private boolean constantRate;
        private double weightDecay = 0.05;
        private double averaging;
        private double balance;
        private double mixup;
        private double pooledWeight;
        private Losses losses = new Losses(3, 1, 2, 0.05f);
        private Augmentation augmentation = Augmentation.STANDARD;
        private long seed = 1;

        public Builder stage(Stage stage, int frozenStages) {
            this.stage = stage;
            this.frozenStages = frozenStages;
            return this;
        }

        public Builder size(int size) {
            this.size = size;
            return this;
        }

        public Builder batch(int batch, int microBatch) {
            this.batch = batch;
            this.microBatch = microBatch;
            return this;
        }

        public Builder lasting(int epochs, Duration timeLimit) {
            this.epochs = epochs;
            this.timeLimit = timeLimit;
            return this;
        }

        public Builder optimizer(Optimizer optimizer, double weightDecay) {
            this.optimizer = optimizer;
            this.weightDecay = weightDecay;
            return this;
        }

        public Builder rates(double trunk, double heads) {
            this.trunkRate = trunk;
            this.headsRate = heads;
            return this;
        }

        public Builder constantRate(boolean constantRate) {
            this.constantRate = constantRate;
            return this;
        }

        public Builder averaging(double averaging) {
            this.averaging = averaging;
            return this;
        }

        public Builder balance(double balance) {
            this.balance = balance;
            return this;
        }

        public Builder mixup(double mixup) {
            this.mixup = mixup;
            return this;
        }

        public Builder pooledWeight(double pooledWeight) {
            this.pooledWeight = pooledWeight;
            return this;
        }

        public Builder losses(Losses losses) {
            this.losses = losses;
            return this;
        }

        public Builder augmentation(Augmentation augmentation) {
            this.augmentation = augmentation;
            return this;
        }

        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /** @throws IllegalArgumentException naming the setting that is out of range or contradicts another */
        public TrainingSettings build() {
            return new TrainingSettings(stage, size, frozenStages, batch, microBatch, epochs, timeLimit, optimizer, trunkRate,
                    headsRate, constantRate, weightDecay, averaging, balance, mixup, pooledWeight, losses, augmentation,
                    seed);
        }
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
