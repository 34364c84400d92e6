package io.hsaw.inference.service;

import io.hsaw.contracts.FrameReply;
import io.hsaw.contracts.RejectionCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Metrics;

/** Counts replies by kind and reason, and the faces in them, once they are committed. */
final class ReplyMetrics {

    private static final String REJECTED = "rejected";

    private final Counter faces = Counter.builder("hsaw.faces").description("Faces in committed frames.")
            .tag("stage", InferenceStage.NAME).register(Metrics.globalRegistry);

    /** All kinds are there from the start, so that a first rejection is seen as a rise. */
    ReplyMetrics() {
        counter("faces", "none");
        counter("no-face", "none");
        for (RejectionCode code : RejectionCode.values()) {
            counter(REJECTED, code.label());
        }
    }

    /** A reply is committed. */
    void replied(FrameReply reply) {
        if (reply.rejection() != null) {
            counter(REJECTED, reply.rejection().code().label()).increment();
        } else {
            counter(reply.faces().isEmpty() ? "no-face" : "faces", "none").increment();
            faces.increment(reply.faces().size());
        }
    }

    /** The reply to a frame that could not be worked on is committed. */
    void failed() {
        counter(REJECTED, RejectionCode.INTERNAL_ERROR.label()).increment();
    }

    private static Counter counter(String kind, String reason) {
        return Counter.builder("hsaw.replies").description("Committed replies by kind, rejected ones by reason.")
                .tag("kind", kind).tag("reason", reason).register(Metrics.globalRegistry);
    }
}
