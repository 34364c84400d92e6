package io.hsaw.messaging;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A hop as a process of its own, to be killed: broker, the pipe's topics, replica as arguments. */
final class CopyHopProcess {

    /** A value that takes the process down. */
    static final String DEADLY = "deadly";
    /** A value after which, as time passes, an end is written: first to be stopped in the midst of that. */
    static final String ENDING = "ending";

    private CopyHopProcess() {
    }

    public static void main(String[] args) {
        Pipe pipe = new Pipe(args[0], args[1], Pipe.SETTINGS);
        HopSettings hop = new HopSettings("killed", pipe.in, pipe.bootstrap, Delivery.EXACTLY_ONCE, args[2]);
        new TransactionalHop(hop, pipe.topics(), new Deadly(pipe), () -> System.exit(1)).start();
    }

    private static final class Deadly extends CountingStage {

        private Integer ending;
        private boolean stopped;

        Deadly(Pipe pipe) {
            super(pipe);
        }

        @Override
        public StageResult process(List<ConsumerRecord<byte[], byte[]>> batch) throws Exception {
            for (ConsumerRecord<byte[], byte[]> record : batch) {
                if (value(record).equals(DEADLY)) {
                    Runtime.getRuntime().halt(1);
                }
                if (value(record).equals(ENDING)) {
                    ending = record.partition();
                }
            }
            return super.process(batch);
        }

        @Override
        public StageResult timePassed() {
            if (ending == null) {
                return StageResult.NOTHING;
            }
            ProducerRecord<byte[], byte[]> end = new ProducerRecord<>(topic, ending, null,
                    "an end".getBytes(StandardCharsets.UTF_8));
            if (!stopped) {
                stopped = true;
                stopSelf();
            }
            return new StageResult(List.of(List.of(end, state(ending, null))), () -> ending = null);
        }

        @Override
        public void partitionsLost(Set<Integer> partitions) {
            super.partitionsLost(partitions);
            ending = null;
        }

        private static void stopSelf() {
            try {
                new ProcessBuilder("kill", "-STOP", String.valueOf(ProcessHandle.current().pid())).start().waitFor();
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Starts one with the class path of this process. */
    static Process start(Pipe pipe, String replica) throws IOException {
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m", "-Djava.util.logging.manager=org.jboss.logmanager.LogManager", "-cp",
                System.getProperty("java.class.path"), CopyHopProcess.class.getName(), pipe.bootstrap, pipe.in,
                replica).inheritIO().start();
    }

    static Process start(Pipe pipe) throws IOException {
        return start(pipe, "1");
    }
}
