package io.hsaw.trainer.dataset;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** Checks of messages whose end depends on the platform or does not matter. */
final class Messages {

    private Messages() {
    }

    static void assertStarts(String start, String message) {
        assertTrue(message.startsWith(start), message);
    }
}
