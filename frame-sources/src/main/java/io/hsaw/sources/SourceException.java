package io.hsaw.sources;

import java.io.IOException;

/** A source that cannot be read; the message names the path and the remedy. */
public final class SourceException extends IOException {

    SourceException(String message) {
        super(message);
    }

    SourceException(String message, Throwable cause) {
        super(message, cause);
    }
}
