package io.hsaw.trainer.dataset;

import static io.hsaw.trainer.dataset.Messages.assertStarts;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.RgbImage;
import io.hsaw.facedetector.Picture;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Fer2013Test {

    private static final String HEADER = "emotion,pixels,Usage\n";

    @TempDir
    Path folder;

    private Path fer(String name) {
        return folder.resolve("fer").resolve(name);
    }

    private void threePictures() throws IOException {
        TestPictures.write(fer("Training/angry/1000.png"), TestPictures.png(TestPictures.noise(1)));
        TestPictures.write(fer("Training/happy/7.jpg"), TestPictures.jpeg(TestPictures.noise(2)));
        TestPictures.write(fer("PublicTest/sad/3.png"), TestPictures.png(TestPictures.noise(3)));
    }

    private static List<String> idsAndLabels(DataSet dataSet, String split) throws DataSetException {
        return dataSet.samples(split).stream().map(s -> s.id() + " " + s.label().label()).toList();
    }

    private String messageOf(Path path) {
        return assertThrows(DataSetException.class, () -> DataSetFormat.FER2013.open(path).close()).getMessage();
    }

    private static String row(int emotion, int side, int value, String usage) {
        return emotion + "," + IntStream.range(0, side * side).mapToObj(i -> String.valueOf((value + i) % 256))
                .collect(Collectors.joining(" ")) + "," + usage + "\n";
    }

    @Test
    void aFolderOfSplitsAndClassesIsRead() throws Exception {
        threePictures();
        try (DataSet fer = DataSetFormat.FER2013.open(folder.resolve("fer"))) {
            assertEquals(List.of("all", "Training", "PublicTest"), fer.splits());
            assertEquals(List.of("Training/angry/1000 anger", "Training/happy/7 happiness"),
                    idsAndLabels(fer, "Training"));
            assertEquals(List.of("PublicTest/sad/3 sadness"), idsAndLabels(fer, "PublicTest"));
            assertEquals("PublicTest", fer.validationSplit());
            assertEquals("PublicTest", fer.evaluationSplit());
            assertTrue(fer.samples("all").get(0).faceCrop());
        }
    }

    @Test
    void aZipGivesTheSameSamplesAsTheFolderItWasMadeOf() throws Exception {
        threePictures();
        Path zip = TestPictures.zip(folder.resolve("fer"), folder.resolve("fer2013.zip"));
        try (DataSet packed = DataSetFormat.FER2013.open(zip);
                DataSet unpacked = DataSetFormat.FER2013.open(folder.resolve("fer"))) {
            assertEquals(idsAndLabels(unpacked, "all"), idsAndLabels(packed, "all"));
            for (int i = 0; i < 3; i++) {
                assertArrayEquals(unpacked.samples("all").get(i).read().picture(),
                        packed.samples("all").get(i).read().picture());
            }
        }
    }

    @Test
    void anArchiveWithEverythingInOneOuterFolderIsRead() throws Exception {
        threePictures();
        Path zip = TestPictures.zip(folder, Files.createTempFile("fer", ".zip"));
        try (DataSet fer = DataSetFormat.FER2013.open(zip)) {
            assertEquals(3, fer.samples("all").size());
        } finally {
            Files.delete(zip);
        }
    }

    @Test
    void foldersTrainAndTestWithOtherClassNamesAreRead() throws Exception {
        TestPictures.write(fer("train/Happiness/a.png"), TestPictures.png(TestPictures.noise(1)));
        TestPictures.write(fer("train/sadness/.DS_Store"), "clutter");
        TestPictures.write(fer("train/sadness/b.png"), TestPictures.png(TestPictures.noise(2)));
        TestPictures.write(fer("test/surprised/c.png"), TestPictures.png(TestPictures.noise(3)));
        try (DataSet fer = DataSetFormat.FER2013.open(folder.resolve("fer"))) {
            assertEquals(List.of("Training/Happiness/a happiness", "Training/sadness/b sadness"),
                    fer.samples("all").stream().filter(s -> s.split().equals("Training"))
                            .map(s -> s.id() + " " + s.label().label()).toList());
            assertEquals(List.of("test/surprised/c surprise"), idsAndLabels(fer, "test"));
            assertEquals("test", fer.evaluationSplit());
            assertEquals("validation", fer.validationSplit());
        }
    }

    @Test
    void namesThatBeginWithASplitTellTheTwoTestPartsApart() throws Exception {
        TestPictures.write(fer("train/angry/Training_1.png"), TestPictures.png(TestPictures.noise(1)));
        TestPictures.write(fer("test/angry/PublicTest_2.png"), TestPictures.png(TestPictures.noise(2)));
        TestPictures.write(fer("test/sad/PrivateTest_3.png"), TestPictures.png(TestPictures.noise(3)));
        TestPictures.write(fer("test/sad/no_prefix_4.png"), TestPictures.png(TestPictures.noise(4)));
        try (DataSet fer = DataSetFormat.FER2013.open(folder.resolve("fer"))) {
            assertEquals(List.of("Training/angry/Training_1 anger"), idsAndLabels(fer, "Training"));
            assertEquals(List.of("test/angry/PublicTest_2 anger"), idsAndLabels(fer, "PublicTest"));
            assertEquals(List.of("test/sad/PrivateTest_3 sadness"), idsAndLabels(fer, "PrivateTest"));
            assertEquals(List.of("test/sad/no_prefix_4 sadness"), idsAndLabels(fer, "test"));
            assertEquals("PublicTest", fer.validationSplit());
        }
    }

    @Test
    void aNameThatContradictsItsFolderIsRefused() throws Exception {
        TestPictures.write(fer("train/angry/PublicTest_2.png"), TestPictures.png(TestPictures.noise(2)));
        assertStarts(fer("train/angry/PublicTest_2.png") + ": its name says that it belongs to PublicTest, but it lies in"
                + " a folder for Training", messageOf(folder.resolve("fer")));
        Files.delete(fer("train/angry/PublicTest_2.png"));
        TestPictures.write(fer("test/angry/Training_2.png"), TestPictures.png(TestPictures.noise(2)));
        assertStarts(fer("test/angry/Training_2.png") + ": its name says that it belongs to Training",
                messageOf(folder.resolve("fer")));
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheFirstColumnsName() throws Exception {
        Path csv = TestPictures.write(folder.resolve("fer2013.csv"), "\uFEFF" + HEADER + row(0, 48, 5, "Training"));
        try (DataSet fer = DataSetFormat.FER2013.open(csv)) {
            assertEquals(1, fer.samples("Training").size());
        }
    }

    @Test
    void bytesThatAreNoTextAreNamed() throws Exception {
        Path csv = TestPictures.write(folder.resolve("fer2013.csv"), new byte[] {'e', (byte) 0xff, (byte) 0xfe});
        assertEquals(csv + " after line 0: expected text in UTF-8, found other bytes", messageOf(csv));
    }

    @Test
    void theCsvGivesLabelsSplitsAndEveryPixel() throws Exception {
        Path csv = TestPictures.write(folder.resolve("fer2013.csv"), HEADER + row(0, 48, 5, "Training")
                + row(3, 48, 80, "PublicTest") + row(6, 48, 200, "PrivateTest"));
        try (DataSet fer = DataSetFormat.FER2013.open(csv)) {
            assertEquals(List.of("Training/000002 anger"), idsAndLabels(fer, "Training"));
            assertEquals(List.of("PublicTest/000003 happiness"), idsAndLabels(fer, "PublicTest"));
            assertEquals(List.of("PrivateTest/000004 neutral"), idsAndLabels(fer, "PrivateTest"));
            try (Picture picture = Picture.decode(fer.samples("PublicTest").get(0).read().picture())) {
                RgbImage image = picture.rgb();
                assertEquals(48, image.width());
                int[] red = IntStream.range(0, 48 * 48).map(i -> image.pixels()[3 * i] & 255).toArray();
                int[] expected = IntStream.range(0, 48 * 48).map(i -> (80 + i) % 256).toArray();
                assertArrayEquals(expected, red);
            }
        }
    }

    @Test
    void theCsvIsFoundInAFolderAndInAZip() throws Exception {
        TestPictures.write(fer("fer2013.csv"), HEADER + row(1, 48, 5, "Training"));
        try (DataSet inFolder = DataSetFormat.FER2013.open(folder.resolve("fer"));
                DataSet inZip = DataSetFormat.FER2013.open(
                        TestPictures.zip(folder.resolve("fer"), folder.resolve("fer.zip")))) {
            assertEquals(Expression.DISGUST, inFolder.samples("all").get(0).label());
            assertEquals(Expression.DISGUST, inZip.samples("all").get(0).label());
        }
    }

    @Test
    void columnsOfTheCsvMayStandInAnotherOrderAndInQuotes() throws Exception {
        String[] fields = row(4, 48, 1, "Training").strip().split(",");
        Path csv = TestPictures.write(folder.resolve("fer2013.csv"),
                "emotion, Usage, pixels\n\"4\",\"Training\",\"" + fields[1] + "\"\n");
        try (DataSet fer = DataSetFormat.FER2013.open(csv)) {
            assertEquals(Expression.SADNESS, fer.samples("all").get(0).label());
        }
    }

    @Test
    void aGreyCropBecomesThreeEqualChannels() throws Exception {
        BufferedImage noise = TestPictures.noise(1);
        try (Picture picture = Picture.decode(TestPictures.png(noise))) {
            byte[] rgb = picture.rgb().pixels();
            byte[] grey = (byte[]) noise.getRaster().getDataElements(0, 0, 48, 48, null);
            for (int i = 0; i < grey.length; i++) {
                byte[] pixel = Arrays.copyOfRange(rgb, 3 * i, 3 * i + 3);
                assertArrayEquals(new byte[] {grey[i], grey[i], grey[i]}, pixel);
            }
        }
    }

    @Test
    void aMissingPathIsNamed() {
        Path missing = folder.resolve("nowhere.zip");
        assertEquals(missing + ": there is no such file or folder", messageOf(missing));
    }

    @Test
    void aFileOfAnotherKindIsNamed() throws Exception {
        Path file = TestPictures.write(folder.resolve("fer2013.tar.gz"), "no zip");
        assertEquals(file + ": expected a folder or a .zip archive", messageOf(file));
    }

    @Test
    void aTruncatedZipIsNamed() throws Exception {
        threePictures();
        Path zip = TestPictures.zip(folder.resolve("fer"), folder.resolve("fer2013.zip"));
        byte[] bytes = Files.readAllBytes(zip);
        Files.write(zip, Arrays.copyOf(bytes, bytes.length / 2));
        assertStarts(zip + ": not a complete zip archive", messageOf(zip));
    }

    @Test
    void anUnknownClassFolderIsNamedWithTheNamesExpected() throws Exception {
        threePictures();
        TestPictures.write(fer("Training/contempt/1.png"), TestPictures.png(TestPictures.noise(4)));
        String message = messageOf(folder.resolve("fer"));
        assertStarts(fer("Training/contempt") + ": is no folder of a class", message);
        assertTrue(message.contains("anger/angry, disgust/disgusted"), message);
    }

    @Test
    void anUnknownSplitFolderIsNamed() throws Exception {
        threePictures();
        Files.createDirectories(fer("Trainig"));
        assertStarts(fer("Trainig") + ": is not part of fer2013", messageOf(folder.resolve("fer")));
    }

    @Test
    void anEmptyFolderIsNoDataSet() {
        assertStarts(folder + ": holds no pictures; expected fer2013.csv", messageOf(folder));
    }

    @Test
    void somethingElseAmongThePicturesIsNamed() throws Exception {
        threePictures();
        TestPictures.write(fer("Training/angry/notes.txt"), "notes");
        assertStarts(fer("Training/angry/notes.txt") + ": expected only pictures", messageOf(folder.resolve("fer")));
    }

    @Test
    void aCsvLineCutShortIsNamed() throws Exception {
        Path csv = TestPictures.write(folder.resolve("fer2013.csv"),
                HEADER + row(0, 48, 5, "Training") + row(0, 48, 5, "Training").substring(0, 900));
        assertStarts(csv + " line 3: expected 3 fields (emotion, pixels, Usage), found 2",
                messageOf(csv));
    }

    @Test
    void aCsvLineWithTooFewPixelsIsNamed() throws Exception {
        Path csv = TestPictures.write(folder.resolve("fer2013.csv"), HEADER + row(0, 47, 5, "Training"));
        assertStarts(csv + " line 2: expected 2304 pixels (48 x 48), found 2209", messageOf(csv));
    }

    @Test
    void anUnknownLabelCodeIsNamedWithTheCodesExpected() throws Exception {
        Path csv = TestPictures.write(folder.resolve("fer2013.csv"), HEADER + row(7, 48, 5, "Training"));
        assertEquals(csv + " line 2: expected one of the labels 0 anger, 1 disgust, 2 fear, 3 happiness, 4 sadness,"
                + " 5 surprise, 6 neutral, found 7", messageOf(csv));
    }

    @Test
    void anUnknownUsageAndAPixelBeyondTheRangeAreNamed() throws Exception {
        Path usage = TestPictures.write(folder.resolve("a.csv"), HEADER + row(1, 48, 5, "Train1ng"));
        assertEquals(usage + " line 2: expected Training, PublicTest or PrivateTest, found Train1ng", messageOf(usage));
        Path range = TestPictures.write(folder.resolve("b.csv"),
                HEADER + row(1, 48, 5, "Training").replace(" 255 ", " 256 "));
        assertStarts(range + " line 2: expected pixels from 0 to 255, found 256", messageOf(range));
        Path letters = TestPictures.write(folder.resolve("c.csv"),
                HEADER + row(1, 48, 5, "Training").replace(" 255 ", " x "));
        assertStarts(letters + " line 2: expected pixels as numbers", messageOf(letters));
    }

    @Test
    void aCsvWithOtherColumnsIsNamed() throws Exception {
        Path csv = TestPictures.write(folder.resolve("fer2013.csv"), "id,label\n1,2\n");
        assertEquals(csv + " line 1: expected the columns emotion,pixels,Usage, found id,label", messageOf(csv));
        Path empty = TestPictures.write(folder.resolve("empty.csv"), "");
        assertEquals(empty + " line 1: expected the columns emotion,pixels,Usage, found nothing", messageOf(empty));
    }

    @Test
    void anUnknownSplitIsAnsweredWithThoseThereAre() throws Exception {
        threePictures();
        try (DataSet fer = DataSetFormat.FER2013.open(folder.resolve("fer"))) {
            assertEquals("fer2013 has no split test here; there are all, Training, PublicTest",
                    assertThrows(DataSetException.class, () -> fer.samples("test")).getMessage());
        }
    }
}
