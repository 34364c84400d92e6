package io.hsaw.trainer.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.network.Interval;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChartsTest {

    @TempDir
    private Path folder;

    @Test
    void aConfusionMatrixIsDarkWhereAnswersAreAndHasItsFirstRowOnTop() throws Exception {
        List<Integer> none = Collections.nCopies(7, 0);
        Path file = folder.resolve("confusion.png");
        Charts.confusion(file, "confusion", List.of(List.of(0, 0, 0, 0, 0, 0, 5), none, none, none, none, none, none));

        // all of anger was taken for neutral: the only coloured cell of the plot is at its top right
        BufferedImage image = ImageIO.read(file.toFile());
        int[] cell = centreOf(image, 0x6baed6);
        assertTrue(cell[0] > image.getWidth() / 2 && cell[1] < image.getHeight() / 4, Arrays.toString(cell));
    }

    @Test
    void aCurveRisesFromLeftToRight() throws Exception {
        Path file = folder.resolve("line.png");
        Charts.shares(file, "line", "x", "y",
                List.of(new Charts.Line("rising", new double[] {0, 0.5, 1}, new double[] {0, 0.5, 1})));

        assertEquals(800, ImageIO.read(file.toFile()).getWidth());
        assertTrue(Files.size(file) > 2000);
    }

    @Test
    void barsAndStepsAreDrawnWithTheirIntervals() throws Exception {
        Path with = folder.resolve("with.png");
        Path without = folder.resolve("without.png");
        List<String> categories = List.of("left", "right");
        List<Double> values = List.of(0.4, 0.9);
        Charts.steps(with, "steps", "x", "y", categories, List.of(new Charts.Series("a", values,
                List.of(new Interval(0.1, 0.7), new Interval(0.6, 0.95)))));
        Charts.steps(without, "steps", "x", "y", categories, List.of(new Charts.Series("a", values, null)));
        assertTrue(dark(with) > dark(without) + 100, dark(with) + " against " + dark(without));

        Path bars = folder.resolve("bars.png");
        Charts.bars(bars, "bars", "x", "y", categories, List.of(
                new Charts.Series("a", List.of(-0.1, 0.2), List.of(new Interval(-0.2, 0), new Interval(0.1, 0.3)))));
        assertTrue(Files.size(bars) > 2000);
    }

    private static long dark(Path file) throws Exception {
        BufferedImage image = ImageIO.read(file.toFile());
        return Arrays.stream(image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth()))
                .filter(rgb -> (rgb & 0xffffff) == 0x404040).count();
    }

    /** Mean position of the pixels of a colour in the left three quarters, where the plot is and the legend is not. */
    private static int[] centreOf(BufferedImage image, int color) {
        long x = 0;
        long y = 0;
        int n = 0;
        for (int j = 0; j < image.getHeight(); j++) {
            for (int i = 0; i < image.getWidth() * 4 / 5; i++) {
                if ((image.getRGB(i, j) & 0xffffff) == color) {
                    x += i;
                    y += j;
                    n++;
                }
            }
        }
        assertTrue(n > 500, "only " + n + " pixels of the colour");
        return new int[] {(int) (x / n), (int) (y / n)};
    }
}
