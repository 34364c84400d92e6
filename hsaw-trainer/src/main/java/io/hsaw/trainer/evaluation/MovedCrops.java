package io.hsaw.trainer.evaluation;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.HalfFacePair;
import io.hsaw.contracts.KeyPoints;
import io.hsaw.contracts.Point;
import io.hsaw.contracts.RgbImage;
import io.hsaw.halffacesplitter.HalfFaceSplitter;
import io.hsaw.network.FaceTensors;
import io.hsaw.network.HalfFaceFigures.Difference;
import io.hsaw.network.Interval;
import io.hsaw.network.Prediction;
import io.hsaw.network.Temperatures;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * A network that reads each face as it is and besides slightly moved or scaled. Gives the predictions of the faces as they
 * are and keeps the means over all crops for {@link #figures}, with the time that both take.
 */
public final class MovedCrops implements Function<List<HalfFacePair>, List<Prediction>> {

    /**
     * Each one's shift to the right and down, as shares of the face's side, and its scale. The first is the face as it is;
     * the others come in pairs that cancel out.
     */
    private static final List<double[]> MOVES = List.of(new double[] {0, 0, 1},
            new double[] {-0.03, 0, 1}, new double[] {0.03, 0, 1}, new double[] {0, 0, 0.94}, new double[] {0, 0, 1.06},
            new double[] {0, -0.03, 1}, new double[] {0, 0.03, 1}, new double[] {-0.03, -0.03, 1},
            new double[] {0.03, 0.03, 1});

    /** The greatest number of crops. */
    public static final int MOST = MOVES.size();

    private final Function<List<HalfFacePair>, List<Prediction>> network;
    private final int crops;
    private final List<Prediction> means = new ArrayList<>();
    private boolean warm;
    private long plainNanos;
    private long movedNanos;

    /**
     * What the mean over the crops brings, and what it costs.
     *
     * @param crops             per face, the plain one among them
     * @param accuracy          of the mean
     * @param accuracyInterval  of that
     * @param meanClassAccuracy of the mean
     * @param calibrationError  with the model's temperatures
     * @param difference        of the accuracy against the plain crop, on the same faces
     * @param plainMillis       per face for the plain crop, without finding the face
     * @param movedMillis       per face for all crops, likewise, cutting them included
     * @param price             how many times as long
     */
    public record Figures(int crops, double accuracy, Interval accuracyInterval, double meanClassAccuracy,
            double calibrationError, Difference difference, double plainMillis, double movedMillis, double price) {
    }

    /**
     * @param network one prediction per face, in the same order
     * @param crops   per face, from 2 to {@link #MOST}
     */
    public MovedCrops(Function<List<HalfFacePair>, List<Prediction>> network, int crops) {
        if (crops < 2 || crops > MOST) {
            throw new IllegalArgumentException("expected from 2 to " + MOST + " crops, found " + crops);
        }
        this.network = network;
        this.crops = crops;
    }

    @Override
    public List<Prediction> apply(List<HalfFacePair> faces) {
        if (!warm) {
            // the first call is slower than all others
            network.apply(faces);
            warm = true;
        }
        long start = System.nanoTime();
        List<Prediction> plain = network.apply(faces);
        long between = System.nanoTime();
        List<List<Prediction>> all = new ArrayList<>(List.of(plain));
        for (double[] move : MOVES.subList(1, crops)) {
            all.add(network.apply(faces.stream().map(face -> moved(face, move[0], move[1], move[2])).toList()));
        }
        IntStream.range(0, faces.size())
                .forEach(i -> means.add(mean(all.stream().map(predictions -> predictions.get(i)).toList())));
        plainNanos += between - start;
        movedNanos += System.nanoTime() - start;
        return plain;
    }

    /**
     * The figures of all faces that were read.
     *
     * @param outcomes     of the faces as they are, at least one, in the order they were read in
     * @param temperatures of the model
     */
    public Figures figures(List<Outcome> outcomes, Temperatures temperatures) {
        int n = outcomes.size();
        List<Outcome> moved = IntStream.range(0, n)
                .mapToObj(i -> new Outcome(outcomes.get(i).label(), means.get(i), outcomes.get(i).faceFound())).toList();
        double[] differences = IntStream.range(0, n)
                .mapToDouble(i -> Answer.right(outcomes.get(i).label(), means.get(i))
                        - Answer.right(outcomes.get(i).label(), outcomes.get(i).prediction())).toArray();
        EvaluationFigures figures = EvaluationFigures.of(moved, temperatures);
        double perFace = n * (double) TimeUnit.MILLISECONDS.toNanos(1);
        return new Figures(crops, figures.accuracy(), figures.accuracyInterval(), figures.meanClassAccuracy(),
                figures.calibrationError(), Difference.of(differences), plainNanos / perFace, movedNanos / perFace,
                (double) movedNanos / plainNanos);
    }

    /**
     * The face seen through a frame that is moved and scaled, cut as every face; what lies outside repeats the border.
     *
     * @param dx    shift of the frame to the right, as a share of its side
     * @param dy    likewise down
     * @param scale of the frame's side
     */
    static HalfFacePair moved(HalfFacePair face, double dx, double dy, double scale) {
        RgbImage whole = FaceTensors.whole(face);
        double x = whole.width() / 2.0;
        double y = whole.height() / 2.0;
        UnaryOperator<Point> move = point -> new Point(x + scale * (point.x() - x) + dx * whole.width(),
                y + scale * (point.y() - y) + dy * whole.height());
        KeyPoints points = HalfFaceSplitter.centreLinePoints(whole.width(), whole.height());
        return HalfFaceSplitter.split(whole, new KeyPoints(move.apply(points.leftEye()), move.apply(points.rightEye()),
                move.apply(points.noseTip()), move.apply(points.mouthLeft()), move.apply(points.mouthRight())));
    }

    /**
     * The prediction whose P_all, P_aux and so P are the means of the others': each half's logits are averaged with their
     * weights.
     */
    static Prediction mean(List<Prediction> predictions) {
        return new Prediction(mean(predictions, Prediction::all, prediction -> 1),
                mean(predictions, Prediction::left, Prediction::weightLeft),
                mean(predictions, Prediction::right, Prediction::weightRight),
                predictions.stream().mapToDouble(Prediction::weightLeft).average().orElseThrow(),
                predictions.stream().mapToDouble(Prediction::weightRight).average().orElseThrow());
    }

    private static double[] mean(List<Prediction> predictions, Function<Prediction, double[]> logits,
            ToDoubleFunction<Prediction> weight) {
        double[] mean = new double[Expression.COUNT];
        double weights = predictions.stream().mapToDouble(weight).sum();
        for (Prediction prediction : predictions) {
            double share = weights == 0 ? 1.0 / predictions.size() : weight.applyAsDouble(prediction) / weights;
            for (int i = 0; i < mean.length; i++) {
                mean[i] += share * logits.apply(prediction)[i];
            }
        }
        return mean;
    }
}
