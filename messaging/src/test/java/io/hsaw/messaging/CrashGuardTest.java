package io.hsaw.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class CrashGuardTest {

    private static final TopicPartition PARTITION = new TopicPartition("frames", 0);
    private static final String OTHER = "another process";

    private final CrashGuard guard = new CrashGuard(3);

    @Test
    void aPartitionThatNobodyReadOrThatWasLeftInOrderIsNotSuspected() {
        guard.learn(PARTITION, null);
        assertFalse(guard.suspects(PARTITION));
        guard.learn(PARTITION, new OffsetAndMetadata(5, CrashGuard.STOPPED));
        assertFalse(guard.suspects(PARTITION));
    }

    @Test
    void whatThisProcessLeftBehindWhenItsSessionEndedIsNoDeath() {
        guard.learn(PARTITION, new OffsetAndMetadata(5, CrashGuard.beginning(1)));
        assertFalse(guard.suspects(PARTITION));
        assertEquals(0, guard.deaths(PARTITION, record(5)));
    }

    @Test
    void asManyRecordsAreSuspectedAsADeadProcessMayHaveHadInHand() {
        guard.learn(PARTITION, new OffsetAndMetadata(5, OTHER));
        for (int i = 0; i < 3; i++) {
            assertTrue(guard.suspects(PARTITION));
            guard.done(PARTITION);
        }
        assertFalse(guard.suspects(PARTITION));
    }

    @Test
    void deathsCountForTheRecordThatWasBegunOnly() {
        guard.learn(PARTITION, new OffsetAndMetadata(5, CrashGuard.beginning(1).replace(CrashGuard.working(), OTHER)));
        assertEquals(2, guard.deaths(PARTITION, record(5)));
        assertEquals(0, guard.deaths(PARTITION, record(6)));
        guard.done(PARTITION);
        assertEquals(0, guard.deaths(PARTITION, record(5)));
    }

    private static ConsumerRecord<String, String> record(long offset) {
        return new ConsumerRecord<>(PARTITION.topic(), PARTITION.partition(), offset, "", "");
    }
}
