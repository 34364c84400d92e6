package io.hsaw.facedetector.service;

import io.smallrye.config.ConfigMapping;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** Settings of the face-detector service. */
@ConfigMapping(prefix = "hsaw.face-detector")
public interface FaceDetectorConfig {

    /** Frames worked on at a time; by default one per processor. */
    OptionalInt threads();

    /** A frame that is older when it is read, by the broker's time, is answered stale; by default none is. */
    Optional<Duration> maxFrameAge();
}
