package io.hsaw.trainer.dataset;

import static io.hsaw.trainer.dataset.Messages.assertStarts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hsaw.contracts.Box;
import io.hsaw.contracts.Expression;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpWTest {

    @TempDir
    Path folder;

    private Path list() {
        return folder.resolve("label.lst");
    }

    private void expw(String... lines) throws IOException {
        TestPictures.write(list(), String.join("\n", lines) + "\n");
        TestPictures.write(folder.resolve("Images/party.jpg"), TestPictures.jpeg(TestPictures.noise(1)));
        TestPictures.write(folder.resolve("Images/a b.jpg"), TestPictures.jpeg(TestPictures.noise(2)));
    }

    private String message() {
        return assertThrows(DataSetException.class, () -> DataSetFormat.EXPW.open(folder).close()).getMessage();
    }

    @Test
    void boxesAreReadAsTopLeftRightBottom() throws Exception {
        expw("party.jpg 0 20 8 56 68 43.1229 3", "party.jpg 1 1 2 3 4 99 6", "a b.jpg 0 -2 0 10 10 1e1 0");
        try (DataSet expw = DataSetFormat.EXPW.open(folder)) {
            assertEquals(List.of("a b.jpg#0", "party.jpg#0", "party.jpg#1"),
                    expw.samples("all").stream().map(SampleRef::id).toList());
            SampleRef face = expw.samples("all").get(1);
            assertEquals(new Box(8, 20, 48, 48), face.region());
            assertEquals(Expression.HAPPINESS, face.label());
            assertFalse(face.faceCrop());
            assertEquals("all", expw.evaluationSplit());
        }
    }

    @Test
    void facesOfOnePhotoNeverFallOnBothSidesOfTheHeldOutTenth() throws Exception {
        String[] lines = new String[20];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = (i < 10 ? "party.jpg " : "a b.jpg ") + i + " 1 1 20 20 50 " + i % 7;
        }
        expw(lines);
        try (DataSet expw = DataSetFormat.EXPW.open(folder)) {
            assertEquals(1, photos(expw.samples("validation")));
            assertEquals(1, photos(expw.samples("train")));
        }
    }

    private static long photos(List<SampleRef> samples) {
        return samples.stream().map(SampleRef::place).distinct().count();
    }

    @Test
    void aLineCutShortIsNamed() throws Exception {
        expw("party.jpg 0 20 8 56 68 43.1229 3", "party.jpg 1 20 8");
        assertStarts(list() + " line 2: expected \"picture face-number top left right bottom", message());
    }

    @Test
    void aBoxWithoutAreaIsNamed() throws Exception {
        expw("party.jpg 0 20 56 8 68 43.1229 3");
        assertEquals(list() + " line 1: expected a box with left < right and top < bottom, found top 20, left 56,"
                + " right 8, bottom 68", message());
    }

    @Test
    void anUnknownLabelCodeAndAMissingPictureAreNamed() throws Exception {
        expw("party.jpg 0 20 8 56 68 43.1229 7");
        assertStarts(list() + " line 1: expected one of the labels 0 anger", message());
        expw("gone.jpg 0 20 8 56 68 43.1229 1");
        assertStarts(list() + " line 1: expected the picture ", message());
    }

    @Test
    void aPictureOutsideTheDataSetIsNotReachable() throws Exception {
        expw("../label.lst 0 20 8 56 68 43.1229 1");
        assertStarts(list() + " line 1: expected \"picture", message());
    }

    @Test
    void anotherLayoutIsAnsweredWithTheOneExpected() throws Exception {
        TestPictures.write(folder.resolve("angry/a.png"), TestPictures.png(TestPictures.noise(1)));
        TestPictures.write(folder.resolve("happy/a.png"), TestPictures.png(TestPictures.noise(1)));
        assertEquals(folder + ": expected label.lst (or label/label.lst) and pictures in Images/ or origin/; found"
                + " angry, happy", message());
    }
}
