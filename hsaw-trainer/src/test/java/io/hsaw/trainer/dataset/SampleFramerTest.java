package io.hsaw.trainer.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.contracts.Box;
import io.hsaw.contracts.Expression;
import io.hsaw.contracts.FaceCrop;
import io.hsaw.contracts.HalfFacePair;
import io.hsaw.contracts.RgbImage;
import io.hsaw.facedetector.FaceDetector;
import io.hsaw.facedetector.Picture;
import io.hsaw.halffacesplitter.HalfFaceSplitter;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SampleFramerTest {

    private final SampleFramer framer = new SampleFramer();

    @AfterEach
    void close() {
        framer.close();
    }

    private static Sample sample(byte[] picture, boolean faceCrop, Box region) {
        return new Sample("s", "s.png", picture, Expression.HAPPINESS, "all", faceCrop, region);
    }

    private static List<FaceCrop> liveFaces(byte[] bytes) throws Exception {
        try (Picture picture = Picture.decode(bytes); FaceDetector detector = new FaceDetector()) {
            return detector.detect(picture, false);
        }
    }

    private static HalfFacePair split(FaceCrop face) {
        return HalfFaceSplitter.split(face.crop(), face.cropPoints());
    }

    @Test
    void aSampleIsFramedAsTheLivePipelineFramesIt() throws Exception {
        FramedSample framed = framer.frame(sample(TestPictures.graceHopper(), true, null));
        assertTrue(framed.faceFound());
        assertEquals(split(liveFaces(TestPictures.graceHopper()).get(0)), framed.halves());
    }

    @Test
    void aRegionChoosesItsFaceAmongSeveral() throws Exception {
        BufferedImage two = TestPictures.canvas(900, 600, Color.GRAY);
        Graphics2D graphics = two.createGraphics();
        graphics.drawImage(TestPictures.graceHopperImage(), 0, 0, 512, 600, null);
        graphics.drawImage(TestPictures.graceHopperImage(), 560, 100, 320, 375, null);
        graphics.dispose();
        byte[] picture = TestPictures.png(two);
        List<FaceCrop> faces = liveFaces(picture);
        assertEquals(2, faces.size());
        for (FaceCrop face : faces) {
            assertEquals(split(face), framer.frame(sample(picture, false, face.face().box())).halves());
        }
        assertEquals(split(faces.get(0)), framer.frame(sample(picture, false, null)).halves());
    }

    @Test
    void aRegionWithoutItsFaceDoesNotTakeTheFaceBesideIt() throws Exception {
        FramedSample framed = framer.frame(sample(TestPictures.graceHopper(), false, new Box(10, 10, 60, 60)));
        assertFalse(framed.faceFound());
        assertNotEquals(split(liveFaces(TestPictures.graceHopper()).get(0)), framed.halves());
    }

    @Test
    void aCropWithoutAFaceIsCutAtItsCentreLine() throws Exception {
        FramedSample framed = framer.frame(sample(TestPictures.png(TestPictures.noise(1)), true, null));
        assertFalse(framed.faceFound());
        try (Picture picture = Picture.decode(TestPictures.png(TestPictures.noise(1)))) {
            RgbImage crop = picture.rgb();
            assertEquals(HalfFaceSplitter.split(crop, HalfFaceSplitter.centreLinePoints(48, 48)), framed.halves());
        }
    }

    @Test
    void aRegionBeyondThePictureStillCounts() throws Exception {
        byte[] blank = TestPictures.png(TestPictures.plain(Color.WHITE));
        assertFalse(framer.frame(sample(blank, false, new Box(500, 500, 40, 40))).faceFound());
        assertFalse(framer.frame(sample(blank, false, new Box(-500, -500, 40, 40))).faceFound());
        assertFalse(framer.frame(sample(blank, false, new Box(-10, 20, 400, 400))).faceFound());
    }
}
