package io.hsaw.local;

/** A command cannot go on; the message is one line that names the thing and the remedy. */
final class Failure extends RuntimeException {

    Failure(String message) {
        super(message);
    }

    Failure(String message, Throwable cause) {
        super(message, cause);
    }
}
