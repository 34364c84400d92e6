package io.hsaw.contracts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hsaw.contracts.CameraState.TrackState;
import io.hsaw.contracts.EmotionChange.Kind;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Every record that can be made comes back as it was. */
class RecordCodecProperties {

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void faces(@ForAll("faceRecords") Faces faces) throws InvalidRecordException {
        assertEquals(faces, RecordCodec.FACES.decode(RecordCodec.FACES.encode(faces)));
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void halfFaces(@ForAll("halfFaceRecords") HalfFaces halfFaces) throws InvalidRecordException {
        assertEquals(halfFaces, RecordCodec.HALF_FACES.decode(RecordCodec.HALF_FACES.encode(halfFaces)));
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void replies(@ForAll("replies") FrameReply reply) throws InvalidRecordException {
        assertEquals(reply, RecordCodec.EMOTIONS.decode(RecordCodec.EMOTIONS.encode(reply)));
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void changes(@ForAll("changes") EmotionChange change) throws InvalidRecordException {
        assertEquals(change, RecordCodec.EMOTION_CHANGES.decode(RecordCodec.EMOTION_CHANGES.encode(change)));
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void states(@ForAll("states") CameraState state) throws InvalidRecordException {
        assertEquals(state, RecordCodec.CAMERA_STATE.decode(RecordCodec.CAMERA_STATE.encode(state)));
    }

    @Provide
    Arbitrary<Faces> faceRecords() {
        Arbitrary<FaceCrop> faces = Combinators.combine(detectedFaces(), images(20), keyPoints()).as(FaceCrop::new);
        return frames().flatMap(frame -> none(frame.rejection(), faces).map(list -> new Faces(frame, list)));
    }

    @Provide
    Arbitrary<HalfFaces> halfFaceRecords() {
        Arbitrary<HalfFacePair> halves = images(20).map(image -> new HalfFacePair(image, image.flipped()));
        Arbitrary<SplitFace> faces = Combinators.combine(detectedFaces(), halves).as(SplitFace::new);
        return frames().flatMap(frame -> none(frame.rejection(), faces).map(list -> new HalfFaces(frame, list)));
    }

    @Provide
    Arbitrary<FrameReply> replies() {
        Arbitrary<ModelRef> models = Combinators.combine(ids(), ids()).as(ModelRef::new);
        return Combinators.combine(frames(), models).flatAs((frame, model) -> none(frame.rejection(), faceReplies())
                .map(list -> new FrameReply(frame, model, list)));
    }

    @Provide
    Arbitrary<EmotionChange> changes() {
        return Combinators.combine(Arbitraries.of(Kind.class), ids(), ids(), times(), expressions(), expressions())
                .as((kind, camera, frame, at, expression, previous) -> new EmotionChange(kind, camera, frame,
                        camera + "/" + frame + "/1", at, expression, kind == Kind.CHANGED ? previous : null));
    }

    @Provide
    Arbitrary<CameraState> states() {
        Arbitrary<Long> nanos = Arbitraries.longs().between(0, Long.MAX_VALUE);
        Arbitrary<TrackState> tracks = Combinators.combine(ids(), boxes(), ids(), times(), nanos, probabilities(),
                expressions(), nanos).flatAs((id, box, frame, at, unseen, smoothed, shown, leading) ->
                        expressions().map(candidate -> candidate == shown
                                ? new TrackState(id, box, frame, at, unseen, smoothed, shown, null, 0)
                                : new TrackState(id, box, frame, at, unseen, smoothed, shown, candidate, leading)));
        return Combinators.combine(ids(), times(), tracks.list().ofMaxSize(3).uniqueElements(TrackState::trackId))
                .as(CameraState::new);
    }

    /** A refused frame has no faces. */
    private static <T> Arbitrary<List<T>> none(Rejection rejection, Arbitrary<T> faces) {
        return rejection == null ? faces.list().ofMaxSize(3) : Arbitraries.just(List.of());
    }

    private static Arbitrary<FrameInfo> frames() {
        Arbitrary<Integer> sizes = Arbitraries.integers().between(0, Integer.MAX_VALUE);
        Arbitrary<Map<String, Double>> timings =
                Arbitraries.maps(ids(), Arbitraries.doubles().between(0, 1e9)).ofMaxSize(4);
        Arbitrary<Rejection> rejections = Combinators.combine(Arbitraries.of(RejectionCode.class),
                Arbitraries.strings().ofMaxLength(600)).as(Rejection::new);
        return Combinators.combine(ids(), ids(), times(), sizes, sizes, rejections.injectNull(0.7), timings)
                .as(FrameInfo::new);
    }

    private static Arbitrary<FaceReply> faceReplies() {
        Arbitrary<HalfReading> halves =
                Combinators.combine(shares(), expressions(), probabilities()).as(HalfReading::new);
        Arbitrary<ExpressionReading> readings = Combinators.combine(expressions(),
                Arbitraries.of(true, false).injectNull(0.3), probabilities()).as(ExpressionReading::new);
        Arbitrary<HalvesReading> parts = Combinators.combine(halves, halves, readings, Arbitraries.of(true, false))
                .as(HalvesReading::new);
        return Combinators.combine(ids(), detectedFaces(), readings, parts, readings)
                .as((id, face, reading, part, smoothed) -> new FaceReply(id + "/f/1", face.box(), face.keyPoints(),
                        face.confidence(), face.roll(), face.yaw(), reading.expression(), reading.uncertain(),
                        reading.probabilities(), part, smoothed));
    }

    private static Arbitrary<DetectedFace> detectedFaces() {
        return Combinators.combine(boxes(), keyPoints(), shares(), numbers(), numbers()).as(DetectedFace::new);
    }

    private static Arbitrary<Box> boxes() {
        Arbitrary<Double> sizes = Arbitraries.doubles().greaterOrEqual(0);
        return Combinators.combine(numbers(), numbers(), sizes, sizes).as(Box::new);
    }

    private static Arbitrary<KeyPoints> keyPoints() {
        Arbitrary<Point> points = Combinators.combine(numbers(), numbers()).as(Point::new);
        return Combinators.combine(points, points, points, points, points).as(KeyPoints::new);
    }

    private static Arbitrary<RgbImage> images(int longestSide) {
        Arbitrary<Integer> sides = Arbitraries.integers().between(1, longestSide);
        return Combinators.combine(sides, sides).flatAs((width, height) -> Arbitraries.bytes().array(byte[].class)
                .ofSize(3 * width * height).map(pixels -> new RgbImage(width, height, pixels)));
    }

    private static Arbitrary<Probabilities> probabilities() {
        return Arbitraries.doubles().between(0.01, 1).array(double[].class).ofSize(Expression.COUNT).map(p -> {
            double sum = Arrays.stream(p).sum();
            return Probabilities.of(Arrays.stream(p).map(v -> v / sum).toArray());
        });
    }

    private static Arbitrary<String> ids() {
        return Arbitraries.strings().ofMinLength(1).ofMaxLength(FrameLimits.MAX_ID_LENGTH)
                .filter(text -> !text.isBlank() && Checks.isWellFormed(text));
    }

    private static Arbitrary<Instant> times() {
        return Combinators.combine(
                Arbitraries.longs().between(Instant.parse("0000-01-01T00:00:00Z").getEpochSecond(),
                        Instant.parse("9999-12-31T23:59:59Z").getEpochSecond()),
                Arbitraries.integers().between(0, 999_999_999)).as(Instant::ofEpochSecond);
    }

    private static Arbitrary<Expression> expressions() {
        return Arbitraries.of(Expression.class);
    }

    private static Arbitrary<Double> shares() {
        return Arbitraries.doubles().between(0, 1);
    }

    private static Arbitrary<Double> numbers() {
        return Arbitraries.doubles();
    }
}
