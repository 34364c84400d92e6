package io.hsaw.trainer.robustness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.hsaw.contracts.Box;
import io.hsaw.contracts.Expression;
import io.hsaw.contracts.RgbImage;
import io.hsaw.facedetector.Picture;
import io.hsaw.halffacesplitter.CanonicalFrame;
import io.hsaw.trainer.dataset.FacePlace;
import io.hsaw.trainer.dataset.SampleRef;
import io.hsaw.trainer.picture.Pixels;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ConditionTest {

    /** A face 112 wide in the middle of 200 × 200. */
    private static final FacePlace PLACE = new FacePlace(new CanonicalFrame(100, 100, 112, 1, 0), 0.0);

    private static Condition condition(Kind kind, String series, String level) {
        return Condition.all().stream().filter(one -> one.kind() == kind && one.series().equals(series)
                && one.level().equals(level)).findFirst().orElseThrow();
    }

    private static SampleRef sample(RgbImage image, Box region) {
        return new SampleRef("a", Expression.FEAR, "all", false, region, "a.png", () -> Pixels.encoded(image));
    }

    private static RgbImage changed(Condition condition, RgbImage image) throws Exception {
        try (Picture picture = condition.of(sample(image, null), PLACE).read().decode()) {
            return picture.rgb();
        }
    }

    private static int level(RgbImage image, int x, int y) {
        return image.pixels()[3 * (y * image.width() + x)] & 255;
    }

    private static RgbImage speckled() {
        RgbImage image = Pixels.filled(200, 200, 0);
        for (int i = 0; i < image.pixels().length; i++) {
            image.pixels()[i] = (byte) (i * 7 % 251);
        }
        return image;
    }

    @Test
    void everyConditionChangesThePictureAndNoTwoDoTheSame() throws Exception {
        List<Condition> all = Condition.all();
        RgbImage image = speckled();
        List<RgbImage> results = new ArrayList<>(List.of(image));
        for (Condition condition : all) {
            RgbImage result = changed(condition, image);
            results.forEach(other -> assertNotEquals(other, result, condition.toString()));
            results.add(result);
        }
        assertEquals(EnumSet.complementOf(EnumSet.of(Kind.SIDE_VIEW)),
                all.stream().map(Condition::kind).collect(Collectors.toSet()));
    }

    @Test
    void theBlurIsInProportionToTheFace() throws Exception {
        RgbImage image = speckled();
        // the face is half of 224 wide
        assertEquals(Pixels.blurred(image, 2), changed(condition(Kind.BLUR, "blur", "4"), image));
    }

    @Test
    void leftIsThePersonsOwn() throws Exception {
        RgbImage image = Pixels.filled(200, 200, 10);
        RgbImage left = changed(condition(Kind.OCCLUSION, "left", "0.5"), image);
        assertEquals(Pixels.GREY, level(left, 101, 100));
        assertEquals(10, level(left, 99, 100));
        RgbImage lower = changed(condition(Kind.OCCLUSION, "lower", "0.25"), image);
        // the square ends at 156; its lower quarter begins at 128
        assertEquals(10, level(lower, 100, 127));
        assertEquals(Pixels.GREY, level(lower, 100, 129));
        assertEquals(10, level(lower, 100, 157));
    }

    @Test
    void aReducedFaceTakesItsRegionAlong() throws Exception {
        Condition condition = condition(Kind.SIZE, "size", "32");
        SampleRef reduced = condition.of(sample(speckled(), new Box(70, 35, 70, 140)), PLACE);

        // 32 / 112 = 2 / 7
        assertEquals(20, reduced.region().x(), 1e-9);
        assertEquals(10, reduced.region().y(), 1e-9);
        assertEquals(40, reduced.region().height(), 1e-9);
        try (Picture picture = reduced.read().decode()) {
            assertEquals(57, picture.width());
        }
    }

    @Test
    void aFaceThatIsSmallAlreadyStaysAsItIs() {
        SampleRef sample = sample(speckled(), null);
        FacePlace small = new FacePlace(new CanonicalFrame(100, 100, 31, 1, 0), 0.0);
        assertSame(sample, condition(Kind.SIZE, "size", "32").of(sample, small));
    }

    @Test
    void aTurnedPictureTakesTheRegionAlong() {
        Condition condition = condition(Kind.ROLL, "clockwise", "45");
        // the region's middle is 10 right of the face's
        Box region = condition.of(sample(speckled(), new Box(80, 70, 60, 60)), PLACE).region();

        assertEquals(60, region.width());
        assertEquals(100 + 10 * Math.sqrt(0.5), region.x() + 30, 1e-9);
        assertEquals(100 + 10 * Math.sqrt(0.5), region.y() + 30, 1e-9);
    }
}
