package io.hsaw.network.store;

/** A model store that cannot be read or written now; the message says why and what to do. */
public final class ModelStoreException extends Exception {

    private static final long serialVersionUID = 1L;

    ModelStoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
