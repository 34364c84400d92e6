package io.hsaw.trainer.dataset;

import io.hsaw.contracts.Expression;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * The training part without what must not be trained on.
 *
 * @param samples        to train on
 * @param blank          left out because they are near-constant
 * @param alsoInOtherPart left out because a picture with the same pixels is in another part, where it is measured on
 */
public record TrainingSelection(List<SampleRef> samples, int blank, int alsoInOtherPart) {

    private static final Logger LOG = Logger.getLogger(TrainingSelection.class);

    /**
     * Chooses from a data set's training split. All pictures are read once. Classes without any are warned of.
     *
     * @throws DataSetException if a picture cannot be read, or fewer than two classes are left
     */
    public static TrainingSelection of(DataSet dataSet) throws DataSetException {
        List<SampleRef> samples = dataSet.samplesWithHeldOut();
        List<PictureFacts> facts = dataSet.facts();
        Set<String> elsewhere = new HashSet<>();
        for (int i = 0; i < samples.size(); i++) {
            if (!samples.get(i).split().equals(dataSet.trainingSplit())) {
                elsewhere.add(facts.get(i).hash());
            }
        }
        List<SampleRef> chosen = new ArrayList<>();
        int blank = 0;
        int alsoInOtherPart = 0;
        for (int i = 0; i < samples.size(); i++) {
            if (!samples.get(i).split().equals(dataSet.trainingSplit())) {
                continue;
            }
            if (facts.get(i).nearConstant()) {
                blank++;
            } else if (elsewhere.contains(facts.get(i).hash())) {
                alsoInOtherPart++;
            } else {
                chosen.add(samples.get(i));
            }
        }
        requireClasses(dataSet, chosen);
        return new TrainingSelection(List.copyOf(chosen), blank, alsoInOtherPart);
    }

    private static void requireClasses(DataSet dataSet, List<SampleRef> chosen) throws DataSetException {
        Set<Expression> found = chosen.stream().map(SampleRef::label).collect(Collectors.toSet());
        if (found.size() < 2) {
            throw new DataSetException("%s of %s: training needs faces of at least two classes, found %s",
                    dataSet.trainingSplit(), dataSet.name(),
                    found.isEmpty() ? "none" : "only " + found.iterator().next().label());
        }
        String missing = dataSet.classes().stream().filter(c -> !found.contains(c)).map(Expression::label)
                .collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            LOG.warnf("%s of %s holds no faces to train on of %s: the model will not learn to tell them",
                    dataSet.trainingSplit(), dataSet.name(), missing);
        }
    }
}
