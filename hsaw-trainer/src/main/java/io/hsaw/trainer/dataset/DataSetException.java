package io.hsaw.trainer.dataset;

import java.io.IOException;
import java.util.Locale;

/** A data set that cannot be read; the message names the file (and line) and says what was expected there. */
public final class DataSetException extends IOException {

    private static final long serialVersionUID = 1L;

    DataSetException(String message, Object... args) {
        super(String.format(Locale.ROOT, message, args));
    }

    DataSetException(Throwable cause, String message, Object... args) {
        super(String.format(Locale.ROOT, message, args), cause);
    }
}
