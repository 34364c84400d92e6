package io.hsaw.local;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hsaw.contracts.FrameInfo;
import io.hsaw.contracts.FrameReply;
import io.hsaw.contracts.ModelRef;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReplyOrderTest {

    private final ReplyOrder order = new ReplyOrder();

    @Test
    void aReplyThatComesEarlyWaitsForTheEarlierFrames() {
        order.published("a", "1");
        order.published("b", "1");
        order.published("a", "2");

        assertEquals(List.of(), order.answered(reply("b", "1")));
        assertEquals(List.of(reply("a", "1"), reply("b", "1")), order.answered(reply("a", "1")));
        assertEquals(1, order.open());
        assertEquals(List.of(reply("a", "2")), order.answered(reply("a", "2")));
        assertEquals(0, order.open());
    }

    @Test
    void framesWithOneIdKeepTheirOrder() {
        order.published("a", "same");
        order.published("a", "same");

        assertEquals(1, order.answered(reply("a", "same")).size());
        assertEquals(1, order.answered(reply("a", "same")).size());
        assertEquals(0, order.open());
    }

    @Test
    void aReplyToAnotherFrameIsLeftOut() {
        order.published("a", "1");

        assertEquals(List.of(), order.answered(reply("a", "2")));
        assertEquals(1, order.open());
    }

    private static FrameReply reply(String camera, String frame) {
        return new FrameReply(new FrameInfo(camera, frame, Instant.EPOCH, 0, 0, null, Map.of()),
                new ModelRef("model", "1"), List.of());
    }
}
