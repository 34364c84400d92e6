package io.hsaw.contracts;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** Why a frame was answered without being read. */
public enum RejectionCode {
    /** The bytes claim to be a picture but cannot be decoded: empty, truncated, corrupt. */
    @JsonProperty("invalid-image") INVALID_IMAGE,
    /** The bytes are no JPEG, PNG or WebP. */
    @JsonProperty("unsupported-format") UNSUPPORTED_FORMAT,
    /** More bytes or more pixels than a frame may have ({@link FrameLimits}). */
    @JsonProperty("too-large") TOO_LARGE,
    /** Older than the camera's greatest age when it was read. */
    @JsonProperty("stale") STALE,
    /** A fault of the pipeline itself, not of the frame as far as is known. */
    @JsonProperty("internal-error") INTERNAL_ERROR;

    /** The code as written in events, such as {@code invalid-image}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
