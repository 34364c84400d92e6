package io.hsaw.trainer.experiment;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.HalfFacePair;
import io.hsaw.network.Prediction;
import io.hsaw.network.training.RelabelRule;
import io.hsaw.network.training.TrainingData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Faces whose labels change from epoch to epoch; those of each epoch are kept in a folder, for a run that is resumed. */
final class ArmFaces implements TrainingData {

    private final TrainingData faces;
    private final List<Expression> first;
    private final Path folder;
    private List<Expression> labels;

    /** @param first the labels of the first epoch */
    ArmFaces(TrainingData faces, List<Expression> first, Path folder) {
        this.faces = faces;
        this.first = first;
        this.folder = folder;
        labels = first;
    }

    static List<Expression> labels(TrainingData data) {
        List<Expression> labels = new ArrayList<>();
        for (int i = 0; i < data.size(); i++) {
            labels.add(data.label(i));
        }
        return List.copyOf(labels);
    }

    @Override
    public int size() {
        return faces.size();
    }

    @Override
    public HalfFacePair halves(int index) {
        return faces.halves(index);
    }

    @Override
    public Expression label(int index) {
        return labels.get(index);
    }

    @Override
    public void epochBegins(int epoch) {
        labels = ofEpoch(epoch);
    }

    /** The newest that were decided for this epoch or one before. */
    List<Expression> ofEpoch(int epoch) {
        for (int e = epoch; e > 1; e--) {
            Path file = file(e);
            if (Files.exists(file)) {
                try {
                    return Files.readString(file).chars().mapToObj(digit -> Expression.values()[digit - '0']).toList();
                } catch (IOException e2) {
                    throw new UncheckedIOException(e2);
                }
            }
        }
        return first;
    }

    /** Changes labels for the next epoch by what the network says at the end of one; once, also in a resumed run. */
    void relabel(int epoch, List<Prediction> predictions, RelabelRule rule) throws IOException {
        List<Expression> next = new ArrayList<>(labels);
        for (int i = 0; i < next.size(); i++) {
            next.set(i, rule.proposal(predictions.get(i), labels.get(i)).orElse(labels.get(i)));
        }
        Path part = folder.resolve("labels.part");
        Files.writeString(part, next.stream().map(label -> String.valueOf(label.ordinal())).collect(Collectors.joining()));
        Files.move(part, file(epoch + 1), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    boolean isRelabelled(int epoch) {
        return Files.exists(file(epoch + 1));
    }

    private Path file(int epoch) {
        return folder.resolve("labels-" + epoch + ".txt");
    }

    /** What became of the labels, against the true ones. */
    ArmResult.Relabelled relabelled(List<Expression> truth, int epochs) {
        int proposals = 0;
        int restored = 0;
        int harmed = 0;
        List<Expression> before = first;
        for (int epoch = 2; epoch <= epochs; epoch++) {
            List<Expression> now = ofEpoch(epoch);
            for (int i = 0; i < now.size(); i++) {
                if (now.get(i) != before.get(i)) {
                    proposals++;
                    restored += now.get(i) == truth.get(i) ? 1 : 0;
                    harmed += before.get(i) == truth.get(i) ? 1 : 0;
                }
            }
            before = now;
        }
        return new ArmResult.Relabelled(truth.size(), wrong(first, truth), wrong(before, truth), proposals, restored, harmed);
    }

    private static int wrong(List<Expression> labels, List<Expression> truth) {
        int wrong = 0;
        for (int i = 0; i < labels.size(); i++) {
            wrong += labels.get(i) == truth.get(i) ? 0 : 1;
        }
        return wrong;
    }
}
