package io.hsaw.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hsaw.contracts.RejectionCode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeliveryReportTest {

    private final DeliveryLedger ledger = new DeliveryLedger(List.of("a"));

    @BeforeEach
    void twoFrames() {
        ledger.published("a", "1", FrameKind.NO_FACE, 0);
        ledger.published("a", "2", FrameKind.NO_FACE, 0);
    }

    @Test
    void oneReplyEachInOrderKeepsThePromise() {
        reply("1");
        reply("2");

        assertTrue(report(false).kept());
        assertTrue(report(false).toMarkdown().endsWith("The promise was kept.\n"));
    }

    @Test
    void aMissingReplyBreaksIt() {
        reply("1");

        assertEquals(List.of("1 frames got no reply", "missing: frame 2 of a"), report(false).problems());
        assertFalse(report(true).kept());
    }

    @Test
    void aDoubledReplyBreaksItWhereDoublesAreNotAllowed() {
        reply("1");
        reply("2");
        reply("2");

        assertEquals(List.of("1 replies came more than once", "doubled: frame 2 of a"), report(false).problems());
        assertTrue(report(true).kept());
        assertEquals(1, report(true).counts().doubled());
    }

    @Test
    void repliesOutOfOrderBreakIt() {
        reply("2");
        reply("1");

        assertFalse(report(true).kept());
    }

    @Test
    void aReplyOfAnotherKindBreaksIt() {
        reply("1");
        ledger.replied("a", "2", RejectionCode.INTERNAL_ERROR, 0, 1);

        assertFalse(report(true).kept());
    }

    @Test
    void aReplyToWhatWasNeverPublishedBreaksItAndOneToAnotherCameraDoesNot() {
        reply("1");
        reply("2");
        ledger.replied("b", "1", null, 0, 1);
        assertTrue(report(false).kept());

        reply("3");
        assertFalse(report(false).kept());
    }

    @Test
    void aRunThatCouldNotBeFinishedKeepsNothing() {
        reply("1");
        reply("2");

        assertFalse(DeliveryReport.of(1, 1, 1, 1, ledger, null, false, List.of("the broker is gone"), List.of(), List.of())
                .kept());
    }

    @Test
    void faultsAreSummedUpByKind() throws Exception {
        reply("1");
        reply("2");
        DeliveryReport report = DeliveryReport.of(1, 1, 1, 1, ledger, null, false, List.of(), List.of(
                new Disturber.Done(1, "kill", "x", 50, 3, 4), new Disturber.Done(2, "kill", "y", 51, 2, 4),
                new Disturber.Done(3, "freeze", "x", 52, 9, 4)), List.of());

        assertEquals(Map.of("kill", new DeliveryReport.OfKind(2, 3), "freeze", new DeliveryReport.OfKind(1, 9)),
                report.faultKinds());
        JsonNode json = new ObjectMapper().readTree(new ObjectMapper().writeValueAsString(report));
        assertEquals(2, json.get("published").asInt());
        assertEquals(3, json.get("faults").size());
    }

    private void reply(String frame) {
        ledger.replied("a", frame, null, 0, 1);
    }

    private DeliveryReport report(boolean doublesAllowed) {
        return DeliveryReport.of(1, 1, 1, 1, ledger, null, doublesAllowed, List.of(), List.of(), List.of());
    }
}
