package io.hsaw.messaging;

import io.hsaw.contracts.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A hop as a process of its own, to be killed: broker, input and output topic as arguments. */
final class CopyHopProcess {

    /** A value that takes the process down. */
    static final String DEADLY = "deadly";

    private CopyHopProcess() {
    }

    public static void main(String[] args) {
        Map<String, String> settings = Map.of("cleanup.policy", "delete", "max.message.bytes", "16777216");
        TopicSetup topics = new TopicSetup(args[0], List.of(new Topics.Definition(args[1], false, settings),
                new Topics.Definition(args[2], false, settings)), Pipe.PARTITIONS, 1);
        HopSettings hop = new HopSettings("killed", args[1], args[0], Delivery.EXACTLY_ONCE, "1");
        Stage stage = new CopyStage(args[2]) {
            @Override
            public StageResult process(List<ConsumerRecord<byte[], byte[]>> batch) throws Exception {
                if (batch.stream().anyMatch(record -> value(record).equals(DEADLY))) {
                    Runtime.getRuntime().halt(1);
                }
                return super.process(batch);
            }
        };
        new TransactionalHop(hop, topics, stage, () -> System.exit(1)).start();
    }

    /** Starts one with the class path of this process. */
    static Process start(Pipe pipe) throws IOException {
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m", "-Djava.util.logging.manager=org.jboss.logmanager.LogManager", "-cp",
                System.getProperty("java.class.path"), CopyHopProcess.class.getName(), pipe.bootstrap, pipe.in,
                pipe.out).inheritIO().start();
    }
}
