package io.hsaw.facedetector;

import io.hsaw.contracts.RejectionCode;
import java.util.Locale;

/** Bytes that are not a picture which can be read; the message names the problem and the remedy. */
public final class PictureRejectedException extends Exception {

    private final RejectionCode code;

    PictureRejectedException(RejectionCode code, String message, Object... args) {
        super(String.format(Locale.ROOT, message, args));
        this.code = code;
    }

    /** The named reason. */
    public RejectionCode code() {
        return code;
    }
}
