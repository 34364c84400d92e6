package io.hsaw.inference.service;

import io.hsaw.contracts.FrameReply;
import io.hsaw.contracts.RejectionCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Metrics;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts replies by kind and reason, their faces and tracks, once they are committed. */
final class ReplyMetrics {

    private static final String REJECTED = "rejected";

    private final Counter faces = Counter.builder("hsaw.faces").description("Faces in committed frames.")
            .tag("stage", InferenceStage.NAME).register(Metrics.globalRegistry);

    private final Counter restoredTracks = Counter.builder("hsaw.restored.tracks")
            .description("Tracks read back for partitions that came to this replica.").register(Metrics.globalRegistry);
    private final AtomicInteger tracks = new AtomicInteger();

    /** All kinds are there from the start, so that a first rejection is seen as a rise. */
    ReplyMetrics() {
        Gauge.builder("hsaw.tracks", tracks, AtomicInteger::get).description("Faces followed now.")
                .register(Metrics.globalRegistry);
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

    /** So many tracks are followed now. */
    void tracks(int number) {
        tracks.set(number);
    }

    /** So many tracks were read back, and are followed now too. */
    void restored(int number) {
        restoredTracks.increment(number);
        tracks.addAndGet(number);
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
