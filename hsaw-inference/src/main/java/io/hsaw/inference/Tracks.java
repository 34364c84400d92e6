package io.hsaw.inference;

import io.hsaw.contracts.EmotionChange;
import io.hsaw.contracts.EmotionChange.Kind;
import io.hsaw.contracts.Expression;
import io.hsaw.contracts.FrameInfo;
import io.hsaw.contracts.FrameLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Follows faces from frame to frame of a camera by the overlap of their boxes, never by identity. Has no state of its
 * own: each frame turns one {@link CameraTracks} into the next.
 */
public final class Tracks {

    /**
     * What a frame counts for if its time is not after the camera's latest (a clock that stands, frames out of order):
     * one frame at 30 frames/s, so that such a camera's tracks go on and also end.
     */
    static final Duration NOMINAL_STEP = Duration.ofNanos(1_000_000_000L / 30);

    private final TrackSettings settings;

    public Tracks(TrackSettings settings) {
        this.settings = settings;
    }

    /**
     * The step one frame makes. A refused frame makes none. A frame further from the camera's clock than the gap,
     * forward (the camera was silent) or backward (its clock was set, a recording starts again), ends all tracks.
     *
     * @param before the camera's state
     * @param frame  a frame of the same camera
     * @param faces  the faces it shows, at most {@link FrameLimits#MAX_FACES}
     */
    public TrackStep next(CameraTracks before, FrameInfo frame, List<SeenFace> faces) {
        if (!frame.cameraId().equals(before.cameraId())) {
            throw new IllegalArgumentException(
                    "a frame of camera " + frame.cameraId() + " is no frame of camera " + before.cameraId());
        }
        if (frame.rejection() != null) {
            return new TrackStep(before, List.of(), List.of());
        }
        Duration passed = before.clock() == null ? Duration.ZERO : Duration.between(before.clock(), frame.capturedAt());
        if (passed.abs().compareTo(settings.gap()) > 0) {
            TrackStep fresh = next(CameraTracks.unknown(before.cameraId()), frame, faces);
            return new TrackStep(fresh.tracks(), fresh.faces(),
                    Stream.concat(end(before).stream(), fresh.changes().stream()).toList());
        }
        boolean advanced = passed.compareTo(Duration.ZERO) > 0;
        Duration step = advanced ? passed : NOMINAL_STEP;

        List<EmotionChange> ended = new ArrayList<>();
        List<Track> alive = new ArrayList<>();
        for (Track track : before.tracks()) {
            Track later = new Track(track.id(), track.box(), track.lastFrameId(), track.lastSeenAt(),
                    track.unseen().plus(step), track.smoothed());
            if (later.unseen().compareTo(settings.gap()) > 0) {
                ended.add(ended(before.cameraId(), track));
            } else {
                alive.add(later);
            }
        }

        int[] trackOfFace = match(alive, faces);
        Set<String> ids = alive.stream().map(Track::id).collect(Collectors.toSet());
        List<TrackedFace> tracked = new ArrayList<>();
        List<EmotionChange> changed = new ArrayList<>();
        for (int i = 0; i < faces.size(); i++) {
            SeenFace face = faces.get(i);
            Track now;
            if (trackOfFace[i] >= 0) {
                Track old = alive.get(trackOfFace[i]);
                now = seen(old.id(), frame, face, old.smoothed().next(face.probabilities(), old.unseen(), settings));
                alive.set(trackOfFace[i], now);
                if (now.smoothed().expression() != old.smoothed().expression()) {
                    changed.add(change(Kind.CHANGED, frame, now, old.smoothed().expression()));
                }
            } else {
                now = seen(newId(frame, ids), frame, face, Smoothed.first(face.probabilities()));
                alive.add(now);
                changed.add(change(Kind.BEGAN, frame, now, null));
            }
            tracked.add(new TrackedFace(now.id(), now.smoothed()));
        }
        endLongestUnseen(before.cameraId(), alive, ended);

        Instant clock = advanced || before.clock() == null ? frame.capturedAt() : before.clock();
        ended.addAll(changed);
        return new TrackStep(new CameraTracks(before.cameraId(), clock, alive), tracked, ended);
    }

    /** The ends of all tracks of a camera that is not heard of any more. */
    public List<EmotionChange> end(CameraTracks camera) {
        return camera.tracks().stream().map(track -> ended(camera.cameraId(), track)).toList();
    }

    /**
     * The pairs that overlap most come first; each track and each face is in one pair at most.
     *
     * @return for each face the index of its track, or -1
     */
    private int[] match(List<Track> tracks, List<SeenFace> faces) {
        record Pair(int track, int face, double overlap) {
        }
        List<Pair> pairs = new ArrayList<>();
        int[] trackOfFace = new int[faces.size()];
        for (int f = 0; f < faces.size(); f++) {
            trackOfFace[f] = -1;
            for (int t = 0; t < tracks.size(); t++) {
                double overlap = tracks.get(t).box().overlap(faces.get(f).box());
                if (overlap >= settings.leastOverlap()) {
                    pairs.add(new Pair(t, f, overlap));
                }
            }
        }
        pairs.sort(Comparator.comparingDouble(Pair::overlap).reversed());
        boolean[] taken = new boolean[tracks.size()];
        for (Pair pair : pairs) {
            if (!taken[pair.track()] && trackOfFace[pair.face()] < 0) {
                taken[pair.track()] = true;
                trackOfFace[pair.face()] = pair.track();
            }
        }
        return trackOfFace;
    }

    /** The number counts on where a camera gives the same id to all its frames. */
    private static String newId(FrameInfo frame, Set<String> taken) {
        int n = 1;
        while (!taken.add(id(frame, n))) {
            n++;
        }
        return id(frame, n);
    }

    private static String id(FrameInfo frame, int n) {
        return frame.cameraId() + "/" + frame.frameId() + "/" + n;
    }

    private static Track seen(String id, FrameInfo frame, SeenFace face, Smoothed smoothed) {
        return new Track(id, face.box(), frame.frameId(), frame.capturedAt(), Duration.ZERO, smoothed);
    }

    /** Beyond {@link FrameLimits#MAX_TRACKS} those unseen for longest end early. */
    private static void endLongestUnseen(String cameraId, List<Track> alive, List<EmotionChange> ended) {
        if (alive.size() > FrameLimits.MAX_TRACKS) {
            List<Track> surplus = alive.stream().sorted(Comparator.comparing(Track::unseen).reversed())
                    .limit(alive.size() - FrameLimits.MAX_TRACKS).toList();
            alive.removeAll(surplus);
            surplus.forEach(track -> ended.add(ended(cameraId, track)));
        }
    }

    private static EmotionChange change(Kind kind, FrameInfo frame, Track track, Expression previous) {
        return new EmotionChange(kind, frame.cameraId(), frame.frameId(), track.id(), frame.capturedAt(),
                track.smoothed().expression(), previous);
    }

    private static EmotionChange ended(String cameraId, Track track) {
        return new EmotionChange(Kind.ENDED, cameraId, track.lastFrameId(), track.id(), track.lastSeenAt(),
                track.smoothed().expression(), null);
    }
}
