package io.hsaw.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.contracts.Box;
import io.hsaw.contracts.Expression;
import io.hsaw.contracts.ExpressionReading;
import io.hsaw.contracts.FaceReply;
import io.hsaw.contracts.FrameInfo;
import io.hsaw.contracts.FrameReply;
import io.hsaw.contracts.HalfReading;
import io.hsaw.contracts.HalvesReading;
import io.hsaw.contracts.KeyPoints;
import io.hsaw.contracts.ModelRef;
import io.hsaw.contracts.Point;
import io.hsaw.contracts.Probabilities;
import io.hsaw.network.ModelCard;
import io.hsaw.network.Temperatures;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ShadowFiguresTest {

    private static final ModelCard CARD = new ModelCard("shadow", "1", "made by a test", "none", "none", Map.of(), null,
            Temperatures.NONE, null, "0".repeat(64));

    private final ShadowFigures shadow = new ShadowFigures();

    @Test
    void facesAreComparedByCameraFrameAndIndex() {
        shadow.read(List.of(reply("door", "1", "shadow", Expression.ANGER, Expression.FEAR),
                reply("window", "1", "shadow", Expression.SADNESS)), 30);
        shadow.answered(reply("window", "1", "old", Expression.SADNESS));
        shadow.answered(reply("door", "1", "older", Expression.ANGER, Expression.SURPRISE));
        shadow.answered(reply("door", "2", "old", Expression.DISGUST));

        ShadowFigures.Figures figures = shadow.figures(CARD, "somewhere");

        assertEquals(2, figures.frames());
        assertEquals(3, figures.faces());
        assertEquals(0, figures.withoutAnswer());
        assertEquals(Map.of("old/1", 1, "older/1", 2), figures.answeredBy());
        assertEquals(3, figures.agreement().samples());
        assertEquals(2 / 3.0, figures.agreement().share());
        assertEquals(1, figures.changes()[Expression.SURPRISE.ordinal()][Expression.FEAR.ordinal()]);
        assertEquals(1, figures.changes()[Expression.ANGER.ordinal()][Expression.ANGER.ordinal()]);
        // of three faces one is as different as can be
        assertEquals(1 / 3.0, figures.meanDifference(), 1e-9);
        assertEquals(10, figures.millisPerFace().median());
        String text = ShadowFigures.toText(figures);
        assertTrue(text.contains("same expression on 66.7 % of 3 faces"), text);
        assertTrue(text.contains("shadow/1 (somewhere)"), text);
    }

    @Test
    void framesOfOneNameAreComparedInTheirOrder() {
        shadow.read(List.of(reply("door", "1", "shadow", Expression.ANGER), reply("door", "1", "shadow", Expression.FEAR)), 1);
        shadow.answered(reply("door", "1", "old", Expression.ANGER));
        shadow.answered(reply("door", "1", "old", Expression.FEAR));
        shadow.answered(reply("door", "1", "old", Expression.NEUTRAL));

        assertEquals(1, shadow.figures(CARD, "somewhere").agreement().share());
    }

    @Test
    void framesWithoutAnAnswerOrWithOtherFacesAreCountedAndNotCompared() {
        shadow.read(List.of(reply("door", "1", "shadow", Expression.ANGER), reply("door", "2", "shadow", Expression.ANGER),
                reply("door", "3", "shadow")), 1);
        shadow.answered(reply("door", "2", "old", Expression.ANGER, Expression.ANGER));
        shadow.answered(reply("door", "3", "old"));

        ShadowFigures.Figures figures = shadow.figures(CARD, "somewhere");

        assertEquals(1, figures.withoutAnswer());
        assertEquals(1, figures.otherFaces());
        assertEquals(0, figures.agreement().samples());
        assertNull(figures.meanDifference());
        assertEquals(Map.of(), figures.answeredBy());
        assertTrue(ShadowFigures.toText(figures).contains("no face could be compared"), ShadowFigures.toText(figures));
    }

    private static FrameReply reply(String camera, String frame, String model, Expression... faces) {
        return new FrameReply(new FrameInfo(camera, frame, Instant.EPOCH, 640, 480, null, Map.of()), new ModelRef(model, "1"),
                Stream.of(faces).map(ShadowFiguresTest::face).toList());
    }

    /** One that shows nothing but this expression. */
    private static FaceReply face(Expression expression) {
        double[] certain = new double[Expression.COUNT];
        certain[expression.ordinal()] = 1;
        Probabilities probabilities = Probabilities.of(certain);
        Point point = new Point(1, 1);
        ExpressionReading reading = new ExpressionReading(expression, null, probabilities);
        HalfReading half = new HalfReading(0.5, expression, probabilities);
        return new FaceReply("track", new Box(0, 0, 10, 10), new KeyPoints(point, point, point, point, point), 0.9, 0, 0,
                expression, null, probabilities, new HalvesReading(half, half, reading, true), reading);
    }
}
