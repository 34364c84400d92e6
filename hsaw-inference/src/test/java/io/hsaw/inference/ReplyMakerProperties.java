package io.hsaw.inference;

import static io.hsaw.inference.TestFaces.frame;
import static io.hsaw.inference.TestFaces.split;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.FaceReply;
import io.hsaw.contracts.HalfFaces;
import io.hsaw.contracts.ModelRef;
import io.hsaw.network.Prediction;
import io.hsaw.network.Softmax;
import io.hsaw.network.Temperatures;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;

class ReplyMakerProperties {

    @Provide
    Arbitrary<double[]> logits() {
        return Arbitraries.doubles().between(-1000, 1000).array(double[].class).ofSize(Expression.COUNT);
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void everyPredictionMakesAValidReplyWithinRoundingOfItsSoftmax(@ForAll("logits") double[] all,
            @ForAll("logits") double[] left, @ForAll("logits") double[] right,
            @ForAll @DoubleRange(min = 0, max = 1) double w,
            @ForAll @DoubleRange(min = 0.1, max = 10) double temperature) {
        Prediction prediction = new Prediction(all, left, right, w, 1 - w);
        ReplyMaker maker = new ReplyMaker(new ModelRef("m", "1"),
                new Temperatures(temperature, temperature, temperature), 0.5, new Tracks(TrackSettings.DEFAULT));

        FaceReply face = maker.reply(CameraTracks.unknown("door"), new HalfFaces(frame("f", 0), List.of(split(0, 0))),
                List.of(prediction), 0).reply().faces().get(0);

        assertArrayEquals(Softmax.of(prediction.fused(), temperature).toArray(), face.probabilities().toArray(),
                5.1e-5);
        assertEquals(face.probabilities().of(face.probabilities().mostProbable()),
                face.probabilities().of(face.expression()), "the expression is a most probable one");
        assertEquals(face.probabilities().of(face.expression()) < 0.5, face.uncertain());
    }
}
