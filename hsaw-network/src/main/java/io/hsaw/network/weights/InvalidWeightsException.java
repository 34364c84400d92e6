package io.hsaw.network.weights;

import java.nio.file.Path;

/** A weights file that cannot be used; the message names the file, what is wrong with it and where it shows. */
public final class InvalidWeightsException extends Exception {

    private static final long serialVersionUID = 1L;

    public InvalidWeightsException(Path file, String reason) {
        super(file + ": " + reason);
    }
}
