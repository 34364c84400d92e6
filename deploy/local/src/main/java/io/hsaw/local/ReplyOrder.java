package io.hsaw.local;

import io.hsaw.contracts.FrameReply;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SortedMap;
import java.util.TreeMap;

/** Puts replies, which are in order within each camera only, back into the order in which the frames were published. */
final class ReplyOrder {

    private record Key(String camera, String frame) {
    }

    private final Map<Key, Queue<Long>> expected = new HashMap<>();
    private final SortedMap<Long, FrameReply> waiting = new TreeMap<>();
    private long published;
    private long released;

    /** A frame was published. Frames may have the same camera and id; their replies keep their order. */
    void published(String camera, String frame) {
        expected.computeIfAbsent(new Key(camera, frame), key -> new ArrayDeque<>()).add(published++);
    }

    /** The replies that are due now that this one has come; none if it answers no frame that was published. */
    List<FrameReply> answered(FrameReply reply) {
        Key key = new Key(reply.cameraId(), reply.frameId());
        Queue<Long> places = expected.get(key);
        if (places == null) {
            return List.of();
        }
        waiting.put(places.remove(), reply);
        if (places.isEmpty()) {
            expected.remove(key);
        }
        List<FrameReply> due = new ArrayList<>();
        while (!waiting.isEmpty() && waiting.firstKey() == released) {
            due.add(waiting.remove(released));
            released++;
        }
        return due;
    }

    /** Frames whose reply has not been released. */
    long open() {
        return published - released;
    }
}
