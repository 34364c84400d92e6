package io.hsaw.trainer.dataset;

/** Told now and then how far a long task is. Called by several threads, never by two at once. */
@FunctionalInterface
public interface Progress {

    /** Tells nobody. */
    Progress NONE = (done, total) -> { };

    /** So many of the samples are done. */
    void at(int done, int total);
}
