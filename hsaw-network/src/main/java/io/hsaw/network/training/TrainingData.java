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
}
