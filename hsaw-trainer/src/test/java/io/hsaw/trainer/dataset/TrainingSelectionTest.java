package io.hsaw.trainer.dataset;

import static io.hsaw.trainer.dataset.Messages.assertStarts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.RgbImage;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingSelectionTest {

    @TempDir
    Path folder;

    private void put(String name, BufferedImage image) throws Exception {
        TestPictures.write(folder.resolve(name), TestPictures.png(image));
    }

    @Test
    void blankPicturesAreLeftOutOfTrainingButNotOfEvaluation() throws Exception {
        put("Training/angry/1.png", TestPictures.plain(Color.GRAY));
        put("Training/angry/2.png", TestPictures.plain(Color.ORANGE));
        put("Training/angry/3.png", TestPictures.noise(3));
        put("Training/sad/3.png", TestPictures.noise(4));
        put("PublicTest/angry/4.png", TestPictures.plain(Color.BLACK));
        try (DataSet fer = DataSetFormat.FER2013.open(folder)) {
            TrainingSelection.Part selection = TrainingSelection.of(List.of(fer)).parts().get(0);
            assertEquals(List.of("Training/angry/3", "Training/sad/3"), selection.training().stream().map(SampleRef::id).toList());
            assertEquals(2, selection.blank());
            assertEquals(1, fer.samples("PublicTest").size());
        }
    }

    @Test
    void picturesThatAreAlsoInAnotherPartAreLeftOutWhateverTheirLabelAndEncoding() throws Exception {
        put("Training/angry/1.png", TestPictures.noise(1));
        put("Training/angry/2.png", TestPictures.noise(2));
        put("Training/happy/3.png", TestPictures.noise(1));
        put("Training/happy/5.png", TestPictures.noise(5));
        BufferedImage same = new BufferedImage(48, 48, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 48 * 48; i++) {
            int grey = TestPictures.noise(1).getRaster().getSample(i % 48, i / 48, 0);
            same.setRGB(i % 48, i / 48, grey << 16 | grey << 8 | grey);
        }
        put("PublicTest/sad/4.png", same);
        try (DataSet fer = DataSetFormat.FER2013.open(folder)) {
            TrainingSelection.Part selection = TrainingSelection.of(List.of(fer)).parts().get(0);
            assertEquals(List.of("Training/angry/2", "Training/happy/5"), selection.training().stream().map(SampleRef::id).toList());
            assertEquals(2, selection.alsoInOtherPart());
        }
    }

    @Test
    void theRuleOfTheSplitsIsSaidInWords() throws Exception {
        put("Training/angry/1.png", TestPictures.noise(1));
        put("PublicTest/angry/2.png", TestPictures.noise(2));
        try (DataSet fer = DataSetFormat.FER2013.open(folder);
                DataSet own = DataSetFormat.FOLDER.open(folder.resolve("Training"))) {
            assertEquals("trained on Training, validated on PublicTest of fer2013's own splits", fer.splitRule());
            assertStarts("trained on train of folder, validated on what is held out from it: of"
                    + " each class the tenth", own.splitRule());
        }
    }

    @Test
    void repeatsInsideTrainingStay() throws Exception {
        put("Training/angry/1.png", TestPictures.noise(1));
        put("Training/sad/2.png", TestPictures.noise(1));
        put("PublicTest/sad/3.png", TestPictures.noise(3));
        try (DataSet fer = DataSetFormat.FER2013.open(folder)) {
            assertEquals(2, TrainingSelection.of(List.of(fer)).parts().get(0).training().size());
        }
    }

    @Test
    void oneClassOnlyIsRefusedByItsName() throws Exception {
        put("Training/angry/1.png", TestPictures.noise(1));
        put("Training/sad/2.png", TestPictures.plain(Color.GRAY));
        put("PublicTest/sad/3.png", TestPictures.noise(3));
        try (DataSet fer = DataSetFormat.FER2013.open(folder)) {
            assertEquals("Training of fer2013: training needs faces of at least two classes, found only anger",
                    assertThrows(DataSetException.class, () -> TrainingSelection.of(List.of(fer))).getMessage());
        }
    }

    @Test
    void classesWithoutAFaceAreWarnedOfByTheirNames() throws Exception {
        put("Training/angry/1.png", TestPictures.noise(1));
        put("Training/disgust/2.png", TestPictures.plain(Color.GRAY));
        put("Training/sad/2.png", TestPictures.noise(2));
        put("PublicTest/happy/3.png", TestPictures.noise(3));
        List<String> warnings = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                warnings.add(new SimpleFormatter().formatMessage(record));
            }

            @Override
            public void flush() {
                // nothing is kept back
            }

            @Override
            public void close() {
                // nothing to close
            }
        };
        Logger log = Logger.getLogger(TrainingSelection.class.getName());
        log.addHandler(handler);
        try (DataSet fer = DataSetFormat.FER2013.open(folder)) {
            TrainingSelection.of(List.of(fer));
        } finally {
            log.removeHandler(handler);
        }
        assertEquals(List.of("Training of fer2013: no faces to train on of disgust, fear, happiness, surprise,"
                + " neutral: the model will not learn to tell them"), warnings);
    }

    @Test
    void whatOneDataSetIsMeasuredOnIsLeftOutOfTrainingOfAll() throws Exception {
        put("one/Training/angry/1.png", TestPictures.noise(1));
        put("one/Training/sad/2.png", TestPictures.noise(2));
        put("one/PublicTest/sad/3.png", TestPictures.noise(3));
        put("two/Training/angry/a.png", TestPictures.noise(3));
        put("two/Training/happy/b.png", TestPictures.noise(4));
        put("two/Training/happy/c.png", TestPictures.plain(Color.GRAY));
        put("two/PublicTest/angry/d.png", TestPictures.noise(1));
        try (DataSet one = DataSetFormat.FER2013.open(folder.resolve("one"));
                DataSet two = DataSetFormat.FER2013.open(folder.resolve("two")).named("other")) {
            TrainingSelection selection = TrainingSelection.of(List.of(one, two));
            assertEquals(List.of("Training/sad/2"), ids(selection.parts().get(0).training()));
            assertEquals(List.of("Training/happy/b"), ids(selection.parts().get(1).training()));
            assertEquals("fer2013: 1 faces of Training; 0 blank ones and 1 that are in another split too were left out."
                    + " other: 1 faces of Training; 1 blank ones and 1 that are in another split too were left out",
                    selection.describe());
            assertEquals("trained on Training, validated on PublicTest of fer2013's own splits; trained on Training,"
                    + " validated on PublicTest of other's own splits", selection.splitRule());

            Path cache = folder.resolve("cache");
            TrainingSelection.Faces faces = selection.frame(cache, 1, (name, done, total) -> { });
            assertEquals(List.of("Training/sad/2", "Training/happy/b"), ids(faces.training()));
            assertEquals(List.of("PublicTest/sad/3", "PublicTest/angry/d"), ids(FramedDataSet.joined(faces.validation().values())));
            FileTime longAgo = FileTime.fromMillis(1_000_000_000_000L);
            Files.setLastModifiedTime(cache.resolve("fer2013.framed"), longAgo);
            Files.setLastModifiedTime(cache.resolve("other.framed"), longAgo);

            // alone, nothing is left out because of the other, and its file still holds
            TrainingSelection.Faces alone = TrainingSelection.of(List.of(one)).frame(cache, 1, (name, done, total) -> { });
            assertEquals(List.of("Training/angry/1", "Training/sad/2"), ids(alone.training()));
            assertEquals(longAgo, Files.getLastModifiedTime(cache.resolve("fer2013.framed")));
        }
    }

    private static List<String> ids(List<SampleRef> samples) {
        return samples.stream().map(SampleRef::id).toList();
    }

    private static List<String> ids(FramedDataSet framed) {
        return framed.entries().stream().map(FramedDataSet.Entry::id).toList();
    }

    @Test
    void deviationIsThatOfTheMostVaryingChannel() {
        // red 10 and 20: mean 15, standard deviation 5; the others do not vary
        RgbImage image = new RgbImage(2, 1, new byte[] {10, (byte) 200, 0, 20, (byte) 200, 0});
        assertEquals(5, PictureFacts.of(image).deviation(), 1e-12);
    }

    @Test
    void theSamePixelsInAnotherShapeAreAnotherPicture() {
        byte[] pixels = new byte[12];
        assertNotEquals(PictureFacts.of(new RgbImage(4, 1, pixels)).hash(),
                PictureFacts.of(new RgbImage(2, 2, pixels)).hash());
    }

    @Test
    void whatIsHeldOutDependsOnPixelsOnlyAndTakesRepeatsTogether() {
        List<Expression> labels = new ArrayList<>();
        List<String> hashes = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            labels.add(Expression.values()[i % 2]);
            hashes.add("picture" + i / 4);
        }
        Set<String> heldOut = HeldOut.hashes(labels, hashes);

        // all are counted with anger, the first of the labels of each: a tenth of 200 is 20, which are 5 pictures
        assertEquals(5, heldOut.size());
        List<Expression> backwards = new ArrayList<>(labels);
        List<String> hashesBackwards = new ArrayList<>(hashes);
        Collections.reverse(backwards);
        Collections.reverse(hashesBackwards);
        assertEquals(heldOut, HeldOut.hashes(backwards, hashesBackwards));
        assertTrue(hashes.containsAll(heldOut));
    }
}
