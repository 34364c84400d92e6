package io.hsaw.contracts;

/** A face and its two halves, on {@code half-faces}. */
public record SplitFace(DetectedFace face, HalfFacePair halves) {
    public SplitFace {
        Checks.requirePresent("face", face);
        Checks.requirePresent("halves", halves);
    }
}
