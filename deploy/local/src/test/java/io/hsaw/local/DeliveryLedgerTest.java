package io.hsaw.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.contracts.RejectionCode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeliveryLedgerTest {

    private static final long SECOND = 1_000_000_000L;

    private final DeliveryLedger ledger = new DeliveryLedger(List.of("a", "b"));

    @Test
    void repliesAreCountedByKindAndWhatHasNoneIsMissing() {
        publish("a", "1", FrameKind.ONE_FACE, 0);
        publish("a", "2", FrameKind.NO_FACE, 0);
        publish("b", "3", FrameKind.TRUNCATED, 0);
        publish("b", "4", FrameKind.POISON, 0);
        publish("b", "5", FrameKind.NO_FACE, 0);
        reply("a", "1", null, 1, 1);
        reply("a", "2", null, 0, 1);
        reply("b", "3", RejectionCode.INVALID_IMAGE, 0, 1);
        reply("b", "4", RejectionCode.INTERNAL_ERROR, 0, 1);

        assertEquals(new DeliveryLedger.Counts(5, Map.of("faces", 1L, "no-face", 1L, "invalid-image", 1L,
                "internal-error", 1L), 1, 0, 0, 0, 0, 0), ledger.counts());
        assertEquals(List.of("missing: frame 5 of b"), ledger.examples());
    }

    @Test
    void aSecondReplyIsDoubledAndNothingElse() {
        publish("a", "1", FrameKind.NO_FACE, 0);
        publish("a", "2", FrameKind.NO_FACE, 0);
        reply("a", "1", null, 0, 1);
        reply("a", "2", null, 0, 1);
        reply("a", "1", null, 0, 1);

        assertEquals(new DeliveryLedger.Counts(2, Map.of("no-face", 2L), 0, 1, 0, 0, 0, 0), ledger.counts());
        assertEquals(List.of("doubled: frame 1 of a"), ledger.examples());
    }

    @Test
    void orderCountsWithinACameraOnly() {
        publish("a", "1", FrameKind.NO_FACE, 0);
        publish("b", "2", FrameKind.NO_FACE, 0);
        publish("a", "3", FrameKind.NO_FACE, 0);
        publish("b", "4", FrameKind.NO_FACE, 0);
        reply("b", "2", null, 0, 1);
        reply("b", "4", null, 0, 1);
        reply("a", "3", null, 0, 1);
        assertEquals(0, ledger.counts().outOfOrder());

        reply("a", "1", null, 0, 1);
        assertEquals(1, ledger.counts().outOfOrder());
    }

    @Test
    void aReplyOfAnotherKindThanTheFrameAsksForIsMismatched() {
        publish("a", "1", FrameKind.TRUNCATED, 0);
        publish("a", "2", FrameKind.SEVERAL_FACES, 0);
        publish("a", "3", FrameKind.NO_FACE, 0);
        publish("a", "4", FrameKind.ONE_FACE, 0);
        reply("a", "1", null, 1, 1);
        reply("a", "2", null, 1, 1);
        reply("a", "3", RejectionCode.INTERNAL_ERROR, 0, 1);
        reply("a", "4", null, 0, 1);

        assertEquals(4, ledger.counts().mismatched());
        assertEquals("a frame of kind TRUNCATED answered with 1 faces: frame 1 of a", ledger.examples().get(0));
    }

    @Test
    void repliesToOtherCamerasAreForeignAndToFramesNeverPublishedUnknown() {
        publish("a", "1", FrameKind.NO_FACE, 0);
        reply("c", "1", null, 0, 1);
        reply("a", "9", null, 0, 1);

        assertEquals(new DeliveryLedger.Counts(1, Map.of(), 1, 0, 0, 0, 1, 1), ledger.counts());
    }

    @Test
    void aGapIsTheTimeInWhichACameraWithOpenFramesGotNoReply() {
        publish("a", "1", FrameKind.NO_FACE, 10);
        reply("a", "1", null, 0, 12);
        // nothing is open for a long time: no gap
        publish("a", "2", FrameKind.NO_FACE, 100);
        publish("a", "3", FrameKind.NO_FACE, 101);
        reply("a", "2", null, 0, 103);
        reply("a", "3", null, 0, 107);
        assertEquals(4 * SECOND, ledger.longestGap(200 * SECOND));

        publish("b", "4", FrameKind.NO_FACE, 200);
        assertEquals(5 * SECOND, ledger.longestGap(205 * SECOND), "one that lasts counts too");
    }

    @Test
    void aDoubledReplyEndsNoGap() {
        publish("a", "1", FrameKind.NO_FACE, 0);
        publish("a", "2", FrameKind.NO_FACE, 0);
        reply("a", "1", null, 0, 1);
        reply("a", "1", null, 0, 5);
        reply("a", "2", null, 0, 9);

        assertEquals(8 * SECOND, ledger.longestGap(9 * SECOND));
    }

    @Test
    void afterAMarkOnlyGapsThatEndLaterCount() {
        publish("a", "1", FrameKind.NO_FACE, 0);
        reply("a", "1", null, 0, 9);
        ledger.mark();
        publish("a", "2", FrameKind.NO_FACE, 10);
        reply("a", "2", null, 0, 12);

        assertEquals(2 * SECOND, ledger.longestGapSinceMark(20 * SECOND));
        assertEquals(9 * SECOND, ledger.longestGap(20 * SECOND));
    }

    @Test
    void framesPublishedUntilATimeAreAnsweredWhenNoneOfThemIsOpen() {
        publish("a", "1", FrameKind.NO_FACE, 1);
        publish("a", "2", FrameKind.NO_FACE, 5);
        assertFalse(ledger.answeredUntil(3 * SECOND));

        reply("a", "1", null, 0, 6);
        assertTrue(ledger.answeredUntil(3 * SECOND));
        assertFalse(ledger.answeredUntil(6 * SECOND));
    }

    private void publish(String camera, String frame, FrameKind kind, long seconds) {
        ledger.published(camera, frame, kind, seconds * SECOND);
    }

    private void reply(String camera, String frame, RejectionCode rejection, int faces, long seconds) {
        ledger.replied(camera, frame, rejection, faces, seconds * SECOND);
    }
}
