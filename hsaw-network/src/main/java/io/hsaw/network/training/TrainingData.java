package io.hsaw.network.training;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.HalfFacePair;

/** Labelled faces in memory, by index. Safe for reading from several threads. */
public interface TrainingData {

    /** Number of faces. */
    int size();

    /** The halves of one face. */
    HalfFacePair halves(int index);

    /** What that face is said to show. */
    Expression label(int index);

    /**
     * Told, on the training thread, which epoch begins or is gone on with, the first being 1: from then on, until the next
     * call, labels are those of that epoch. A run that is resumed repeats its updates only if they are the same again.
     */
    default void epochBegins(int epoch) {
        // labels that do not change need not know
    }

    /** Some of the faces, with the labels that they have at the moment they are asked for. */
    default TrainingData part(int... indices) {
        TrainingData whole = this;
        return new TrainingData() {
            @Override
            public int size() {
                return indices.length;
            }

            @Override
            public HalfFacePair halves(int index) {
                return whole.halves(indices[index]);
            }

            @Override
            public Expression label(int index) {
                return whole.label(indices[index]);
            }
        };
    }
}
