package io.hsaw.broker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.jboss.logging.Logger;

/**
 * The real Kafka broker (KRaft, one node) in this process, reachable from this machine only. Its data folder is kept:
 * started again on the same folder it goes on where it was, also after the process was killed.
 */
public final class EmbeddedBroker implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(EmbeddedBroker.class);
    private static final String HOST = "127.0.0.1";
    private static final int NODE_ID = 1;
    private static final int MAX_PORT = 65_535;

    private final DataDirectory directory;
    private final KafkaRaftServer server;
    private final String bootstrapServers;

    private EmbeddedBroker(DataDirectory directory, KafkaRaftServer server, String bootstrapServers) {
        this.directory = directory;
        this.server = server;
        this.bootstrapServers = bootstrapServers;
    }

    /**
     * Starts a broker and waits until it answers (about 2 s).
     *
     * @param dataDirectory made if it is not there
     * @param port          on the loopback address; 0 for any free one
     * @throws BrokerStartException if the folder is in use, cannot be written or is full, or the port is taken
     */
    public static EmbeddedBroker start(Path dataDirectory, int port) throws BrokerStartException {
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("a port lies between 0 and " + MAX_PORT + ", found " + port);
        }
        int brokerPort = port == 0 ? LoopbackPorts.findFree(0) : port;
        String address = HOST + ":" + brokerPort;
        // the folder before the port: who starts the same thing twice is told so, not that its port is taken
        DataDirectory directory = DataDirectory.take(dataDirectory, address);
        try {
            if (!LoopbackPorts.isFree(brokerPort)) {
                throw portTaken(brokerPort, null);
            }
            return start(directory, brokerPort, address);
        } catch (BrokerStartException | RuntimeException | Error e) {
            directory.close();
            throw e;
        }
    }

    private static EmbeddedBroker start(DataDirectory directory, int port, String address)
            throws BrokerStartException {
        explainHalts(directory.path());
        KafkaRaftServer server = null;
        try {
            Properties settings = settings(directory.path(), port, LoopbackPorts.findFree(port));
            format(directory.path());
            server = new KafkaRaftServer(KafkaConfig.fromProps(settings, false), Time.SYSTEM);
            server.startup();
            return new EmbeddedBroker(directory, server, address);
        } catch (Exception e) {
            if (server != null) {
                server.shutdown();
            }
            if (e instanceof BrokerStartException known) {
                throw known;
            }
            if (root(e) instanceof BindException) {
                throw portTaken(port, e);
            }
            throw new BrokerStartException("The broker at " + address + " did not start on the data folder "
                    + directory.path() + ": " + root(e).getMessage() + ". If the folder was made by another version or"
                    + " is damaged, delete it or choose another one.", e);
        }
    }

    private static BrokerStartException portTaken(int port, Exception cause) {
        return new BrokerStartException("Port " + port + " of " + HOST + " is taken by another program. Stop that one,"
                + " choose another port by --port (0 takes any free one), or, if it is a Kafka broker, use it by"
                + " --bootstrap " + HOST + ":" + port + ".", cause);
    }

    private static Throwable root(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private static void format(Path path) throws Exception {
        if (Files.exists(path.resolve("meta.properties"))) {
            return;
        }
        Formatter formatter = new Formatter();
        formatter.setClusterId(Uuid.randomUuid().toString())
                .setNodeId(NODE_ID)
                .setControllerListenerName("CONTROLLER")
                .setMetadataLogDirectory(path.toString())
                .setDirectories(List.of(path.toString()))
                .setIgnoreFormatted(true)
                .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream()));
        formatter.run();
    }

    private static Properties settings(Path path, int port, int controllerPort) {
        Properties settings = new Properties();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", String.valueOf(NODE_ID));
        settings.put("controller.quorum.voters", NODE_ID + "@" + HOST + ":" + controllerPort);
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("listeners", "PLAINTEXT://" + HOST + ":" + port + ",CONTROLLER://" + HOST + ":" + controllerPort);
        settings.put("advertised.listeners", "PLAINTEXT://" + HOST + ":" + port);
        settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.put("inter.broker.listener.name", "PLAINTEXT");
        settings.put("log.dirs", path.toString());
        // one node: nothing can be replicated
        settings.put("offsets.topic.replication.factor", "1");
        settings.put("offsets.topic.num.partitions", "3");
        settings.put("transaction.state.log.replication.factor", "1");
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("transaction.state.log.num.partitions", "3");
        settings.put("share.coordinator.state.topic.replication.factor", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
        settings.put("share.coordinator.state.topic.num.partitions", "3");
        // a topic that nobody made is a mistake in a name
        settings.put("auto.create.topics.enable", "false");
        // a consumer alone in its group starts at once
        settings.put("group.initial.rebalance.delay.ms", "0");
        // without these two a start after a kill waits about 10 s for the old registration to end
        settings.put("broker.session.timeout.ms", "2000");
        settings.put("broker.heartbeat.interval.ms", "500");
        // what a killed producer left open ends soon after its time-out
        settings.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
        // old pictures are deleted when their time is over, not up to five minutes later
        settings.put("log.retention.check.interval.ms", "30000");
        // small: this broker shares its process
        settings.put("num.network.threads", "2");
        settings.put("num.io.threads", "2");
        settings.put("background.threads", "2");
        settings.put("log.cleaner.dedupe.buffer.size", "2097152");
        return settings;
    }

    /**
     * Kafka halts the process when its disk fails. That is right here too, since everything in the process lives on the
     * broker, but it must say which folder it was.
     */
    private static void explainHalts(Path path) {
        Exit.setHaltProcedure((status, message) -> {
            LOG.errorf("The broker cannot go on with its data folder %s (%s) and stops this process. See whether the"
                    + " disk is full or the folder was removed, then start again.", path, freeSpace(path));
            Runtime.getRuntime().halt(status == 0 ? 1 : status);
        });
    }

    private static String freeSpace(Path path) {
        try {
            return (Files.getFileStore(path).getUsableSpace() >> 20) + " MiB free";
        } catch (IOException e) {
            return "not readable: " + e;
        }
    }

    /** Host and port for clients. */
    public String bootstrapServers() {
        return bootstrapServers;
    }

    /** Stops the broker (about 0.3 s) and gives its data folder back. Its clients are best closed before. */
    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
        directory.close();
    }
}
