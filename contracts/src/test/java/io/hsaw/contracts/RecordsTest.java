package io.hsaw.contracts;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.contracts.EmotionChange.Kind;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the records compute and refuse by themselves. */
class RecordsTest {

    @Test
    void boxesThatShareAThirdOfTheirUnionOverlapByAThird() {
        assertEquals(1 / 3.0, new Box(0, 0, 10, 10).overlap(new Box(5, 0, 10, 10)), 1e-15);
        assertEquals(25 / 175.0, new Box(0, 0, 10, 10).overlap(new Box(5, 5, 10, 10)), 1e-15);
    }

    @Test
    void aBoxOverlapsItselfFullyAndOneBesideItNotAtAll() {
        Box box = new Box(-3, 2, 10, 4);

        assertEquals(1, box.overlap(box));
        assertEquals(0, box.overlap(new Box(7, 2, 10, 4)));
        assertEquals(0, new Box(0, 0, 0, 0).overlap(new Box(0, 0, 0, 0)));
    }

    @Test
    void theMostProbableIsTheFirstOfEqualOnes() {
        assertEquals(Expression.FEAR, new Probabilities(0.1, 0, 0.4, 0.4, 0.1, 0, 0).mostProbable());
        assertEquals(0.4, new Probabilities(0.1, 0, 0.4, 0.4, 0.1, 0, 0).of(Expression.HAPPINESS));
    }

    @Test
    void roundedProbabilitiesAreStillProbabilities() {
        double seventh = 1 / 7.0;
        Probabilities rounded =
                new Probabilities(seventh, seventh, seventh, seventh, seventh, seventh, seventh).rounded();

        assertEquals(0.1429, rounded.anger());
        assertEquals(0.1429, rounded.neutral());
    }

    @Test
    void probabilitiesThatAreNoneAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Probabilities(Double.NaN, 0, 0, 0, 0, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new Probabilities(-0.1, 0, 0, 0, 0, 0.1, 1));
        assertThrows(IllegalArgumentException.class, () -> new Probabilities(0.5, 0, 0, 0, 0, 0, 0.502));
        assertThrows(IllegalArgumentException.class, () -> Probabilities.of(new double[6]));
    }

    @Test
    void aFlippedImageHasItsColumnsInReverse() {
        RgbImage image = new RgbImage(2, 2, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});

        assertArrayEquals(new byte[] {4, 5, 6, 1, 2, 3, 10, 11, 12, 7, 8, 9}, image.flipped().pixels());
        assertEquals(image, image.flipped().flipped());
    }

    @Test
    void halvesOfDifferentSizesAreNoPair() {
        assertThrows(IllegalArgumentException.class,
                () -> new HalfFacePair(Samples.image(4, 8), Samples.image(5, 8)));
        assertThrows(IllegalArgumentException.class,
                () -> new HalfFacePair(Samples.image(4, 225), Samples.image(4, 225)));
    }

    @Test
    void cropsLongerThanTheLimitAreRefused() {
        assertThrows(IllegalArgumentException.class,
                () -> new FaceCrop(Samples.face(), Samples.image(513, 1), Samples.face().keyPoints()));
    }

    @Test
    void moreFacesThanTheLimitAreRefused() {
        List<FaceCrop> faces = Collections.nCopies(17, Samples.faces().faces().get(0));

        assertThrows(IllegalArgumentException.class, () -> new Faces(Samples.frame(), faces));
    }

    @Test
    void aRefusedFrameHasNoFaces() {
        assertThrows(IllegalArgumentException.class, () -> new Faces(Samples.refusedFrame(), Samples.faces().faces()));
        assertThrows(IllegalArgumentException.class,
                () -> new HalfFaces(Samples.refusedFrame(), Samples.halfFaces().faces()));
        assertThrows(IllegalArgumentException.class,
                () -> new FrameReply(Samples.refusedFrame(), new ModelRef("m", "1"), Samples.reply().faces()));
    }

    @Test
    void onlyAChangeHasAPreviousExpression() {
        assertThrows(IllegalArgumentException.class, () -> change(Kind.CHANGED, null));
        assertThrows(IllegalArgumentException.class, () -> change(Kind.BEGAN, Expression.ANGER));
        assertThrows(IllegalArgumentException.class, () -> change(Kind.ENDED, Expression.ANGER));
    }

    private static EmotionChange change(Kind kind, Expression previous) {
        return new EmotionChange(kind, "c", "f", "c/f/1", Instant.EPOCH, Expression.FEAR, previous);
    }

    @Test
    void aDetailIsCutAndCanBeWrittenWhateverItQuotes() {
        assertEquals("x".repeat(500), new Rejection(RejectionCode.STALE, "x".repeat(501)).detail());
        assertEquals("x".repeat(499) + "?", new Rejection(RejectionCode.STALE, "x".repeat(499) + "😀").detail());
        assertEquals("found ?", new Rejection(RejectionCode.STALE, "found \udc00").detail());
        assertEquals("found 😀", new Rejection(RejectionCode.STALE, "found 😀").detail());
    }

    @Test
    void timingsKeepTheOrderOfTheStages() {
        FrameInfo frame = Samples.frame().timed("half-face-splitter", 0.12345).timed("hsaw-inference", 7);

        assertEquals(List.of("face-detector", "half-face-splitter", "hsaw-inference"),
                List.copyOf(frame.timings().keySet()));
        assertEquals(0.123, frame.timings().get("half-face-splitter"));
    }

    @Test
    void aTimingThatIsNoneIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Samples.frame().timed("stage", -1));
        assertThrows(IllegalArgumentException.class, () -> new FrameInfo("c", "f", Instant.EPOCH, 1, 1, null,
                Map.of("stage", Double.POSITIVE_INFINITY)));
        assertThrows(IllegalArgumentException.class, () -> Samples.frame().timed(" ", 1));
    }

    @Test
    void theLongestIdsMakeAValidTrackId() {
        String id = "x".repeat(FrameLimits.MAX_ID_LENGTH);
        String trackId = id + "/" + id + "/" + Integer.MAX_VALUE;

        assertEquals(trackId,
                new EmotionChange(Kind.BEGAN, id, id, trackId, Instant.EPOCH, Expression.FEAR, null).trackId());
    }

    @Test
    void consentHoldsSinceTheRecordThatGaveItWhereNothingElseIsSaid() {
        Instant since = Instant.EPOCH.minusNanos(1);

        assertNull(settings(null, false).consentedSince());
        assertEquals(Instant.EPOCH, settings(null, true).consentedSince());
        assertEquals(since, settings(since, true).consentedSince());
    }

    @Test
    void consentThatIsFoundGoesOnAndOneThatWasTakenBackDoesNot() {
        Instant since = Instant.EPOCH.minusNanos(1);
        CameraSettings given = new CameraSettings("door", new CameraSettings.Capture("more", 1, 7, null),
                Instant.EPOCH.plusSeconds(60));

        assertEquals(new CameraSettings("door", new CameraSettings.Capture("more", 1, 7, since), given.at()),
                given.after(settings(since, true)));
        assertEquals(Instant.EPOCH, given.after(settings(null, true)).consentedSince());
        assertEquals(given.at(), given.after(settings(null, false)).consentedSince());
        assertEquals(given.at(), given.after(null).consentedSince());
        assertNull(settings(null, false).after(given).capture());
    }

    private static CameraSettings settings(Instant since, boolean capture) {
        return new CameraSettings("door", capture ? new CameraSettings.Capture("a reason", 60, 30, since) : null,
                Instant.EPOCH);
    }

    @Test
    void labelsAreWhatEventsCallExpressionsAndRejections() {
        assertEquals("happiness", Expression.HAPPINESS.label());
        assertEquals("unsupported-format", RejectionCode.UNSUPPORTED_FORMAT.label());
    }

    @Test
    void topicsWithPixelsAreShortLivedByTheBrokersClock() {
        for (Topics.Definition topic : Topics.all()) {
            if (topic.pixels()) {
                assertEquals("delete", topic.settings().get("cleanup.policy"), topic.name());
                long retention = Long.parseLong(topic.settings().get("retention.ms"));
                assertTrue(retention <= 3_600_000, topic.name());
                assertTrue(Long.parseLong(topic.settings().get("segment.ms")) <= retention / 5, topic.name());
                assertEquals("LogAppendTime", topic.settings().get("message.timestamp.type"), topic.name());
            }
        }
    }
}
