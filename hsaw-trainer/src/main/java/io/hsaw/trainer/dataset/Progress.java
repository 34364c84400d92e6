package io.hsaw.trainer.dataset;

/** Told now and then how far a long task is; called on the thread that asked for the task. */
@FunctionalInterface
public interface Progress {

    /** Tells nobody. */
    Progress NONE = (done, total) -> { };

    /** So many of the samples are done. */
    void at(int done, int total);
}
