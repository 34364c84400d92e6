package io.hsaw.feedback;

/** The ledger has read on in the meantime: another process works on the same one. What was read is to be read anew. */
public final class PositionMovedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PositionMovedException(String topic, int partition) {
        super("another process has read on partition " + partition + " of " + topic + " for the same ledger");
    }
}
