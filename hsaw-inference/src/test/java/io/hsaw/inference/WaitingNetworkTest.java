package io.hsaw.inference;

import static io.hsaw.inference.TestFaces.split;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.contracts.HalfFacePair;
import io.hsaw.network.Prediction;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class WaitingNetworkTest {

    private static final List<HalfFacePair> FACES = List.of(split(0, 1).halves(), split(200, 2).halves());

    @Test
    void eachFaceGetsAPredictionThatPrefersNoExpression() {
        List<Prediction> predictions = new WaitingNetwork(Duration.ZERO).apply(FACES);

        assertEquals(2, predictions.size());
        for (Prediction prediction : predictions) {
            for (double logit : prediction.fused()) {
                assertEquals(0, logit);
            }
        }
    }

    @Test
    void itTakesAtLeastItsTimeForEachFace() {
        long began = System.nanoTime();

        new WaitingNetwork(Duration.ofMillis(20)).apply(FACES);

        assertTrue(System.nanoTime() - began >= Duration.ofMillis(40).toNanos());
    }

    @Test
    void aNegativeTimeIsRefusedByTheSettingsName() {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> new WaitingNetwork(Duration.ofMillis(-1)));

        assertTrue(e.getMessage().contains("hsaw.inference.waiting-network"), e.getMessage());
    }
}
