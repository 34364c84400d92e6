package io.hsaw.messaging;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Finds the record that takes the process down (a fault in native code, memory that runs out), so that it does not do
 * so for ever. The metadata of the committed offsets say which process works from there on, and are emptied when it
 * stops in order. Who finds another one's name there goes on record by record for as many as that one may have had in
 * hand, each begun under a mark of its own: a record that was begun twice and never ended is not begun again.
 */
final class CrashGuard {

    /** So often a record may take the process down. */
    static final int MOST_DEATHS = 2;
    /** What a process leaves that stops in order. */
    static final String STOPPED = "";

    private static final String PROCESS = UUID.randomUUID().toString();
    private static final String BEGUN = " begun, deaths before: ";

    /** Begun at this offset by a process that did not end it, so many times. */
    private record Begun(long offset, int deaths) {
    }

    private final int mostInHand;
    private final Set<TopicPartition> known = new HashSet<>();
    private final Map<TopicPartition, Begun> begun = new HashMap<>();
    private final Map<TopicPartition, Integer> suspects = new HashMap<>();

    /** @param mostInHand greatest number of records of a poll */
    CrashGuard(int mostInHand) {
        this.mostInHand = mostInHand;
    }

    /** This process works from the offset on. */
    static String working() {
        return PROCESS;
    }

    /** This process is about to work on the record at the offset. */
    static String beginning(int deaths) {
        return PROCESS + BEGUN + deaths;
    }

    /** Whether the partition's committed offset has been looked at. */
    boolean knows(TopicPartition partition) {
        return known.contains(partition);
    }

    /**
     * Takes note of how the last one to read a partition left it.
     *
     * @param committed null if nobody read it before
     */
    void learn(TopicPartition partition, OffsetAndMetadata committed) {
        known.add(partition);
        String mark = committed == null ? STOPPED : committed.metadata();
        if (mark.equals(STOPPED) || mark.startsWith(PROCESS)) {
            return; // stopped in order, or did not die
        }
        suspects.put(partition, mostInHand);
        int count = mark.indexOf(BEGUN);
        if (count >= 0) {
            begun.put(partition, new Begun(committed.offset(),
                    1 + Integer.parseInt(mark.substring(count + BEGUN.length()))));
        }
    }

    /** The partition was given up. */
    void forget(TopicPartition partition) {
        known.remove(partition);
        begun.remove(partition);
        suspects.remove(partition);
    }

    /** Whether a process that died may have had records of the partition in hand that are still to come. */
    boolean suspects(TopicPartition partition) {
        return suspects.containsKey(partition);
    }

    /** How many processes ended while they worked on the record. */
    int deaths(TopicPartition partition, ConsumerRecord<?, ?> record) {
        Begun first = begun.get(partition);
        return first != null && first.offset() == record.offset() ? first.deaths() : 0;
    }

    /** One record of a suspected partition is done. */
    void done(TopicPartition partition) {
        begun.remove(partition);
        suspects.computeIfPresent(partition, (p, left) -> left > 1 ? left - 1 : null);
    }
}
