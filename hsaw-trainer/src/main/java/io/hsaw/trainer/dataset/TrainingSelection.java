package io.hsaw.trainer.dataset;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The training part without what must not be trained on.
 *
 * @param samples        to train on
 * @param blank          left out because they are near-constant
 * @param alsoInOtherPart left out because a picture with the same pixels is in another part, where it is measured on
 */
public record TrainingSelection(List<SampleRef> samples, int blank, int alsoInOtherPart) {

    /**
     * Chooses from a data set's training split. All pictures are read once.
     *
     * @throws DataSetException if one of them cannot be read
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
        return new TrainingSelection(List.copyOf(chosen), blank, alsoInOtherPart);
    }
}
