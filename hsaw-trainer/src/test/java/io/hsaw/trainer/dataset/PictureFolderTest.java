package io.hsaw.trainer.dataset;

import static io.hsaw.trainer.dataset.Messages.assertStarts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureFolderTest {

    @TempDir
    Path folder;

    @Test
    void everyAliasNamesItsClass() throws Exception {
        List<String> names = List.of("Angry", "anger", "disgusted", "fearful", "happy", "sad", "surprised", "neutral");
        for (int i = 0; i < names.size(); i++) {
            TestPictures.write(folder.resolve(names.get(i)).resolve("x.png"), TestPictures.png(TestPictures.noise(i)));
        }
        try (DataSet own = DataSetFormat.FOLDER.open(folder)) {
            assertEquals(List.of("Angry/x anger", "anger/x anger", "disgusted/x disgust", "fearful/x fear",
                    "happy/x happiness", "neutral/x neutral", "sad/x sadness", "surprised/x surprise"),
                    own.samples("all").stream().map(s -> s.id() + " " + s.label().label()).toList());
            assertEquals(List.of("all", "train", "validation"), own.splits());
        }
    }

    @Test
    void aFolderWithNothingInItsClassesIsRefused() throws Exception {
        Files.createDirectories(folder.resolve("happy"));
        String message = assertThrows(DataSetException.class, () -> DataSetFormat.FOLDER.open(folder)).getMessage();
        assertStarts(folder + ": holds no pictures; expected them in folders named anger/angry", message);
    }

    @Test
    void tooFewPicturesToHoldSomeOutAreSaidToBeSo() throws Exception {
        TestPictures.write(folder.resolve("happy/x.png"), TestPictures.png(TestPictures.noise(1)));
        try (DataSet own = DataSetFormat.FOLDER.open(folder)) {
            assertEquals("split validation of folder holds no pictures here",
                    assertThrows(DataSetException.class, () -> own.samples("validation")).getMessage());
        }
    }

    @Test
    void aDamagedPictureIsNamed() throws Exception {
        Path damaged = TestPictures.write(folder.resolve("happy/x.png"), "no picture");
        try (DataSet own = DataSetFormat.FOLDER.open(folder); SampleFramer framer = new SampleFramer()) {
            Sample sample = own.samples("all").get(0).read();
            String message = assertThrows(DataSetException.class, () -> framer.frame(sample)).getMessage();
            assertStarts(damaged + ": expected a complete picture: ", message);
        }
    }

    @Test
    void aPictureThatVanishesIsNamed() throws Exception {
        Path picture = TestPictures.write(folder.resolve("happy/x.png"), TestPictures.png(TestPictures.noise(1)));
        try (DataSet own = DataSetFormat.FOLDER.open(folder)) {
            SampleRef sample = own.samples("all").get(0);
            Files.delete(picture);
            assertStarts(picture + ": cannot be read", assertThrows(DataSetException.class, sample::read).getMessage());
        }
    }

    @Test
    void formatsAreFoundByTheirNames() {
        assertEquals(List.of("fer2013", "raf-db", "expw", "folder"),
                Stream.of(DataSetFormat.values()).map(DataSetFormat::label).toList());
        assertEquals(DataSetFormat.RAF_DB, DataSetFormat.named("raf-db").orElseThrow());
        assertTrue(DataSetFormat.named("fer-2013").isEmpty());
        assertEquals("fer2013, raf-db, expw, folder", DataSetFormat.names());
    }
}
