package io.hsaw.facedetector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.contracts.Box;
import io.hsaw.contracts.FaceCrop;
import io.hsaw.contracts.FrameLimits;
import io.hsaw.contracts.KeyPoints;
import io.hsaw.contracts.Point;
import io.hsaw.contracts.RgbImage;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaceDetectorTest {

    private static FaceDetector detector;
    private static RgbImage astronaut;
    private static RgbImage graceHopper;

    @BeforeAll
    static void open() throws Exception {
        detector = new FaceDetector();
        astronaut = TestPictures.decoded(TestPictures.astronaut());
        graceHopper = TestPictures.decoded(TestPictures.graceHopper());
    }

    @AfterAll
    static void close() {
        detector.close();
    }

    @Test
    void theFiveKeyPointsLieWhereAPersonSeesThem() {
        KeyPoints points = only(detect(astronaut)).face().keyPoints();
        assertNear(203, 101, points.rightEye(), 2);
        assertNear(247, 104, points.leftEye(), 2);
        assertNear(222.5, 130, points.noseTip(), 4);
        assertNear(204, 140, points.mouthRight(), 5);
        assertNear(244, 141, points.mouthLeft(), 5);
    }

    @Test
    void aFrontalPortraitIsOneUprightFace() {
        FaceCrop face = only(detect(graceHopper));
        assertTrue(face.face().confidence() > 0.8);
        assertEquals(0, face.face().roll(), 6);
        assertEquals(0, face.face().yaw(), 6);
        assertTrue(face.face().box().overlap(new Box(170, 130, 188, 204)) > 0.85, face.face().box().toString());
    }

    @Test
    void aPictureWithoutAFaceHasNone() {
        assertEquals(List.of(), detect(TestPictures.blocks(640, 480)));
        assertEquals(List.of(), detect(TestPictures.blocks(1, 1)));
        assertEquals(List.of(), detect(TestPictures.blocks(3000, 2)));
        assertEquals(List.of(), detect(TestPictures.cut(astronaut, 0, 250, 512, 262)));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-40, -20, 20, 40})
    void aTurnedFaceIsFoundWithItsRoll(double degrees) {
        for (RgbImage upright : List.of(astronaut, graceHopper)) {
            double before = only(detect(upright)).face().roll();
            assertEquals(before + degrees, only(detect(TestPictures.turned(upright, degrees))).face().roll(), 2.5);
        }
    }

    @Test
    void aFlippedFaceHasOppositeRollAndYaw() {
        FaceCrop face = only(detect(TestPictures.turned(astronaut, 15)));
        FaceCrop flipped = only(detect(TestPictures.turned(astronaut, 15).flipped()));
        assertEquals(face.face().roll(), -flipped.face().roll(), 2);
        assertEquals(face.face().yaw(), -flipped.face().yaw(), 4);
    }

    @Test
    void aFlippedPictureThatSaysSoHasTheSameCropAndItsOwnBoxes() {
        RgbImage turned = TestPictures.turned(astronaut, 15);
        FaceCrop plain = only(detect(turned));
        FaceCrop mirrored;
        try (Picture picture = Picture.of(turned.flipped())) {
            mirrored = only(detector.detect(picture, true));
        }
        assertEquals(plain.crop(), mirrored.crop());
        assertEquals(plain.cropPoints(), mirrored.cropPoints());
        assertEquals(plain.face().yaw(), mirrored.face().yaw());
        assertEquals(plain.face().roll(), -mirrored.face().roll());
        Box box = plain.face().box();
        assertEquals(new Box(512 - box.x() - box.width(), box.y(), box.width(), box.height()), mirrored.face().box());
        assertEquals(512 - plain.face().keyPoints().leftEye().x(), mirrored.face().keyPoints().leftEye().x());
        assertTrue(mirrored.face().keyPoints().leftEye().x() < mirrored.face().keyPoints().rightEye().x());
    }

    @Test
    void severalFacesComeOnceEachTheLargestFirst() {
        RgbImage both = new RgbImage(1024, 600, new byte[1024 * 600 * 3]);
        TestPictures.paste(astronaut, both, 0, 0);
        TestPictures.paste(graceHopper, both, 512, 0);
        List<FaceCrop> faces = detect(both);
        assertEquals(2, faces.size());
        assertTrue(faces.get(0).face().box().x() > 512, "Grace Hopper's face is the larger one");
        assertTrue(faces.get(1).face().box().x() < 512);
    }

    @Test
    void ofACrowdTheLargestFacesAreKept() {
        RgbImage head = TestPictures.cut(astronaut, 130, 20, 200, 200);
        RgbImage crowd = new RgbImage(1000, 800, new byte[1000 * 800 * 3]);
        for (int i = 0; i < 20; i++) {
            TestPictures.paste(i == 13 ? TestPictures.scaled(head, 150, 150) : head, crowd, i % 5 * 200, i / 5 * 200);
        }
        List<FaceCrop> faces = detect(crowd);
        assertEquals(FrameLimits.MAX_FACES, faces.size());
        for (FaceCrop face : faces) {
            assertTrue(face.face().box().width() > 80, "the smallest face is left out: " + face.face().box());
        }
    }

    @Test
    void aSmallFaceInALargePictureIsFoundWithTheRightPoints() {
        RgbImage scene = new RgbImage(1600, 1200, new byte[1600 * 1200 * 3]);
        TestPictures.paste(astronaut, scene, 900, 500);
        Point nose = only(detect(astronaut)).face().keyPoints().noseTip();
        assertNear(900 + nose.x(), 500 + nose.y(), only(detect(scene)).face().keyPoints().noseTip(), 2);
    }

    @Test
    void aFaceThatOnlyATileShowsIsFoundWithTheRightPoints() {
        RgbImage scene = new RgbImage(1600, 1200, new byte[1600 * 1200 * 3]);
        TestPictures.paste(TestPictures.scaled(astronaut, 256, 256), scene, 900, 500);
        Point nose = only(detect(astronaut)).face().keyPoints().noseTip();
        assertNear(900 + nose.x() / 2, 500 + nose.y() / 2, only(detect(scene)).face().keyPoints().noseTip(), 2);
    }

    @Test
    void aFaceThatTheMeshRefusesIsFoundWhereBothDetectorsSeeIt() {
        RgbImage narrow = TestPictures.scaled(graceHopper, 154, 600);
        FaceCrop face = only(detect(narrow));
        Box box = only(detect(graceHopper)).face().box();
        assertTrue(face.face().box().overlap(new Box(0.3 * box.x(), box.y(), 0.3 * box.width(), box.height())) > 0.25,
                face.face().box().toString());
        KeyPoints points = face.face().keyPoints();
        assertEquals(points.mouthLeft(), points.mouthRight(), "the points are not the mesh's");
        assertTrue(points.rightEye().x() < points.leftEye().x() && points.leftEye().y() < points.noseTip().y()
                && points.noseTip().y() < points.mouthLeft().y(), points.toString());
    }

    @Test
    void aFaceThatFillsASmallGreyPictureIsFound() {
        RgbImage tight = TestPictures.grey(TestPictures.scaled(TestPictures.cut(astronaut, 176, 72, 100, 100), 48, 48));
        assertTrue(only(detect(tight)).face().keyPoints().leftEye().x() > 24);
    }

    @Test
    void theCropHoldsTheFaceWithRoomToTurnIt() {
        FaceCrop face = only(detect(graceHopper));
        Box box = face.face().box();
        double side = 1.6 * Math.max(box.width(), box.height());
        assertTrue(face.crop().width() >= side && face.crop().height() >= side);
        assertNear(face.crop().width() / 2.0, face.crop().height() / 2.0, face.cropPoints().noseTip(), 1);
        RgbImage same = TestPictures.cut(graceHopper,
                (int) Math.round(face.face().keyPoints().noseTip().x() - face.cropPoints().noseTip().x()),
                (int) Math.round(face.face().keyPoints().noseTip().y() - face.cropPoints().noseTip().y()),
                face.crop().width(), face.crop().height());
        assertEquals(same, face.crop());
    }

    @Test
    void theCropOfALargeFaceIsScaledDown() {
        FaceCrop small = only(detect(graceHopper));
        FaceCrop large = only(detect(TestPictures.scaled(graceHopper, 2048, 2400)));
        assertEquals(FrameLimits.MAX_CROP_SIDE, Math.max(large.crop().width(), large.crop().height()));
        double scale = (double) large.crop().width() / small.crop().width();
        assertNear(small.cropPoints().leftEye().x() * scale, small.cropPoints().leftEye().y() * scale,
                large.cropPoints().leftEye(), 5);
        assertNear(small.cropPoints().mouthRight().x() * scale, small.cropPoints().mouthRight().y() * scale,
                large.cropPoints().mouthRight(), 5);
    }

    @Test
    void aFaceAtTheEdgeOfThePictureHasACropThatEndsThere() {
        RgbImage edge = TestPictures.cut(astronaut, 195, 0, 317, 512);
        FaceCrop face = only(detect(edge));
        assertTrue(face.crop().width() < face.crop().height());
        assertEquals(face.face().keyPoints().noseTip().x(), face.cropPoints().noseTip().x(), 1e-9);
    }

    @Test
    void aKnownRegionGivesTheFaceInIt() {
        try (Picture picture = Picture.of(astronaut)) {
            Point expected = only(detect(astronaut)).face().keyPoints().noseTip();
            FaceCrop face = detector.detectIn(picture, new Box(170, 60, 120, 130)).orElseThrow();
            assertNear(expected.x(), expected.y(), face.face().keyPoints().noseTip(), 2);
        }
    }

    @Test
    void aKnownRegionWithoutAFaceGivesNone() {
        try (Picture picture = Picture.of(astronaut)) {
            assertTrue(detector.detectIn(picture, new Box(350, 300, 120, 120)).isEmpty());
            assertTrue(detector.detectIn(picture, new Box(2000, 2000, 50, 50)).isEmpty());
            assertTrue(detector.detectIn(picture, new Box(200, 100, 0, 0)).isEmpty());
        }
    }

    @Test
    void nativeMemoryStaysFlatOverTwoThousandFrames(@TempDir Path directory) throws Exception {
        OwnProcess.mustSucceed(directory, DetectionSoak.class, "2000", "10");
    }

    private static List<FaceCrop> detect(RgbImage image) {
        try (Picture picture = Picture.of(image)) {
            return detector.detect(picture, false);
        }
    }

    private static FaceCrop only(List<FaceCrop> faces) {
        assertEquals(1, faces.size());
        return faces.get(0);
    }

    private static void assertNear(double x, double y, Point found, double distance) {
        assertTrue(Math.hypot(found.x() - x, found.y() - y) <= distance,
                "expected (" + x + ", " + y + "), found " + found);
    }
}
