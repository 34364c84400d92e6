package io.hsaw.contracts;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The topics of the pipeline, with the settings each is created with. */
public final class Topics {

    /** Pictures from cameras; key: camera id. */
    public static final String FRAMES = "frames";
    /** Stage 1 to stage 2: {@link Faces}. */
    public static final String FACES = "faces";
    /** Stage 2 to stage 3: {@link HalfFaces}. */
    public static final String HALF_FACES = "half-faces";
    /** One reply per frame: {@link FrameReply}. */
    public static final String EMOTIONS = "emotions";
    /** {@link EmotionChange}. */
    public static final String EMOTION_CHANGES = "emotion-changes";
    /** {@link CameraState}; key: camera id; the newest of each camera is kept. */
    public static final String CAMERA_STATE = "camera-state";
    /** The bytes of refused frames, with the reason in the headers. */
    public static final String DEAD_LETTERS = "frames-dead-letters";

    /** Labelled pictures for training, see {@link LabeledFrame}; key: sample id; kept until they are erased. */
    public static final String LABELED_FRAMES = "labeled-frames";
    /** {@link Label}; key: {@link Label#key}. */
    public static final String LABELS = "labels";
    /** {@link PseudoLabel}; key: sample id. */
    public static final String PSEUDO_LABELS = "pseudo-labels";
    /** {@link TrainingCommand}; key: run id. */
    public static final String TRAINING_COMMANDS = "training-commands";
    /** {@link TrainingProgress}; key: run id. */
    public static final String TRAINING_PROGRESS = "training-progress";
    /** {@link ModelRelease}; key: {@code champion}, a model, or a refusal. */
    public static final String MODEL_RELEASES = "model-releases";
    /** {@link CameraSettings}; key: camera id. */
    public static final String CAMERA_SETTINGS = "camera-settings";

    /** Partitions of every hop topic unless set otherwise. */
    public static final int DEFAULT_PARTITIONS = 4;

    private static final Duration PIXEL_RETENTION = Duration.ofMinutes(10);
    private static final Duration DEAD_LETTER_RETENTION = Duration.ofHours(1);
    private static final Duration EVENT_RETENTION = Duration.ofDays(7);
    private static final Duration LOOP_RETENTION = Duration.ofDays(30);
    /** After which an erased sample is compacted away. */
    private static final Duration ERASURE = Duration.ofHours(1);
    /** How long who reads the log can learn of an erasure; who was away for longer reads it again from its beginning. */
    public static final Duration TOMBSTONES_KEPT = Duration.ofDays(7);
    /** After which an older state of a camera, and one that was forgotten, is compacted away. */
    private static final Duration STATE_SPAN = Duration.ofMinutes(5);

    /**
     * A topic and its settings.
     *
     * @param name     the topic
     * @param pixels   whether its records carry pixels: then it is short-lived
     * @param settings the topic settings as Kafka names them
     */
    public record Definition(String name, boolean pixels, Map<String, String> settings) {
    }

    /** All topics of the pipeline. All have the same number of partitions: a frame keeps its partition. */
    public static List<Definition> all() {
        return List.of(
                pixels(FRAMES, PIXEL_RETENTION),
                pixels(FACES, PIXEL_RETENTION),
                pixels(HALF_FACES, PIXEL_RETENTION),
                pixels(DEAD_LETTERS, DEAD_LETTER_RETENTION),
                events(EMOTIONS, EVENT_RETENTION),
                events(EMOTION_CHANGES, EVENT_RETENTION),
                state(CAMERA_STATE));
    }

    /** All topics of the learning loop. They have the same number of partitions too: labels lie beside their samples. */
    public static List<Definition> learningLoop() {
        return List.of(
                kept(LABELED_FRAMES, FrameLimits.MAX_FRAME_BYTES + (64 << 10), 64 << 20),
                kept(LABELS, 1 << 20, 16 << 20),
                events(PSEUDO_LABELS, LOOP_RETENTION),
                events(TRAINING_COMMANDS, LOOP_RETENTION),
                events(TRAINING_PROGRESS, EVENT_RETENTION),
                kept(MODEL_RELEASES, 1 << 20, 4 << 20),
                kept(CAMERA_SETTINGS, 1 << 20, 4 << 20));
    }

    /** One of {@link #all()} or {@link #learningLoop()}. */
    public static Definition definition(String name) {
        return Stream.concat(all().stream(), learningLoop().stream()).filter(topic -> topic.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no topic " + name));
    }

    /**
     * Segments roll quickly, as Kafka deletes whole segments only, by the age of their newest record; and age counts by
     * the broker's clock, as a publisher's wrong one would keep pixels for longer or delete frames unread.
     */
    private static Definition pixels(String name, Duration retention) {
        return new Definition(name, true, Map.of(
                "cleanup.policy", "delete",
                "retention.ms", String.valueOf(retention.toMillis()),
                "retention.bytes", String.valueOf(512L << 20),
                "segment.ms", String.valueOf(retention.toMillis() / 5),
                "segment.bytes", String.valueOf(64 << 20),
                "message.timestamp.type", "LogAppendTime",
                "file.delete.delay.ms", "1000",
                "max.message.bytes", String.valueOf(FrameLimits.MAX_RECORD_BYTES)));
    }

    private static Definition events(String name, Duration retention) {
        return new Definition(name, false, Map.of(
                "cleanup.policy", "delete",
                "retention.ms", String.valueOf(retention.toMillis()),
                "segment.ms", String.valueOf(retention.toMillis() / 7),
                "max.message.bytes", String.valueOf(1 << 20)));
    }

    /**
     * Small segments that roll and are compacted soon, so that reading the state back takes a moment and what was
     * forgotten is gone in minutes; and by the broker's clock, so that a writer's wrong one does not hold that up.
     */
    private static Definition state(String name) {
        return compacted(name, STATE_SPAN, STATE_SPAN, 1 << 20, 4 << 20);
    }

    /** What is kept for ever, until it is erased: that is real within the hour, by segments that roll and are compacted. */
    private static Definition kept(String name, int recordBytes, int segmentBytes) {
        return compacted(name, ERASURE, TOMBSTONES_KEPT, recordBytes, segmentBytes);
    }

    private static Definition compacted(String name, Duration span, Duration tombstones, int recordBytes, int segmentBytes) {
        return new Definition(name, false, Map.of(
                "cleanup.policy", "compact",
                "segment.ms", String.valueOf(span.toMillis()),
                "segment.bytes", String.valueOf(segmentBytes),
                "min.cleanable.dirty.ratio", "0.1",
                "max.compaction.lag.ms", String.valueOf(span.toMillis()),
                "delete.retention.ms", String.valueOf(tombstones.toMillis()),
                "message.timestamp.type", "LogAppendTime",
                "max.message.bytes", String.valueOf(recordBytes)));
    }

    private Topics() {
    }
}
