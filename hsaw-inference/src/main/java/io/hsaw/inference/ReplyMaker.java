package io.hsaw.inference;

import io.hsaw.contracts.Box;
import io.hsaw.contracts.DetectedFace;
import io.hsaw.contracts.Expression;
import io.hsaw.contracts.ExpressionReading;
import io.hsaw.contracts.FaceReply;
import io.hsaw.contracts.FrameReply;
import io.hsaw.contracts.HalfFaces;
import io.hsaw.contracts.HalfReading;
import io.hsaw.contracts.HalvesReading;
import io.hsaw.contracts.KeyPoints;
import io.hsaw.contracts.ModelRef;
import io.hsaw.contracts.Point;
import io.hsaw.contracts.Probabilities;
import io.hsaw.network.Prediction;
import io.hsaw.network.Softmax;
import io.hsaw.network.Temperatures;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes replies from predictions. Logits become probabilities here and not before: equation (8) with the model's
 * temperatures.
 */
public final class ReplyMaker {

    /** The name under which this stage's time stands in a reply. */
    public static final String STAGE = "hsaw-inference";

    private final ModelRef model;
    private final Temperatures temperatures;
    private final double uncertainBelow;
    private final Tracks tracks;

    /**
     * @param model          named in every reply
     * @param temperatures   of that model
     * @param uncertainBelow probability of the expression shown below which it is uncertain; with 0 replies say nothing
     *                       of it
     * @param tracks         follows the faces
     */
    public ReplyMaker(ModelRef model, Temperatures temperatures, double uncertainBelow, Tracks tracks) {
        this.model = model;
        this.temperatures = temperatures;
        this.uncertainBelow = uncertainBelow;
        this.tracks = tracks;
    }

    /**
     * The reply to a frame, also to a refused one, and the step it makes. Changes nothing: called again with the same
     * arguments it gives the same.
     *
     * @param before       the camera's state
     * @param frame        the frame
     * @param predictions  one per face, in the order of the faces
     * @param milliseconds this stage took for the frame
     */
    public FrameStep reply(CameraTracks before, HalfFaces frame, List<Prediction> predictions, double milliseconds) {
        if (predictions.size() != frame.faces().size()) {
            throw new IllegalArgumentException(
                    "a frame with " + frame.faces().size() + " faces came with " + predictions.size() + " predictions");
        }
        List<SeenFace> seen = new ArrayList<>();
        for (int i = 0; i < predictions.size(); i++) {
            seen.add(new SeenFace(frame.faces().get(i).face().box(),
                    Softmax.of(predictions.get(i).fused(), temperatures.fused())));
        }
        TrackStep step = tracks.next(before, frame.frame(), seen);
        List<FaceReply> faces = new ArrayList<>();
        for (int i = 0; i < step.faces().size(); i++) {
            faces.add(face(frame.faces().get(i).face(), seen.get(i).probabilities(), predictions.get(i),
                    step.faces().get(i)));
        }
        return new FrameStep(step.tracks(), new FrameReply(frame.frame().timed(STAGE, milliseconds), model, faces),
                step.changes());
    }

    private FaceReply face(DetectedFace face, Probabilities fused, Prediction prediction, TrackedFace tracked) {
        HalfReading left = half(prediction.weightLeft(), prediction.left());
        HalfReading right = half(prediction.weightRight(), prediction.right());
        Probabilities whole = Softmax.of(prediction.all(), temperatures.whole());
        HalvesReading halves = new HalvesReading(left, right,
                new ExpressionReading(whole.mostProbable(), null, whole.rounded()),
                left.expression() == right.expression());
        ExpressionReading now = reading(fused.mostProbable(), fused.rounded());
        return new FaceReply(tracked.trackId(), hundredths(face.box()), hundredths(face.keyPoints()),
                Probabilities.rounded(face.confidence()), hundredths(face.roll()), hundredths(face.yaw()),
                now.expression(), now.uncertain(), now.probabilities(), halves,
                reading(tracked.smoothed().expression(), tracked.smoothed().probabilities().rounded()));
    }

    /** By the probability as it is shown, so that readers find the same. */
    private ExpressionReading reading(Expression expression, Probabilities shown) {
        return new ExpressionReading(expression, uncertainBelow > 0 ? shown.of(expression) < uncertainBelow : null, shown);
    }

    private HalfReading half(double weight, double[] logits) {
        Probabilities probabilities = Softmax.of(logits, temperatures.halves());
        return new HalfReading(Probabilities.rounded(weight), probabilities.mostProbable(), probabilities.rounded());
    }

    private static Box hundredths(Box box) {
        return new Box(hundredths(box.x()), hundredths(box.y()), hundredths(box.width()), hundredths(box.height()));
    }

    private static KeyPoints hundredths(KeyPoints points) {
        return new KeyPoints(hundredths(points.leftEye()), hundredths(points.rightEye()), hundredths(points.noseTip()),
                hundredths(points.mouthLeft()), hundredths(points.mouthRight()));
    }

    private static Point hundredths(Point point) {
        return new Point(hundredths(point.x()), hundredths(point.y()));
    }

    /** Pixels and degrees to two decimals: more than is measured. */
    private static double hundredths(double value) {
        return Math.round(value * 100) / 100.0;
    }
}
