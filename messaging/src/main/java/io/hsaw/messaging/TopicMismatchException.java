package io.hsaw.messaging;

/** Topics exist in a form with which the pipeline cannot keep its promises; the message names them and the remedy. */
public final class TopicMismatchException extends Exception {

    private static final long serialVersionUID = 1L;

    TopicMismatchException(String message) {
        super(message);
    }
}
