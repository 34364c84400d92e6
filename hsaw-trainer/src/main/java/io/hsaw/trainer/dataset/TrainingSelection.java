package io.hsaw.trainer.dataset;

import io.hsaw.contracts.Expression;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** The training parts of one or more data sets together, without what must not be trained on. */
public record TrainingSelection(List<Part> parts) {

    private static final Logger LOG = Logger.getLogger(TrainingSelection.class);

    /**
     * What is taken from one data set.
     *
     * @param training        to train on
     * @param blank           left out because they are near-constant
     * @param alsoInOtherPart left out because a picture with the same pixels is in another part, of this or another of the
     *                        data sets, where it is measured on
     */
    public record Part(DataSet dataSet, List<SampleRef> training, int blank, int alsoInOtherPart) {

        private String describe() {
            return String.format(Locale.ROOT,
                    "%s: %d faces of %s; %d blank ones and %d that are in another split too were left out",
                    dataSet.name(), training.size(), dataSet.trainingSplit(), blank, alsoInOtherPart);
        }
    }

    /**
     * Faces of all data sets, framed.
     *
     * @param training   of all of them
     * @param validation by the data sets' names
     */
    public record Faces(FramedDataSet training, Map<String, FramedDataSet> validation) {
    }

    /** Told how far the framing of a data set is. */
    public interface FramingProgress {
        void at(String dataSet, int done, int total);
    }

    /**
     * Chooses from the training splits. All pictures are read once. Classes without any are warned of.
     *
     * @param dataSets with different names
     * @throws DataSetException if a picture cannot be read, or fewer than two classes are left
     */
    public static TrainingSelection of(List<DataSet> dataSets) throws DataSetException {
        Set<String> elsewhere = new HashSet<>();
        for (DataSet dataSet : dataSets) {
            List<SampleRef> samples = dataSet.samplesWithHeldOut();
            for (int i = 0; i < samples.size(); i++) {
                if (!samples.get(i).split().equals(dataSet.trainingSplit())) {
                    elsewhere.add(dataSet.facts().get(i).hash());
                }
            }
        }
        List<Part> parts = new ArrayList<>();
        for (DataSet dataSet : dataSets) {
            parts.add(part(dataSet, elsewhere));
        }
        requireClasses(parts);
        return new TrainingSelection(List.copyOf(parts));
    }

    private static Part part(DataSet dataSet, Set<String> elsewhere) throws DataSetException {
        List<SampleRef> chosen = new ArrayList<>();
        int blank = 0;
        int alsoInOtherPart = 0;
        List<SampleRef> samples = dataSet.samplesWithHeldOut();
        for (int i = 0; i < samples.size(); i++) {
            PictureFacts facts = dataSet.facts().get(i);
            if (!samples.get(i).split().equals(dataSet.trainingSplit())) {
                continue;
            }
            if (facts.nearConstant()) {
                blank++;
            } else if (elsewhere.contains(facts.hash())) {
                alsoInOtherPart++;
            } else {
                chosen.add(samples.get(i));
            }
        }
        return new Part(dataSet, List.copyOf(chosen), blank, alsoInOtherPart);
    }

    private static void requireClasses(List<Part> parts) throws DataSetException {
        Set<Expression> expected = new LinkedHashSet<>();
        Set<Expression> found = new HashSet<>();
        for (Part part : parts) {
            expected.addAll(part.dataSet.classes());
            part.training.forEach(sample -> found.add(sample.label()));
        }
        String where = parts.stream().map(part -> part.dataSet.trainingSplit() + " of " + part.dataSet.name())
                .collect(Collectors.joining(" and "));
        if (found.size() < 2) {
            throw new DataSetException("%s: training needs faces of at least two classes, found %s", where,
                    found.isEmpty() ? "none" : "only " + found.iterator().next().label());
        }
        expected.removeAll(found);
        if (!expected.isEmpty()) {
            LOG.warnf("%s: no faces to train on of %s: the model will not learn to tell them", where,
                    expected.stream().map(Expression::label).collect(Collectors.joining(", ")));
        }
    }

    /**
     * Frames the faces to train and to validate on, or reads them from files of earlier calls: one for each data set,
     * {@code NAME.framed}.
     *
     * @param folder where these files are kept
     * @throws DataSetException if a picture cannot be read, a validation split is empty, or a file cannot be written
     */
    public Faces frame(Path folder, int threads, FramingProgress progress) throws DataSetException, InterruptedException {
        List<FramedDataSet> training = new ArrayList<>();
        Map<String, FramedDataSet> validation = new LinkedHashMap<>();
        for (Part part : parts) {
            String name = part.dataSet.name();
            // all of both splits, so that the file stays the same whatever is left out because of other data sets
            List<SampleRef> samples = new ArrayList<>(part.dataSet.samples(part.dataSet.trainingSplit()));
            int validationFrom = samples.size();
            samples.addAll(part.dataSet.samples(part.dataSet.validationSplit()));
            FramedDataSet framed = FramedDataSet.frame(samples, folder.resolve(name + ".framed"), threads,
                    (done, total) -> progress.at(name, done, total));
            Set<SampleRef> chosen = new HashSet<>(part.training);
            training.add(framed.where(i -> i < validationFrom && chosen.contains(samples.get(i))));
            validation.put(name, framed.where(i -> i >= validationFrom));
        }
        return new Faces(FramedDataSet.joined(training), validation);
    }

    /** What is trained on, in words for a model card. */
    public String describe() {
        return parts.stream().map(Part::describe).collect(Collectors.joining(". "));
    }

    /** Which pictures are for what, in words for a model card. */
    public String splitRule() {
        return parts.stream().map(part -> part.dataSet.splitRule()).collect(Collectors.joining("; "));
    }
}
