package io.hsaw.broker;

import java.io.IOException;

/** The broker could not be started; the message names what stood in the way and what to do about it. */
public final class BrokerStartException extends IOException {

    private static final long serialVersionUID = 1L;

    BrokerStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
