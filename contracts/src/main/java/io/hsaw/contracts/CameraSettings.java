package io.hsaw.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;

/**
 * The record on topic {@code camera-settings}: what holds for one camera. Key: its id.
 *
 * @param schema   {@link #SCHEMA}
 * @param cameraId the camera
 * @param capture  consent that its faces are kept as samples for people to label, or null: then nothing is kept
 * @param at       when this was set
 */
public record CameraSettings(String schema, String cameraId, @JsonInclude(JsonInclude.Include.NON_NULL) Capture capture,
        Instant at) {

    /** Name and version of this kind of record. */
    public static final String SCHEMA = "hsaw.camera-settings.v1";

    /**
     * What may be kept, for how long and why.
     *
     * @param reason       for people
     * @param everySeconds at most one frame's faces in this time, 1 to 86,400
     * @param keepDays     after which they are erased, 1 to 365
     */
    public record Capture(String reason, int everySeconds, int keepDays) {
        public Capture {
            Checks.requireText("capture.reason", reason, Rejection.MAX_DETAIL);
            LoopChecks.requireBetween("capture.everySeconds", everySeconds, 1, 86_400);
            LoopChecks.requireBetween("capture.keepDays", keepDays, 1, 365);
        }
    }

    public CameraSettings {
        Checks.requireSchema(SCHEMA, schema);
        Checks.requireText("cameraId", cameraId, FrameLimits.MAX_ID_LENGTH);
        Checks.requireTime("at", at);
    }

    public CameraSettings(String cameraId, Capture capture, Instant at) {
        this(SCHEMA, cameraId, capture, at);
    }
}
