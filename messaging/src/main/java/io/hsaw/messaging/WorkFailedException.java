package io.hsaw.messaging;

/** The work on a batch, not its delivery, failed: to be done again in smaller parts rather than as it was. */
final class WorkFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    WorkFailedException(Throwable cause) {
        super(cause);
    }

    /** What went wrong; an error is wrapped. */
    Exception reason() {
        return getCause() instanceof Exception e ? e : new IllegalStateException(getCause().toString(), getCause());
    }
}
