package io.hsaw.trainer.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.contracts.HalfFacePair;
import io.hsaw.network.Prediction;
import io.hsaw.trainer.dataset.DataSet;
import io.hsaw.trainer.dataset.DataSetFormat;
import io.hsaw.trainer.dataset.Progress;
import io.hsaw.trainer.dataset.Repeats;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeakReportTest {

    @TempDir
    Path folder;

    private void noise(String name, long seed) throws Exception {
        Random random = new Random(seed);
        BufferedImage image = new BufferedImage(48, 48, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < 48 * 48; i++) {
            image.getRaster().setSample(i % 48, i / 48, 0, random.nextInt(256));
        }
        Path file = folder.resolve(name + ".png");
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
    }

    private static List<Prediction> alwaysAnger(List<HalfFacePair> faces) {
        return faces.stream().map(face -> new Prediction(new double[] {3, 0, 0, 0, 0, 0, 0}, new double[7], new double[7],
                0.5, 0.5)).toList();
    }

    @Test
    void accuracyIsMeasuredWithAndWithoutThePicturesThatTrainingHolds() throws Exception {
        noise("Training/angry/1", 1);
        noise("Training/sad/2", 2);
        noise("PublicTest/angry/a", 1);
        noise("PublicTest/angry/b", 3);
        noise("PublicTest/sad/c", 4);
        Evaluator evaluator = new Evaluator(LeakReportTest::alwaysAnger, 1);
        try (DataSet fer = DataSetFormat.FER2013.open(folder)) {
            Repeats repeats = Repeats.find(List.of(fer), 0, pair -> { });
            LeakReport.Accuracy accuracy = LeakReport.measure(fer, repeats, evaluator, Integer.MAX_VALUE, Progress.NONE);
            assertEquals("fer2013/PublicTest", accuracy.split());
            assertShare(3, 2, accuracy.all());
            assertShare(1, 1, accuracy.repeated());
            assertShare(2, 1, accuracy.others());
        }
    }

    private static void assertShare(int samples, int right, LeakReport.Share share) {
        assertEquals(samples, share.samples());
        assertEquals(right, share.right());
        assertEquals((double) right / samples, share.accuracy(), 1e-12);
        assertTrue(share.interval().low() <= share.accuracy() && share.accuracy() <= share.interval().high());
    }

    @Test
    void withoutAModelTheReportHasNoAccuracyAndNoPixels() throws Exception {
        noise("Training/angry/1", 1);
        noise("PublicTest/sad/2", 1);
        try (DataSet fer = DataSetFormat.FER2013.open(folder)) {
            String json = new LeakReport(Repeats.find(List.of(fer), 3, pair -> { }), null).toJson();
            assertEquals("{\"repeats\":{\"distance\":3,\"pictures\":2,\"nearConstant\":0,\"parts\":["
                    + "{\"of\":\"fer2013/PublicTest\",\"in\":\"fer2013/Training\",\"exactPairs\":1,\"nearPairs\":0,"
                    + "\"exact\":1,\"repeated\":1},"
                    + "{\"of\":\"fer2013/Training\",\"in\":\"fer2013/PublicTest\",\"exactPairs\":1,\"nearPairs\":0,"
                    + "\"exact\":1,\"repeated\":1}],"
                    + "\"exact\":{\"groups\":1,\"pictures\":2,\"differentLabels\":1},"
                    + "\"near\":{\"groups\":1,\"pictures\":2,\"differentLabels\":1}}}", json);
        }
    }
}
