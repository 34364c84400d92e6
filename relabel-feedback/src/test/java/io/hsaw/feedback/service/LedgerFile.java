package io.hsaw.feedback.service;

import io.hsaw.feedback.TestDatabase;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/** An empty ledger for the application under test. */
public final class LedgerFile implements QuarkusTestResourceLifecycleManager {

    @Override
    public Map<String, String> start() {
        return Map.of("hsaw.feedback.database", TestDatabase.H2.create(), "hsaw.feedback.policy", "review");
    }

    @Override
    public void stop() {
        // its file goes with the folder for temporary ones
    }
}
