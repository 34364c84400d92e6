package io.hsaw.inference;

import io.hsaw.contracts.EmotionChange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The tracks of all cameras this process reads. A batch works on a draft that replaces the state once its transaction
 * is committed; a draft that is let go leaves no trace. A camera that has not been heard of for a while ends its tracks
 * and is forgotten; so are, beyond a greatest number, the cameras not heard of for longest. Not thread safe: it belongs
 * to the thread that polls.
 */
public final class Cameras {

    /** A camera may come by several partitions; each is a stream of its own that can move to another process. */
    private record Key(int partition, String cameraId) {
    }

    private record Heard(CameraTracks tracks, Instant at) {
    }

    /**
     * The ends of the tracks of a camera that was given up.
     *
     * @param partition by which the camera's frames came
     * @param cameraId  the camera
     * @param changes   never empty
     */
    public record Ended(int partition, String cameraId, List<EmotionChange> changes) {
    }

    private final Tracks rules;
    private final Duration silence;
    private final int most;
    /** Those not heard of for longest come first. */
    private final Map<Key, Heard> committed = new LinkedHashMap<>();

    /**
     * @param rules   ends the tracks of cameras given up
     * @param silence after which a camera is given up, on the clock of this process
     * @param most    greatest number of cameras kept
     */
    public Cameras(Tracks rules, Duration silence, int most) {
        if (silence.isNegative() || silence.isZero() || most < 1) {
            throw new IllegalArgumentException(
                    "silence and number of cameras must be positive, found " + silence + " and " + most);
        }
        this.rules = rules;
        this.silence = silence;
        this.most = most;
    }

    /** The number of cameras kept. */
    public int size() {
        return committed.size();
    }

    /** Drops the cameras of partitions that another process reads from now on; no track ends by that. */
    public void forget(Set<Integer> partitions) {
        committed.keySet().removeIf(key -> partitions.contains(key.partition()));
    }

    /**
     * A draft for one batch.
     *
     * @param now this process's time
     */
    public Draft draft(Instant now) {
        return new Draft(now);
    }

    /** The state as one batch would leave it. */
    public final class Draft {

        private final Instant now;
        private final Map<Key, Heard> updated = new LinkedHashMap<>();
        private final Set<Key> givenUp = new HashSet<>();

        private Draft(Instant now) {
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
            Key key = new Key(partition, tracks.cameraId());
            updated.remove(key);
            updated.put(key, new Heard(tracks, now));
        }

        /** Gives up silent cameras and those too many. To be called once, after the batch's frames. */
        public List<Ended> giveUpSilent() {
            List<Ended> ended = new ArrayList<>();
            long added = updated.keySet().stream().filter(key -> !committed.containsKey(key)).count();
            long surplus = committed.size() + added - most;
            Iterator<Map.Entry<Key, Heard>> longestSilentFirst = Stream.concat(
                    committed.entrySet().stream().filter(entry -> !updated.containsKey(entry.getKey())),
                    updated.entrySet().stream()).iterator();
            while (longestSilentFirst.hasNext()) {
                Map.Entry<Key, Heard> entry = longestSilentFirst.next();
                boolean silent = Duration.between(entry.getValue().at(), now).compareTo(silence) > 0;
                if (!silent && surplus <= 0) {
                    break;
                }
                surplus--;
                givenUp.add(entry.getKey());
                List<EmotionChange> changes = rules.end(entry.getValue().tracks());
                if (!changes.isEmpty()) {
                    ended.add(new Ended(entry.getKey().partition(), entry.getKey().cameraId(), changes));
                }
            }
            return ended;
        }

        /** The draft becomes the state. */
        public void commit() {
            updated.forEach((key, heard) -> {
                committed.remove(key);
                committed.put(key, heard);
            });
            committed.keySet().removeAll(givenUp);
        }
    }
}
