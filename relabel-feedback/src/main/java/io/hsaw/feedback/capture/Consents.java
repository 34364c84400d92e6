package io.hsaw.feedback.capture;

import io.hsaw.contracts.CameraSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Which cameras' faces may be kept, and when the next ones of each may be. Used by one thread. */
final class Consents {

    private final Map<String, CameraSettings> consents = new HashMap<>();
    /** When faces of a camera were kept last; where nobody here knows, when it was first asked. */
    private final Map<String, Instant> kept = new HashMap<>();

    /** What a camera's settings say now; null if there are none any more. */
    void put(String cameraId, CameraSettings settings) {
        if (settings != null && settings.capture() != null) {
            consents.put(cameraId, settings);
        } else {
            consents.remove(cameraId);
            kept.remove(cameraId);
        }
    }

    /** Whether no camera's may. */
    boolean areNone() {
        return consents.isEmpty();
    }

    /** The cameras whose faces may be kept, and since when without a break. */
    Map<String, Instant> since() {
        Map<String, Instant> since = new HashMap<>();
        consents.forEach((camera, settings) -> since.put(camera, settings.consentedSince()));
        return since;
    }

    /**
     * What allows a frame's faces to be kept; counts as kept from then on. A camera that was not asked for before waits its
     * time first: another process may have kept its faces a moment ago.
     *
     * @param at when the frame came
     */
    Optional<CameraSettings> take(String cameraId, Instant at) {
        CameraSettings settings = consents.get(cameraId);
        if (settings == null || at.isBefore(settings.at())) {
            return Optional.empty();
        }
        Instant last = kept.putIfAbsent(cameraId, at);
        if (last == null || last.plus(Duration.ofSeconds(settings.capture().everySeconds())).isAfter(at)) {
            return Optional.empty();
        }
        kept.put(cameraId, at);
        return Optional.of(settings);
    }

    /** Other processes may have kept faces of any camera in the meantime. */
    void forgetTimes() {
        kept.clear();
    }
}
