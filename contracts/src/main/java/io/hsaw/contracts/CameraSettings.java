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
     * @param since        since when consent holds without a break, or null: since the record that says so
     */
    public record Capture(String reason, int everySeconds, int keepDays,
            @JsonInclude(JsonInclude.Include.NON_NULL) Instant since) {
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

    /**
     * Since when consent holds without a break; null if there is none. One consent is told from another by it: what was kept
     * under a consent that was taken back is erased, also if another one was given since.
     */
    public Instant consentedSince() {
        if (capture == null) {
            return null;
        }
        return capture.since() == null ? at : capture.since();
    }

    /**
     * These settings as they follow on others of the camera: consent that they find goes on.
     *
     * @param before what held until now, or null
     */
    public CameraSettings after(CameraSettings before) {
        return capture == null || before == null || before.capture == null ? this : new CameraSettings(cameraId,
                new Capture(capture.reason(), capture.everySeconds(), capture.keepDays(), before.consentedSince()), at);
    }
}
