package io.hsaw.network;

/** A model that cannot be used; the message names the file, what is wrong with it, and what to do. */
public final class InvalidModelException extends Exception {

    private static final long serialVersionUID = 1L;

    public InvalidModelException(String message, Throwable cause) {
        super(message, cause);
    }
}
