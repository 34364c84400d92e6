package io.hsaw.feedback;

/**
 * What an undo took back.
 *
 * @param labels    samples whose label for all changed
 * @param proposals that were taken or waited for a person, and now are rejected
 */
public record Undone(int labels, int proposals) {

    Undone plus(Undone other) {
        return new Undone(labels + other.labels, proposals + other.proposals);
    }
}
