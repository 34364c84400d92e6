package io.hsaw.trainer.dataset;

import static io.hsaw.trainer.dataset.Messages.assertStarts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RafDbTest {

    @TempDir
    Path folder;

    private Path list() {
        return folder.resolve("raf/basic/EmoLabel/list_patition_label.txt");
    }

    private void raf(String... lines) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines.length; i++) {
            text.append(lines[i]).append("\r\n");
            String name = lines[i].split(" ")[0].replace(".jpg", "_aligned.jpg");
            TestPictures.write(folder.resolve("raf/basic/Image/aligned").resolve(name),
                    TestPictures.jpeg(TestPictures.noise(i)));
        }
        TestPictures.write(list(), text.toString());
    }

    private String message() {
        return assertThrows(DataSetException.class, () -> DataSetFormat.RAF_DB.open(folder.resolve("raf")).close())
                .getMessage();
    }

    @Test
    void codesBecomeExpressionsAndFileNamesSplits() throws Exception {
        raf("train_00001.jpg 1", "train_00002.jpg 2", "train_00003.jpg 3", "train_00004.jpg 4", "train_00005.jpg 5",
                "train_00006.jpg 6", "train_00007.jpg 7", "test_0001.jpg 4");
        try (DataSet raf = DataSetFormat.RAF_DB.open(folder.resolve("raf"))) {
            assertEquals(List.of("test_0001 happiness", "train_00001 surprise", "train_00002 fear",
                    "train_00003 disgust", "train_00004 happiness", "train_00005 sadness", "train_00006 anger",
                    "train_00007 neutral"),
                    raf.samples("all").stream().map(s -> s.id() + " " + s.label().label()).toList());
            assertEquals(1, raf.samples("test").size());
            assertEquals("test", raf.evaluationSplit());
            assertEquals("validation", raf.validationSplit());
        }
    }

    @Test
    void theFolderBasicItselfAndAZipAreRead() throws Exception {
        raf("train_00001.jpg 1", "train_00002.jpg 7");
        try (DataSet basic = DataSetFormat.RAF_DB.open(folder.resolve("raf/basic"));
                DataSet zip = DataSetFormat.RAF_DB.open(
                        TestPictures.zip(folder.resolve("raf"), folder.resolve("raf.zip")))) {
            assertEquals(2, basic.samples("all").size());
            assertEquals(2, zip.samples("all").size());
            assertEquals("validation", zip.evaluationSplit());
        }
    }

    @Test
    void aTenthOfEachClassIsHeldOutForValidation() throws Exception {
        String[] lines = new String[60];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = String.format("train_%05d.jpg %d", i, i < 40 ? 4 : 2);
        }
        raf(lines);
        try (DataSet raf = DataSetFormat.RAF_DB.open(folder.resolve("raf"))) {
            List<String> labels = raf.samples("validation").stream().map(s -> s.label().label()).sorted().toList();
            assertEquals(List.of("fear", "fear", "happiness", "happiness", "happiness", "happiness"), labels);
            assertEquals(54, raf.samples("train").size());
            List<String> trained = raf.samples("train").stream().map(SampleRef::id).toList();
            assertTrue(raf.samples("validation").stream().noneMatch(s -> trained.contains(s.id())));
        }
    }

    @Test
    void anUnknownLabelCodeIsNamed() throws Exception {
        raf("train_00001.jpg 1", "train_00002.jpg 8");
        assertEquals(list() + " line 2: expected one of the labels 1 surprise, 2 fear, 3 disgust, 4 happiness,"
                + " 5 sadness, 6 anger, 7 neutral, found 8", message());
    }

    @Test
    void aListCutShortIsNamed() throws Exception {
        raf("train_00001.jpg 1", "train_00002.jpg 2");
        Files.writeString(list(), "train_00001.jpg 1\ntrain_000");
        assertEquals(list() + " line 2: expected a line such as \"train_00001.jpg 5\", found \"train_000\"", message());
    }

    @Test
    void aPictureWithoutALineIsNamed() throws Exception {
        raf("train_00001.jpg 1", "train_00002.jpg 2");
        Files.writeString(list(), "train_00001.jpg 1\n");
        assertStarts(list() + ": expected a line for each picture in Image/aligned, found none for"
                + " train_00002_aligned.jpg", message());
    }

    @Test
    void aLineWithoutAPictureIsNamed() throws Exception {
        raf("train_00001.jpg 1");
        Files.writeString(list(), "train_00001.jpg 1\ntrain_00009.jpg 1\n");
        assertStarts(list() + " line 2: expected the picture ", message());
    }

    @Test
    void anotherLayoutIsAnsweredWithTheOneExpected() throws Exception {
        TestPictures.write(folder.resolve("raf/train/1/a.jpg"), TestPictures.jpeg(TestPictures.noise(1)));
        assertStarts(folder.resolve("raf/train/1") + ": expected RAF-DB's own layout,"
                + " basic/EmoLabel/list_patition_label.txt and basic/Image/aligned/; found a.jpg", message());
    }

    @Test
    void anEmptyDataSetIsRefused() throws Exception {
        TestPictures.write(list(), "");
        Files.createDirectories(folder.resolve("raf/basic/Image/aligned"));
        assertStarts(list() + ": expected a line for each picture", message());
    }
}
