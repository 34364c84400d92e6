package io.hsaw.trainer.experiment;

import io.hsaw.network.training.RelabelRule;
import io.hsaw.network.training.TrainingSettings;

/**
 * One way of training in a comparison.
 *
 * @param name        for tables; letters, digits, dots and dashes, as it is a folder's too
 * @param settings    of the training; the seed is the comparison's
 * @param rule        by which labels are changed, or null if they are not
 * @param relabelFrom the first epoch after which they are
 * @param trueLabels  whether it is given the labels as published, where the others get wrong ones
 */
public record Arm(String name, TrainingSettings settings, RelabelRule rule, int relabelFrom, boolean trueLabels) {

    public Arm {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9.-]*")) {
            throw new IllegalArgumentException("an arm's name has letters, digits, dots and dashes, found " + name);
        }
        if (rule != null && (relabelFrom < 1 || relabelFrom >= settings.epochs())) {
            throw new IllegalArgumentException("labels can be changed after epoch 1 to " + (settings.epochs() - 1)
                    + " of " + settings.epochs() + ", found " + relabelFrom);
        }
        if (rule != null && settings.stage() == TrainingSettings.Stage.WHOLE) {
            throw new IllegalArgumentException("the double test of relabelling asks the halves too, which this stage does not"
                    + " train: choose parts, full or plain");
        }
    }

    /** A way of training without relabelling. */
    public Arm(String name, TrainingSettings settings) {
        this(name, settings, null, 0, false);
    }
}
