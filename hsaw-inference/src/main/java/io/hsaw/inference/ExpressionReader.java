package io.hsaw.inference;

import io.hsaw.contracts.HalfFacePair;
import io.hsaw.contracts.HalfFaces;
import io.hsaw.contracts.SplitFace;
import io.hsaw.network.Prediction;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Reads the faces of many frames, of one or of many cameras, at once: batching over cameras is what a poll brings. */
public final class ExpressionReader {

    private final Function<List<HalfFacePair>, List<Prediction>> network;

    /** @param network one prediction per face, in the same order: {@code HsawModel::predict} */
    public ExpressionReader(Function<List<HalfFacePair>, List<Prediction>> network) {
        this.network = network;
    }

    /** The predictions for each frame's faces, in the order of the frames and of their faces. */
    public List<List<Prediction>> read(List<HalfFaces> frames) {
        List<HalfFacePair> faces =
                frames.stream().flatMap(frame -> frame.faces().stream()).map(SplitFace::halves).toList();
        List<Prediction> predictions = faces.isEmpty() ? List.of() : network.apply(faces);
        if (predictions.size() != faces.size()) {
            throw new IllegalStateException(
                    "the network gave " + predictions.size() + " predictions for " + faces.size() + " faces");
        }
        List<List<Prediction>> perFrame = new ArrayList<>(frames.size());
        int from = 0;
        for (HalfFaces frame : frames) {
            int to = from + frame.faces().size();
            perFrame.add(List.copyOf(predictions.subList(from, to)));
            from = to;
        }
        return perFrame;
    }
}
