package io.hsaw.trainer.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.RescaleOp;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepeatsTest {

    @TempDir
    Path folder;

    private final List<String> pairs = new ArrayList<>();

    private void put(String name, BufferedImage image) throws IOException {
        TestPictures.write(folder.resolve(name), TestPictures.png(image));
    }

    /** A face of 100×100 pixels. */
    private static BufferedImage face() {
        return scaled(TestPictures.graceHopperImage().getSubimage(160, 110, 160, 160), 100);
    }

    private static BufferedImage scaled(BufferedImage image, int side) {
        BufferedImage scaled = TestPictures.canvas(side, side, Color.BLACK);
        Graphics2D graphics = scaled.createGraphics();
        graphics.drawImage(image.getScaledInstance(side, side, BufferedImage.SCALE_AREA_AVERAGING), 0, 0, null);
        graphics.dispose();
        return scaled;
    }

    private Repeats find(int distance, DataSet... dataSets) throws DataSetException {
        return Repeats.find(List.of(dataSets), distance, pair -> pairs.add(pair.first().sample().id() + " "
                + pair.second().sample().id() + (pair.exact() ? " exact" : " near")));
    }

    @Test
    void repeatsAreCountedBySplitWithTheirLabels() throws Exception {
        put("Training/angry/a.png", TestPictures.noise(1));
        put("Training/happy/b.png", TestPictures.noise(1));
        put("Training/happy/c.png", TestPictures.noise(2));
        put("PublicTest/angry/d.png", TestPictures.noise(1));
        put("PublicTest/angry/e.png", TestPictures.noise(3));
        try (DataSet fer = DataSetFormat.FER2013.open(folder)) {
            Repeats repeats = find(0, fer);
            assertEquals(5, repeats.pictures());
            assertEquals(Set.of(
                    new Repeats.InPart("fer2013/Training", "fer2013/Training", 1, 0, 2, 2),
                    new Repeats.InPart("fer2013/Training", "fer2013/PublicTest", 2, 0, 2, 2),
                    new Repeats.InPart("fer2013/PublicTest", "fer2013/Training", 2, 0, 1, 1)),
                    Set.copyOf(repeats.parts()));
            assertEquals(new Repeats.Groups(1, 3, 1), repeats.exact());
            assertEquals(repeats.exact(), repeats.near());
            assertEquals(Set.of("PublicTest/angry/d"),
                    repeats.inTraining().stream().map(SampleRef::id).collect(Collectors.toSet()));
            assertEquals(3, pairs.size(), pairs::toString);
        }
    }

    @Test
    void aFaceMadeSmallerOrDarkerIsANearRepeat() throws Exception {
        put("Training/happy/face.png", face());
        put("Training/happy/other.png", TestPictures.noise(1));
        put("PublicTest/happy/darker.png", new RescaleOp(0.7f, 5, null).filter(face(), null));
        put("PublicTest/happy/smaller.png", scaled(face(), 48));
        try (DataSet fer = DataSetFormat.FER2013.open(folder)) {
            Repeats repeats = find(Repeats.DEFAULT_DISTANCE, fer);
            assertEquals(new Repeats.Groups(0, 0, 0), repeats.exact());
            assertEquals(new Repeats.Groups(1, 3, 0), repeats.near());
            assertEquals(2, repeats.inTraining().size());
            assertTrue(pairs.stream().allMatch(pair -> pair.endsWith(" near")), pairs::toString);
        }
    }

    /** Such as a face lit from the other end: the same cells are darker than their neighbours, and yet it is another picture. */
    @Test
    void picturesWithTheSameHashButOtherBrightnessAreNoRepeats() throws Exception {
        put("Training/happy/a.png", steps(new int[] {0, 1, 2, 3, 4, 5, 6, 7, 250}));
        put("Training/happy/b.png", steps(new int[] {0, 243, 244, 245, 246, 247, 248, 249, 250}));
        try (DataSet fer = DataSetFormat.FER2013.open(folder)) {
            assertEquals(fer.facts().get(0).gradients(), fer.facts().get(1).gradients());
            assertEquals(new Repeats.Groups(0, 0, 0), find(0, fer).near());
        }
    }

    /** Nine columns of these grey levels. */
    private static BufferedImage steps(int[] levels) {
        BufferedImage image = TestPictures.canvas(90, 80, Color.BLACK);
        for (int x = 0; x < 90; x++) {
            for (int y = 0; y < 80; y++) {
                image.setRGB(x, y, levels[x / 10] * 0x010101);
            }
        }
        return image;
    }

    @Test
    void theHashTellsWhichCellsAreDarkerThanTheirRightNeighbours() throws Exception {
        put("Training/happy/rising.png", steps(new int[] {0, 20, 40, 60, 80, 100, 120, 140, 160}));
        put("Training/happy/zigzag.png", steps(new int[] {0, 20, 0, 20, 0, 20, 0, 20, 0}));
        try (DataSet fer = DataSetFormat.FER2013.open(folder)) {
            assertEquals(-1L, fer.facts().get(0).gradients());
            assertEquals(0xAAAAAAAAAAAAAAAAL, fer.facts().get(1).gradients());
        }
    }

    @Test
    void nearConstantPicturesAreLeftAside() throws Exception {
        put("Training/happy/a.png", TestPictures.plain(Color.GRAY));
        put("PublicTest/happy/b.png", TestPictures.plain(Color.GRAY));
        put("PublicTest/happy/c.png", TestPictures.noise(1));
        try (DataSet fer = DataSetFormat.FER2013.open(folder)) {
            Repeats repeats = find(Repeats.GREATEST_DISTANCE, fer);
            assertEquals(2, repeats.nearConstant());
            assertEquals(List.of(), repeats.parts());
        }
    }

    @Test
    void repeatsAcrossDataSetsAreFoundUnderTheirNames() throws Exception {
        for (int i = 0; i < 30; i++) {
            put("one/" + (i % 2 == 0 ? "happy" : "sad") + "/" + i + ".png", TestPictures.noise(i));
            put("two/" + (i % 2 == 0 ? "happy" : "sad") + "/" + i + ".png", TestPictures.noise(i + 29));
        }
        try (DataSet one = DataSetFormat.FOLDER.open(folder.resolve("one"));
                DataSet two = DataSetFormat.FOLDER.open(folder.resolve("two")).named("folder-2")) {
            Repeats repeats = find(0, one, two);
            assertEquals(List.of("sad/29 happy/0 exact"), pairs);
            assertEquals(1, repeats.exact().differentLabels());
            assertEquals(2, repeats.parts().size());
            assertTrue(repeats.parts().get(0).of().startsWith("folder/"), repeats.parts()::toString);
            assertTrue(repeats.parts().get(0).in().startsWith("folder-2/"), repeats.parts()::toString);
        }
    }

    @Test
    void facesOfOnePhotoAreNoRepeatsOfEachOther() throws Exception {
        TestPictures.write(folder.resolve("Images/party.jpg"), TestPictures.graceHopper());
        TestPictures.write(folder.resolve("Images/again.jpg"), TestPictures.graceHopper());
        TestPictures.write(folder.resolve("label.lst"), """
                again.jpg 0 120 180 300 260 50 3
                party.jpg 0 120 180 300 260 50 3
                party.jpg 1 400 20 160 560 50 6
                """);
        try (DataSet expw = DataSetFormat.EXPW.open(folder)) {
            find(0, expw);
            assertEquals(List.of("again.jpg#0 party.jpg#0 exact"), pairs);
        }
    }

    @Test
    void aDistanceThatWouldCallStrangersRepeatsIsRefused() throws Exception {
        put("happy/a.png", TestPictures.noise(1));
        try (DataSet own = DataSetFormat.FOLDER.open(folder)) {
            assertThrows(IllegalArgumentException.class, () -> find(Repeats.GREATEST_DISTANCE + 1, own));
            assertThrows(IllegalArgumentException.class, () -> find(-1, own));
        }
    }
}
