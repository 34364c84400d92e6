package io.hsaw.local;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.FaceReply;
import io.hsaw.contracts.FrameReply;
import io.hsaw.contracts.ModelRelease;
import io.hsaw.network.HalfFaceFigures.Share;
import io.hsaw.network.ModelCard;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a model says of frames beside what was answered to them, face by face: by camera id, frame id and the face's index
 * in the reply.
 */
final class ShadowFigures {

    /** A frame's name; frames that were published under one name are compared in their order. */
    private record Frame(String cameraId, String frameId) {
    }

    /**
     * The figures, as they are printed.
     *
     * @param model           that read the frames again, {@code name/version}
     * @param runtime         where and with which numbers
     * @param frames          read again
     * @param faces           in them
     * @param withoutAnswer   frames to which no answer was found
     * @param otherFaces      frames whose answer has another number of faces: not compared
     * @param answeredBy      compared faces by the model that answered
     * @param agreement       share of the compared faces that get the same expression
     * @param changes         compared faces; rows what was answered, columns what the model says, in the order of the
     *                        expressions
     * @param expressions     that order
     * @param meanDifference  mean over the compared faces of half the sum of the differences of their probabilities: 0 for
     *                        the same, 1 for opposite ones; null without faces
     * @param millisPerFace   how long the model took, half faces to replies, in batches as a service makes them; null
     *                        without faces
     */
    record Figures(String model, String runtime, int frames, int faces, int withoutAnswer, int otherFaces,
            Map<String, Integer> answeredBy, Share agreement, int[][] changes, List<String> expressions,
            Double meanDifference, Millis millisPerFace) {
    }

    /** Of each face the share of its batch's time. */
    record Millis(double mean, double median, double p95) {
    }

    private final Map<Frame, Deque<FrameReply>> open = new HashMap<>();
    private final List<Double> millis = new ArrayList<>();
    private final int[][] changes = new int[Expression.COUNT][Expression.COUNT];
    private final Map<String, Integer> answeredBy = new TreeMap<>();
    private int frames;
    private int faces;
    private int otherFaces;
    private double difference;

    /** The model has read a batch of frames. */
    void read(List<FrameReply> replies, double batchMillis) {
        int inBatch = 0;
        for (FrameReply reply : replies) {
            open.computeIfAbsent(new Frame(reply.cameraId(), reply.frameId()), frame -> new ArrayDeque<>(1)).add(reply);
            inBatch += reply.faces().size();
        }
        for (int i = 0; i < inBatch; i++) {
            millis.add(batchMillis / inBatch);
        }
        frames += replies.size();
        faces += inBatch;
    }

    /** A reply that was made when the frames came, of these or of others. */
    void answered(FrameReply reply) {
        Frame frame = new Frame(reply.cameraId(), reply.frameId());
        Deque<FrameReply> same = open.get(frame);
        if (same == null) {
            return;
        }
        FrameReply shadow = same.remove();
        if (same.isEmpty()) {
            open.remove(frame);
        }
        if (shadow.faces().size() != reply.faces().size()) {
            otherFaces++;
            return;
        }
        for (int i = 0; i < shadow.faces().size(); i++) {
            compare(reply.faces().get(i), shadow.faces().get(i));
        }
        if (!shadow.faces().isEmpty()) {
            answeredBy.merge(ModelRelease.path(reply.model()), shadow.faces().size(), Integer::sum);
        }
    }

    private void compare(FaceReply answer, FaceReply shadow) {
        changes[answer.expression().ordinal()][shadow.expression().ordinal()]++;
        double[] a = answer.probabilities().toArray();
        double[] b = shadow.probabilities().toArray();
        for (int i = 0; i < a.length; i++) {
            difference += Math.abs(a[i] - b[i]) / 2;
        }
    }

    /** What came of it. */
    Figures figures(ModelCard model, String runtime) {
        int compared = Arrays.stream(changes).flatMapToInt(Arrays::stream).sum();
        int same = 0;
        for (int i = 0; i < changes.length; i++) {
            same += changes[i][i];
        }
        double[] sorted = millis.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return new Figures(ModelRelease.path(model.ref()), runtime, frames, faces,
                open.values().stream().mapToInt(Deque::size).sum(), otherFaces, answeredBy, Share.of(same, compared), changes,
                Stream.of(Expression.values()).map(Expression::label).toList(), compared == 0 ? null : difference / compared,
                sorted.length == 0 ? null : new Millis(Arrays.stream(sorted).average().orElseThrow(),
                        sorted[sorted.length / 2], sorted[(int) (0.95 * sorted.length)]));
    }

    /** For people: a line of figures, and the table of changes. */
    static String toText(Figures figures) {
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "%s (%s) read %d frames with %d faces again; %d"
                + " frames have no answer, %d one with another number of faces%n", figures.model(), figures.runtime(),
                figures.frames(), figures.faces(), figures.withoutAnswer(), figures.otherFaces()));
        if (figures.agreement().samples() == 0) {
            return text.append("no face could be compared").append(System.lineSeparator()).toString();
        }
        text.append(String.format(Locale.ROOT, "same expression on %.1f %% of %d faces (%.1f to %.1f), answered by %s;"
                + " %.1f ms a face (median %.1f, 95 %% below %.1f)%n%n", 100 * figures.agreement().share(),
                figures.agreement().samples(), 100 * figures.agreement().interval().low(),
                100 * figures.agreement().interval().high(), figures.answeredBy(), figures.millisPerFace().mean(),
                figures.millisPerFace().median(), figures.millisPerFace().p95()));
        text.append("answered \\ now |").append(String.format(Locale.ROOT, " %9s".repeat(Expression.COUNT),
                figures.expressions().toArray())).append(System.lineSeparator());
        for (int row = 0; row < Expression.COUNT; row++) {
            text.append(String.format(Locale.ROOT, "%14s |", figures.expressions().get(row)));
            for (int count : figures.changes()[row]) {
                text.append(String.format(Locale.ROOT, " %9d", count));
            }
            text.append(System.lineSeparator());
        }
        return text.toString();
    }
}
