package io.hsaw.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The record on topic {@code emotions}: exactly one per frame, with its faces (also none) or the reason why it was not
 * read. Holds no pixels and no embedding.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FrameReply(String schema, String cameraId, String frameId, Instant capturedAt, int width, int height,
        Rejection rejection, ModelRef model, Map<String, Double> timings, List<FaceReply> faces) {

    public static final String SCHEMA = "hsaw.emotions.v1";

    public FrameReply {
        Checks.require(SCHEMA.equals(schema), "expected schema %s, found %s", SCHEMA, schema);
        Checks.requireText("cameraId", cameraId, FrameLimits.MAX_ID_LENGTH);
        Checks.requireText("frameId", frameId, FrameLimits.MAX_ID_LENGTH);
        Checks.requirePresent("capturedAt", capturedAt);
        Checks.require(width >= 0 && height >= 0, "a frame must not have a negative size, found %d x %d", width, height);
        Checks.requirePresent("model", model);
        timings = timings == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(timings));
        faces = List.copyOf(Checks.requirePresent("faces", faces));
        Checks.require(rejection == null || faces.isEmpty(), "a refused frame has no faces");
    }

    public FrameReply(FrameInfo frame, ModelRef model, List<FaceReply> faces) {
        this(SCHEMA, frame.cameraId(), frame.frameId(), frame.capturedAt(), frame.width(), frame.height(),
                frame.rejection(), model, frame.timings(), faces);
    }
}
