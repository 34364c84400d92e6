package io.hsaw.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The record on topic {@code emotions}: exactly one per frame, with its faces (also none) or the reason why it was not
 * read. Holds no pixels and no embedding.
 *
 * @param schema     {@link #SCHEMA}
 * @param cameraId   as in {@link FrameInfo}
 * @param frameId    as in {@link FrameInfo}
 * @param capturedAt as in {@link FrameInfo}
 * @param width      as in {@link FrameInfo}
 * @param height     as in {@link FrameInfo}
 * @param rejection  why the frame was not read, or null; a refused frame has no faces
 * @param model      the model that was in use, also for a refused frame
 * @param timings    milliseconds per named stage, in the order of the stages
 * @param faces      at most {@link FrameLimits#MAX_FACES}, largest first
 */
public record FrameReply(String schema, String cameraId, String frameId, Instant capturedAt, int width, int height,
        @JsonInclude(JsonInclude.Include.NON_NULL) Rejection rejection, ModelRef model, Map<String, Double> timings,
        List<FaceReply> faces) {

    /** Name and version of this kind of record. */
    public static final String SCHEMA = "hsaw.emotions.v1";

    public FrameReply {
        Checks.requireSchema(SCHEMA, schema);
        Checks.requireText("cameraId", cameraId, FrameLimits.MAX_ID_LENGTH);
        Checks.requireText("frameId", frameId, FrameLimits.MAX_ID_LENGTH);
        Checks.requireTime("capturedAt", capturedAt);
        Checks.requirePictureSize(width, height);
        Checks.requirePresent("model", model);
        timings = Checks.timings(timings);
        faces = Checks.faces(rejection, faces);
    }

    public FrameReply(FrameInfo frame, ModelRef model, List<FaceReply> faces) {
        this(SCHEMA, frame.cameraId(), frame.frameId(), frame.capturedAt(), frame.width(), frame.height(),
                frame.rejection(), model, frame.timings(), faces);
    }
}
