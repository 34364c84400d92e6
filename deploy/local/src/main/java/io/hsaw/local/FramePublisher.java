package io.hsaw.local;

import io.hsaw.contracts.CloudEvents;
import io.hsaw.contracts.Topics;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Publishes pictures as frames: key = camera id, value = the bytes as they are, CloudEvents headers. Order per camera is
 * kept, and each is written once ({@link RecordPublisher}).
 */
final class FramePublisher implements AutoCloseable {

    private final RecordPublisher publisher;

    /**
     * One picture to publish.
     *
     * @param camera     the camera id: decides the partition, and with it the order
     * @param id         the frame id
     * @param capturedAt when it was taken
     * @param mirrored   whether the picture is mirrored, as a selfie camera's preview is
     */
    record Frame(String camera, String id, Instant capturedAt, String contentType, boolean mirrored, byte[] picture) {
    }

    FramePublisher(String bootstrap) {
        publisher = new RecordPublisher(bootstrap);
    }

    /**
     * Hands a frame to the broker; waits while too many are under way.
     *
     * @throws Failure if this frame or an earlier one could not be published
     */
    void publish(Frame frame) throws InterruptedException {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(CloudEvents.SPEC_VERSION, "1.0");
        headers.put(CloudEvents.ID, frame.id());
        headers.put(CloudEvents.TIME, frame.capturedAt().toString());
        headers.put(CloudEvents.SOURCE, frame.camera());
        headers.put(CloudEvents.TYPE, CloudEvents.FRAME_TYPE);
        headers.put(CloudEvents.CONTENT_TYPE, frame.contentType());
        if (frame.mirrored()) {
            headers.put(CloudEvents.MIRRORED, "true");
        }
        publisher.publish(Topics.FRAMES, frame.camera(), frame.picture(), headers);
    }

    /** Of topic {@code frames}. */
    int partitions() {
        return publisher.partitions(Topics.FRAMES);
    }

    /** Returns when the broker has everything. */
    void flush() {
        publisher.flush();
    }

    @Override
    public void close() {
        publisher.close();
    }
}
