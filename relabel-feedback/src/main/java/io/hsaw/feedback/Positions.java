package io.hsaw.feedback;

import io.hsaw.contracts.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * How far the ledger has read each topic, kept with what it made of it: so it takes in each record once, whatever happens
 * to its process.
 */
final class Positions {

    private static final Logger LOG = Logger.getLogger(Positions.class);
    /** With a day to spare: Kafka forgets erasures after this time. */
    private static final Duration ERASURES_SEEN = Topics.TOMBSTONES_KEPT.minusDays(1);

    private record Position(String topicId, long next, Instant readAt, Long againUntil) {
    }

    private Positions() {
    }

    /**
     * Where reading goes on. A topic that was made anew or is shorter than what was read, and the samples' if nobody read
     * it for longer than erasures are told, is read from its beginning.
     *
     * @param ends of its partitions now
     * @return the offset of the next record by partition
     */
    static Map<Integer, Long> open(Handle handle, String topic, String topicId, Map<Integer, Long> ends) {
        Instant now = Ledger.now();
        Map<Integer, Long> next = new TreeMap<>();
        ends.forEach((partition, end) -> {
            Position before = find(handle, topic, partition);
            if (before != null && before.topicId.equals(topicId) && before.next <= end && !erasuresMissed(topic, before, now)) {
                next.put(partition, before.next);
                return;
            }
            if (before != null) {
                LOG.infof("Reading partition %d of %s again from its beginning: it was made anew, or not read for long.",
                        partition, topic);
                if (topic.equals(Topics.LABELED_FRAMES)) {
                    Samples.expectAgain(handle, partition);
                }
            }
            handle.createUpdate("DELETE FROM positions WHERE topic = :topic AND log_partition = :partition")
                    .bind("topic", topic).bind("partition", partition).execute();
            handle.createUpdate("INSERT INTO positions (topic, log_partition, topic_id, next_offset, read_at, again_until)"
                    + " VALUES (:topic, :partition, :id, 0, :now, :end)")
                    .bind("topic", topic).bind("partition", partition).bind("id", topicId).bind("now", now)
                    .bind("end", before == null || end == 0 ? null : end).execute();
            if (before != null && end == 0 && topic.equals(Topics.LABELED_FRAMES)) {
                Samples.eraseMissing(handle, partition);
            }
            next.put(partition, 0L);
        });
        return next;
    }

    private static boolean erasuresMissed(String topic, Position position, Instant now) {
        return topic.equals(Topics.LABELED_FRAMES) && position.readAt.isBefore(now.minus(ERASURES_SEEN));
    }

    private static Position find(Handle handle, String topic, int partition) {
        return handle.createQuery("SELECT topic_id, next_offset, read_at, again_until FROM positions"
                + " WHERE topic = :topic AND log_partition = :partition").bind("topic", topic).bind("partition", partition)
                .map((row, context) -> new Position(row.getString(1), row.getLong(2), row.getTimestamp(3).toInstant(),
                        row.getObject(4, Long.class))).findOne().orElse(null);
    }

    /**
     * The span is read.
     *
     * @throws PositionMovedException if another process was here
     */
    static void advance(Handle handle, Span span) {
        Instant now = Ledger.now();
        span.to().forEach((partition, next) -> {
            int moved = handle.createUpdate("UPDATE positions SET next_offset = :next, read_at = :now WHERE topic = :topic"
                    + " AND log_partition = :partition AND topic_id = :id AND next_offset = :from")
                    .bind("next", next).bind("now", now).bind("topic", span.topic()).bind("partition", partition)
                    .bind("id", span.topicId()).bind("from", span.from().get(partition)).execute();
            if (moved == 0) {
                throw new PositionMovedException(span.topic(), partition);
            }
            Long againUntil = find(handle, span.topic(), partition).againUntil;
            if (againUntil != null && next >= againUntil) {
                if (span.topic().equals(Topics.LABELED_FRAMES)) {
                    Samples.eraseMissing(handle, partition);
                }
                handle.createUpdate("UPDATE positions SET again_until = NULL WHERE topic = :topic"
                        + " AND log_partition = :partition").bind("topic", span.topic()).bind("partition", partition)
                        .execute();
            }
        });
    }

    /** A record that cannot be read. */
    static void refuse(Handle handle, String topic, int partition, long offset, String reason) {
        handle.createUpdate("DELETE FROM refusals WHERE topic = :topic AND log_partition = :partition"
                + " AND log_offset = :offset").bind("topic", topic).bind("partition", partition).bind("offset", offset)
                .execute();
        handle.createUpdate("INSERT INTO refusals (topic, log_partition, log_offset, reason, refused_at)"
                + " VALUES (:topic, :partition, :offset, :reason, :now)").bind("topic", topic).bind("partition", partition)
                .bind("offset", offset).bind("reason", reason).bind("now", Ledger.now()).execute();
    }
}
