package io.hsaw.contracts;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What every record of a frame carries from hop to hop.
 *
 * @param cameraId   the record key, or what stands for it
 * @param frameId    {@code ce_id}, or topic, partition and offset
 * @param capturedAt {@code ce_time}, or the record's time
 * @param width      of the upright picture in pixels; 0 where it was not decoded
 * @param height     likewise
 * @param rejection  why the frame was not read, or null
 * @param timings    milliseconds per named stage, in the order of the stages
 */
public record FrameInfo(String cameraId, String frameId, Instant capturedAt, int width, int height,
        @JsonInclude(JsonInclude.Include.NON_NULL) Rejection rejection, Map<String, Double> timings) {
    public FrameInfo {
        Checks.requireText("cameraId", cameraId, FrameLimits.MAX_ID_LENGTH);
        Checks.requireText("frameId", frameId, FrameLimits.MAX_ID_LENGTH);
        Checks.requireTime("capturedAt", capturedAt);
        Checks.requirePictureSize(width, height);
        timings = Checks.timings(timings);
    }

    /** The same frame, refused. */
    public FrameInfo rejected(RejectionCode code, String detail) {
        return new FrameInfo(cameraId, frameId, capturedAt, width, height, new Rejection(code, detail), timings);
    }

    /** The same frame, with the upright picture's size. */
    public FrameInfo sized(int width, int height) {
        return new FrameInfo(cameraId, frameId, capturedAt, width, height, rejection, timings);
    }

    /** The same frame, with one more timing (to a thousandth of a millisecond). */
    public FrameInfo timed(String stage, double milliseconds) {
        Map<String, Double> more = new LinkedHashMap<>(timings);
        more.put(stage, Math.round(milliseconds * 1000) / 1000.0);
        return new FrameInfo(cameraId, frameId, capturedAt, width, height, rejection, more);
    }
}
