package io.hsaw.inference;

import io.hsaw.contracts.EmotionChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The tracks of all cameras this process reads. A batch works on a draft that replaces the state once its transaction
 * is committed; a draft that is let go leaves no trace. A camera that has not been heard of for a while ends its tracks
 * and is forgotten; so are, beyond a greatest number, the cameras not heard of for longest. Time is that of
 * a {@link ListeningClock}. Not thread safe: it belongs to the thread that polls.
 */
public final class Cameras {

    /** A camera may come by several partitions; each is a stream of its own that can move to another process. */
    private record Key(int partition, String cameraId) {
    }

    private record Heard(CameraTracks tracks, long at) {
    }

    /**
     * A camera that was given up.
     *
     * @param partition by which its frames came
     * @param cameraId  the camera
     * @param changes   the ends of its tracks
     */
    public record GivenUp(int partition, String cameraId, List<EmotionChange> changes) {
    }

    /** What is written of so many at once takes a transaction milliseconds, also where all cameras fall silent. */
    static final int MOST_GIVEN_UP = 256;

    private static final Duration LONGEST = Duration.ofDays(365);

    private final Tracks rules;
    private final Duration silence;
    private final int most;
    /** Those not heard of for longest come first. */
    private final Map<Key, Heard> committed = new LinkedHashMap<>();

    /**
     * @param rules   ends the tracks of cameras given up
     * @param silence after which a camera is given up
     * @param most    greatest number of cameras kept
     */
    public Cameras(Tracks rules, Duration silence, int most) {
        if (silence.isNegative() || silence.isZero() || silence.compareTo(LONGEST) > 0 || most < 1) {
            throw new IllegalArgumentException("silence and number of cameras must be positive, silence at most "
                    + LONGEST.toDays() + " days, found " + silence + " and " + most);
        }
        this.rules = rules;
        this.silence = silence;
        this.most = most;
    }

    /** The number of cameras kept. */
    public int size() {
        return committed.size();
    }

    /** The number of tracks of all cameras kept. */
    public int tracks() {
        return committed.values().stream().mapToInt(heard -> heard.tracks().tracks().size()).sum();
    }

    /** Drops the cameras of partitions that another process reads from now on; no track ends by that. */
    public void forget(Set<Integer> partitions) {
        committed.keySet().removeIf(key -> partitions.contains(key.partition()));
    }

    /**
     * A camera's tracks as another process or an earlier life of this one left them: it counts as heard of now, as
     * nobody can say for how long it has been silent.
     */
    public void restore(int partition, CameraTracks tracks, long now) {
        put(committed, new Key(partition, tracks.cameraId()), new Heard(tracks, now));
    }

    /** A draft for one batch. */
    public Draft draft(long now) {
        return new Draft(now);
    }

    /**
     * Cameras that have been silent for too long, and those not heard of for longest beyond the greatest number. They
     * are told again until they are {@linkplain #forget(List) forgotten}, at most {@value #MOST_GIVEN_UP} at a time.
     */
    public List<GivenUp> toGiveUp(long now) {
        List<GivenUp> givenUp = new ArrayList<>();
        for (Map.Entry<Key, Heard> entry : committed.entrySet()) {
            boolean silent = now - entry.getValue().at() > silence.toNanos();
            if (givenUp.size() == MOST_GIVEN_UP || !silent && committed.size() - givenUp.size() <= most) {
                break;
            }
            givenUp.add(new GivenUp(entry.getKey().partition(), entry.getKey().cameraId(),
                    rules.end(entry.getValue().tracks())));
        }
        return givenUp;
    }

    /** The ends of these cameras' tracks are out for good. */
    public void forget(List<GivenUp> cameras) {
        cameras.forEach(camera -> committed.remove(new Key(camera.partition(), camera.cameraId())));
    }

    private static void put(Map<Key, Heard> cameras, Key key, Heard heard) {
        cameras.remove(key); // so that it comes last
        cameras.put(key, heard);
    }

    /** The state as one batch would leave it. */
    public final class Draft {

        private final long now;
        private final Map<Key, Heard> updated = new LinkedHashMap<>();

        private Draft(long now) {
            this.now = now;
        }

        /** The camera's tracks so far. */
        public CameraTracks of(int partition, String cameraId) {
            Key key = new Key(partition, cameraId);
            Heard heard = updated.getOrDefault(key, committed.get(key));
            return heard == null ? CameraTracks.unknown(cameraId) : heard.tracks();
        }

        /** The camera was heard of and has these tracks now. */
        public void put(int partition, CameraTracks tracks) {
            Cameras.put(updated, new Key(partition, tracks.cameraId()), new Heard(tracks, now));
        }

        /** Calls with the partition and the tracks of each camera whose tracks are not those before the batch. */
        public void forEachChanged(BiConsumer<Integer, CameraTracks> action) {
            updated.forEach((key, heard) -> {
                Heard before = committed.get(key);
                if (before == null || !before.tracks().equals(heard.tracks())) {
                    action.accept(key.partition(), heard.tracks());
                }
            });
        }

        /** The draft becomes the state. */
        public void commit() {
            updated.forEach((key, heard) -> Cameras.put(committed, key, heard));
        }
    }
}
