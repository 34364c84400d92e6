package io.hsaw.inference;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.HalfFacePair;
import io.hsaw.contracts.ModelRef;
import io.hsaw.network.Prediction;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * In place of the network one that only waits, for measuring what the pipeline around it costs and how it scales: a
 * waiting replica takes no core from its neighbours. Knows nothing of faces, and says so by the model's name.
 */
public final class WaitingNetwork implements Function<List<HalfFacePair>, List<Prediction>> {

    /** In every reply, in place of a model's name. */
    public static final ModelRef MODEL = new ModelRef("waiting", "none");

    private static final Prediction NOTHING = new Prediction(new double[Expression.COUNT],
            new double[Expression.COUNT], new double[Expression.COUNT], 0.5, 0.5);

    private final Duration perFace;

    /**
     * @param perFace how long it waits for each face
     * @throws IllegalArgumentException if that is negative
     */
    public WaitingNetwork(Duration perFace) {
        if (perFace.isNegative()) {
            throw new IllegalArgumentException(
                    "hsaw.inference.waiting-network must not be negative, found " + perFace);
        }
        this.perFace = perFace;
    }

    /** All expressions equally probable, for each face. */
    @Override
    public List<Prediction> apply(List<HalfFacePair> faces) {
        try {
            TimeUnit.NANOSECONDS.sleep(perFace.toNanos() * faces.size());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Collections.nCopies(faces.size(), NOTHING);
    }
}
