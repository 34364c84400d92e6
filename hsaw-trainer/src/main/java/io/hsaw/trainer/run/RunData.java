package io.hsaw.trainer.run;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.HalfFacePair;
import io.hsaw.network.training.TrainingData;
import io.hsaw.trainer.dataset.FramedDataSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** The training part of a run in memory, with the labels that its folder has for each epoch. */
final class RunData implements TrainingData {

    private final FramedDataSet faces;
    private final RunFolder folder;
    private volatile Expression[] labels;

    /** @param faces with the labels of the manifest */
    RunData(FramedDataSet faces, RunFolder folder) {
        this.faces = faces;
        this.folder = folder;
        labels = ofManifest();
    }

    private Expression[] ofManifest() {
        Expression[] of = new Expression[faces.size()];
        Arrays.setAll(of, faces::label);
        return of;
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
        return labels[index];
    }

    String sampleId(int index) {
        return faces.sampleId(index);
    }

    @Override
    public void epochBegins(int begun) {
        try {
            Map<String, Expression> changed = labelsOf(begun).labels();
            Expression[] now = ofManifest();
            for (int i = 0; i < now.length; i++) {
                now[i] = changed.getOrDefault(faces.sampleId(i), now[i]);
            }
            labels = now;
        } catch (IOException e) {
            throw new UncheckedIOException("the labels of epoch " + begun + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** The newest that were decided for this epoch or one before. */
    RunFolder.Labels labelsOf(int epoch) throws IOException {
        for (int e = epoch; e > 0; e--) {
            Optional<RunFolder.Labels> of = folder.labels(e);
            if (of.isPresent()) {
                return of.get();
            }
        }
        return RunFolder.Labels.OF_MANIFEST;
    }

    /** The label of the manifest. */
    Expression firstLabel(int index) {
        return faces.label(index);
    }
}
