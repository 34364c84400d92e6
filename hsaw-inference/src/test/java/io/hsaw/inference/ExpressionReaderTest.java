package io.hsaw.inference;

import static io.hsaw.inference.TestFaces.frame;
import static io.hsaw.inference.TestFaces.split;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hsaw.contracts.HalfFacePair;
import io.hsaw.contracts.HalfFaces;
import io.hsaw.contracts.RejectionCode;
import io.hsaw.network.Prediction;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExpressionReaderTest {

    private final List<Integer> batches = new ArrayList<>();

    /** Stands for the network: the grey of a face is its first logit. */
    private List<Prediction> greys(List<HalfFacePair> faces) {
        batches.add(faces.size());
        return faces.stream().map(face -> new Prediction(new double[] {face.left().pixels()[0], 0, 0, 0, 0, 0, 0},
                new double[7], new double[7], 0.5, 0.5)).toList();
    }

    private static List<Double> firstLogits(List<Prediction> predictions) {
        return predictions.stream().map(prediction -> prediction.all()[0]).toList();
    }

    @Test
    void theFacesOfAllFramesAreOneBatchAndComeBackToTheirFrames() {
        List<List<Prediction>> read = new ExpressionReader(this::greys).read(List.of(
                new HalfFaces(frame("f1", 0), List.of(split(0, 1), split(200, 2))),
                new HalfFaces(frame("f2", 33).rejected(RejectionCode.STALE, "old"), List.of()),
                new HalfFaces(frame("window", "f1", 0), List.of(split(0, 3)))));

        assertEquals(List.of(3), batches);
        assertEquals(List.of(List.of(1.0, 2.0), List.of(), List.of(3.0)),
                read.stream().map(ExpressionReaderTest::firstLogits).toList());
    }

    @Test
    void framesWithoutFacesDoNotWakeTheNetwork() {
        List<List<Prediction>> read =
                new ExpressionReader(this::greys).read(List.of(new HalfFaces(frame("f1", 0), List.of())));

        assertEquals(List.of(List.of()), read);
        assertEquals(List.of(), batches);
    }

    @Test
    void anAnswerOfAnotherLengthIsAnError() {
        ExpressionReader reader = new ExpressionReader(faces -> List.of());

        assertThrows(IllegalStateException.class,
                () -> reader.read(List.of(new HalfFaces(frame("f1", 0), List.of(split(0, 1))))));
    }
}
