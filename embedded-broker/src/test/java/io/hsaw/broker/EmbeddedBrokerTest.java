package io.hsaw.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {

    @TempDir
    Path directory;

    @Test
    void aBrokerStartedAgainOnItsFolderHasItsTopicsStill() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0); Admin admin = admin(broker)) {
            admin.createTopics(List.of(new NewTopic("kept", 1, (short) 1))).all().get();
        }
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0); Admin admin = admin(broker)) {
            assertEquals(Set.of("kept"), admin.listTopics().names().get());
        }
    }

    @Test
    void aSecondBrokerOnTheFolderIsToldWhoHoldsIt() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0)) {
            String message = assertThrows(BrokerStartException.class,
                    () -> EmbeddedBroker.start(directory.resolve("."), 0)).getMessage();
            assertTrue(message.contains(directory.toRealPath() + " is in use by"), message);
            assertTrue(message.contains("choose another data folder"), message);
        }
        EmbeddedBroker.start(directory, 0).close();
    }

    @Test
    void aFolderHeldByAnotherProcessNamesThatProcess() throws Exception {
        Process holder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), LockHolder.class.getName(), directory.toString()).start();
        try {
            assertEquals('!', holder.getInputStream().read(), "the other process holds the folder");
            String message = assertThrows(BrokerStartException.class,
                    () -> EmbeddedBroker.start(directory, 0)).getMessage();
            assertTrue(message.contains("process " + holder.pid() + ", broker at 127.0.0.1:1"), message);
        } finally {
            holder.destroyForcibly().waitFor();
        }
        EmbeddedBroker.start(directory, 0).close();
    }

    @Test
    void aTakenPortIsNamedWithTheWayToAnother() throws Exception {
        try (ServerSocket other = new ServerSocket()) {
            other.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            int port = other.getLocalPort();
            String message = assertThrows(BrokerStartException.class,
                    () -> EmbeddedBroker.start(directory, port)).getMessage();
            assertTrue(message.contains("Port " + port), message);
            assertTrue(message.contains("--port"), message);
        }
        EmbeddedBroker.start(directory, 0).close();
    }

    @Test
    void aFolderThatIsAFileIsNamed() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "");
        String message = assertThrows(BrokerStartException.class, () -> EmbeddedBroker.start(file, 0)).getMessage();
        assertTrue(message.contains(file.toString()), message);
        assertTrue(message.contains("choose another data folder"), message);
    }

    @Test
    void aDamagedFolderIsNamed() throws Exception {
        Files.writeString(directory.resolve("meta.properties"), "version=1\nnode.id=7\ncluster.id=other\n");
        String message = assertThrows(BrokerStartException.class,
                () -> EmbeddedBroker.start(directory, 0)).getMessage();
        assertTrue(message.contains(directory.toRealPath().toString()), message);
        assertTrue(message.contains("delete it or choose another"), message);
    }

    @Test
    void theBrokerListensOnTheLoopbackAddressOnly() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(directory, 0)) {
            assertTrue(broker.bootstrapServers().startsWith("127.0.0.1:"), broker.bootstrapServers());
        }
    }

    private static Admin admin(EmbeddedBroker broker) {
        return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }
}
