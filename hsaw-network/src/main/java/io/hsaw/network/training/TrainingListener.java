package io.hsaw.network.training;

import java.time.Duration;

/** Told how training goes; called on the training thread. */
public interface TrainingListener {

    /**
     * An update of the weights.
     *
     * @param step           updates so far
     * @param epoch          passes over the data, with fraction
     * @param progress       share of the whole run, 0 to 1
     * @param total          equation (9), mean over the batch
     * @param weightSum      equation (3)
     * @param balance        equation (7)
     * @param crossEntropy   equation (8)
     * @param accuracy       share of the batch read right, on augmented pictures
     * @param facesPerSecond since this process began to train
     * @param elapsed        time trained, earlier processes included
     */
    record Step(long step, double epoch, double progress, double total, double weightSum, double balance,
            double crossEntropy, double accuracy, double facesPerSecond, Duration elapsed) {
    }

    /** After each update. */
    void step(Step step);

    /** After each epoch, and at the end. */
    void validated(double epoch, Validation figures);

    /**
     * At the end of each epoch but the last, before its checkpoint: what is decided here holds from the next epoch on. Asked
     * again after a resume from an earlier checkpoint.
     *
     * @param epoch that has ended, the first being 1
     * @param judge reads faces with the network as it is now
     * @throws TrainingException to end training without a checkpoint of this moment: resumed, it asks again
     */
    default void epochEnded(int epoch, Judge judge) throws TrainingException, InterruptedException {
        // not everyone changes labels
    }

    /** Asked after each update: whether to keep a checkpoint now and end there. */
    default boolean stopped() {
        return false;
    }
}
