package io.hsaw.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.broker.EmbeddedBroker;
import io.hsaw.messaging.HopStatus.Phase;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Always on the embedded broker: a container is not stopped and started on one port. */
class BrokerAwayIT {

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource
    void aHopWaitsForABrokerThatGoesAwayAndGoesOnWhenItIsBack(Delivery delivery) throws Exception {
        EmbeddedBroker broker = EmbeddedBroker.start(directory, 0);
        Pipe pipe = new Pipe(broker.bootstrapServers());
        CopyStage stage = new CopyStage(pipe.out);
        try (TransactionalHop hop = pipe.start(stage, "1", delivery)) {
            pipe.publish(100);
            Pipe.await(() -> stage.committed.size() == 100);
            broker.close();
            Pipe.await(() -> hop.status().phase() == Phase.WAITING);
            assertTrue(hop.status().alive());
            assertFalse(hop.status().ready());
            assertTrue(hop.status().detail().contains(broker.bootstrapServers()), hop.status().detail());

            broker = EmbeddedBroker.start(directory, port(broker));
            pipe.publish(100);
            pipe.assertEachOnceInOrder();
            Pipe.await(() -> hop.status().ready());
        } finally {
            broker.close();
        }
    }

    @Test
    void aHopWhoseBrokerGoesAwayInMidTransactionLosesAndDoublesNothing() throws Exception {
        EmbeddedBroker[] broker = {EmbeddedBroker.start(directory, 0)};
        Pipe pipe = new Pipe(broker[0].bootstrapServers());
        CopyStage stage = new CopyStage(pipe.out) {
            private boolean stopped;

            @Override
            public StageResult process(List<ConsumerRecord<byte[], byte[]>> batch) throws Exception {
                if (!stopped && committed.size() > 50) {
                    stopped = true;
                    broker[0].close(); // read but not written: the transaction begins without a broker
                }
                return super.process(batch);
            }
        };
        pipe.topics().ensure();
        pipe.publish(200);
        try (TransactionalHop hop = pipe.start(stage)) {
            Pipe.await(() -> stage.committed.size() > 50 && hop.status().phase() == Phase.WAITING);
            broker[0] = EmbeddedBroker.start(directory, port(broker[0]));
            pipe.assertEachOnceInOrder();
        } finally {
            broker[0].close();
        }
    }

    @Test
    void aHopStartedBeforeItsBrokerWaitsForIt() throws Exception {
        EmbeddedBroker broker = EmbeddedBroker.start(directory, 0);
        broker.close();
        Pipe pipe = new Pipe(broker.bootstrapServers());
        CopyStage stage = new CopyStage(pipe.out);
        try (TransactionalHop hop = pipe.start(stage)) {
            Pipe.await(() -> hop.status().phase() == Phase.WAITING
                    && hop.status().detail().startsWith("waiting for Kafka at " + broker.bootstrapServers()));
            try (EmbeddedBroker late = EmbeddedBroker.start(directory, port(broker))) {
                pipe.publish(10);
                pipe.assertEachOnceInOrder();
                hop.close();
                assertEquals(Phase.STOPPED, hop.status().phase());
            }
        }
    }

    @Test
    void anAddressThatDoesNotExistIsNamed() {
        Pipe pipe = new Pipe("no-such-host.invalid:9092");
        try (TransactionalHop hop = pipe.start(new CopyStage(pipe.out))) {
            Pipe.await(() -> hop.status().detail().contains("Kafka at no-such-host.invalid:9092:"));
            assertTrue(hop.status().alive());
        }
    }

    private static int port(EmbeddedBroker broker) {
        return Integer.parseInt(broker.bootstrapServers().split(":")[1]);
    }
}
