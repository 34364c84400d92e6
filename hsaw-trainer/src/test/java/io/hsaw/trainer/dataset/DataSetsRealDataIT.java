package io.hsaw.trainer.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.contracts.Expression;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The data sets as they are, against their published counts; run only with {@code -Dhsaw.shared=FOLDER}. */
class DataSetsRealDataIT {

    private static final int FRAMED = 500;

    private static DataSet open(DataSetFormat format, String archive) throws DataSetException {
        return format.open(Path.of(System.getProperty("hsaw.shared"), "data", archive));
    }

    /** Counts in the order of {@link Expression}. */
    private static List<Integer> counts(List<SampleRef> samples) {
        Integer[] counts = new Integer[Expression.COUNT];
        Arrays.fill(counts, 0);
        samples.forEach(sample -> counts[sample.label().ordinal()]++);
        return List.of(counts);
    }

    private static double shareFound(DataSet dataSet, String split) throws Exception {
        List<SampleRef> all = dataSet.samples(split);
        List<SampleRef> some = new ArrayList<>();
        for (int i = 0; i < FRAMED; i++) {
            some.add(all.get((int) ((long) i * all.size() / FRAMED)));
        }
        FramedDataSet framed = FramedDataSet.frame(some, 2, Progress.NONE);
        assertEquals(FRAMED, framed.size());
        return framed.facesFound() / (double) FRAMED;
    }

    @Test
    void fer2013HasItsPublishedCountsAndOnlyItsBlankPicturesAreLeftOut() throws Exception {
        try (DataSet fer = open(DataSetFormat.FER2013, "fer2013.zip")) {
            assertEquals(List.of(3995, 436, 4097, 7215, 4830, 3171, 4965), counts(fer.samples("Training")));
            assertEquals(List.of(467, 56, 496, 895, 653, 415, 607), counts(fer.samples("PublicTest")));
            TrainingSelection.Part selection = TrainingSelection.of(List.of(fer)).parts().get(0);
            assertEquals(12, selection.blank());
            assertEquals(28_709, selection.training().size() + selection.blank() + selection.alsoInOtherPart());
            assertTrue(shareFound(fer, "Training") > 0.95);
            assertTrue(shareFound(fer, "PublicTest") > 0.95);
        }
    }

    @Test
    void rafDbHasItsPublishedCountsAndATenthOfEachClassHeldOut() throws Exception {
        try (DataSet raf = open(DataSetFormat.RAF_DB, "raf-db-train.zip")) {
            assertEquals(List.of(705, 717, 281, 4772, 1982, 1290, 2524), counts(raf.samples("all")));
            assertEquals(List.of(71, 72, 28, 477, 198, 129, 252), counts(raf.samples("validation")));
            assertEquals(12_271 - 1_227, raf.samples("train").size());
            assertTrue(shareFound(raf, "all") > 0.97);
        }
    }

    @Test
    void expWHasAHundredFacesOfEachClass() throws Exception {
        try (DataSet expw = open(DataSetFormat.EXPW, "expw-sample.zip")) {
            assertEquals(List.of(100, 100, 100, 100, 100, 100, 100), counts(expw.samples("all")));
            assertTrue(shareFound(expw, "all") > 0.96);
        }
    }
}
