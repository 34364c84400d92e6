package io.hsaw.local;

import io.hsaw.contracts.FrameLimits;
import io.hsaw.sources.SourceFrame;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Makes cameras of files: each still is one by itself, so is each video. Named by the file, frames by their number. */
final class InputCameras {

    /** Room for the number of a file that is there more than once. */
    private static final int MAX_NAME = FrameLimits.MAX_ID_LENGTH - 12;

    private final Instant start;
    private final Map<String, Integer> seen = new HashMap<>();
    private String file;
    private Duration position;
    private String camera;
    private int number;

    /** @param start when everything is taken to have been captured; videos go on from there by their own time */
    InputCameras(Instant start) {
        this.start = start;
    }

    /** The next frame of the inputs. */
    FramePublisher.Frame frame(SourceFrame frame) {
        boolean begins = frame.position() == null || position == null || !frame.name().equals(file)
                || frame.position().compareTo(position) <= 0;
        if (begins) {
            camera = unique(frame.name());
            number = 0;
        }
        file = frame.name();
        position = frame.position();
        number++;
        Instant at = position == null ? start : start.plus(position);
        return new FramePublisher.Frame(camera, String.valueOf(number), at, frame.contentType(), false, frame.bytes());
    }

    private String unique(String name) {
        String shortened = name.length() <= MAX_NAME ? name : "…" + name.substring(name.length() - MAX_NAME + 1);
        int times = seen.merge(shortened, 1, Integer::sum);
        return times == 1 ? shortened : shortened + " (" + times + ")";
    }
}
