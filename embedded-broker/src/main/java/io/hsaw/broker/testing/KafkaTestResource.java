package io.hsaw.broker.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/** A Kafka for a {@code @QuarkusTest}: started before the application, stopped after it. */
public final class KafkaTestResource implements QuarkusTestResourceLifecycleManager {

    private KafkaForTests kafka;

    @Override
    public Map<String, String> start() {
        kafka = KafkaForTests.start();
        return Map.of("kafka.bootstrap.servers", kafka.bootstrapServers());
    }

    @Override
    public void stop() {
        if (kafka != null) {
            kafka.close();
        }
    }
}
