package io.hsaw.feedback.service;

import io.hsaw.contracts.Topics;
import io.hsaw.feedback.Database;
import io.hsaw.feedback.LabelRecord;
import io.hsaw.feedback.Ledger;
import io.hsaw.feedback.Policy;
import io.hsaw.feedback.Refusal;
import io.hsaw.feedback.Span;
import io.hsaw.messaging.TopicSetup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;

/** The ledger as a process of its own that kills itself at a moment: broker, database, moment as arguments. */
final class LedgerProcess {

    /** When it dies. */
    enum Death {
        /** Proposals were polled, nothing of them is committed. */
        POLLED,
        /** Labels are committed, none of them is published. */
        COMMITTED,
        /** Labels are published, and not marked as that. */
        PUBLISHED,
        /** Not by itself. */
        NEVER
    }

    private LedgerProcess() {
    }

    /** Starts one with the class path of this process. */
    static Process start(String bootstrap, String database, Death death) throws IOException {
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager", "-cp", System.getProperty("java.class.path"),
                LedgerProcess.class.getName(), bootstrap, database, death.name()).inheritIO().start();
    }

    public static void main(String[] args) {
        run(args[0], new Database(args[1], null, null), Death.valueOf(args[2]));
    }

    /** Reads and publishes until it is closed. */
    static List<Worker> run(String bootstrap, Database database, Death death) {
        Semaphore changed = new Semaphore(0);
        CountDownLatch recorded = new CountDownLatch(1);
        Ledger ledger = new Ledger(database, new Policy(Policy.Kind.MARGIN, 0.2), changed::release);
        Kafka kafka = new Kafka(bootstrap, "ledger");
        List<Worker> workers = List.of(
                new LedgerReading(kafka, new TopicSetup(bootstrap, Topics.learningLoop(), 3, 1), ledger) {
                    @Override
                    void proposals(Span span, List<ConsumerRecord<byte[], byte[]>> records, List<Refusal> refusals) {
                        if (death == Death.POLLED && !records.isEmpty()) {
                            die();
                        }
                        super.proposals(span, records, refusals);
                        if (!records.isEmpty()) {
                            recorded.countDown();
                        }
                    }
                }, new LabelPublishing(kafka, ledger, changed) {
                    @Override
                    void publish(KafkaProducer<byte[], byte[]> producer, List<LabelRecord> records) {
                        if (death == Death.COMMITTED) {
                            die(recorded); // H2 shows a commit a moment before it is on disk
                        }
                        super.publish(producer, records);
                        if (death == Death.PUBLISHED) {
                            die();
                        }
                    }
                });
        workers.forEach(Worker::start);
        return workers;
    }

    private static void die() {
        die(new CountDownLatch(0));
    }

    private static void die(CountDownLatch after) {
        try {
            after.await();
            new ProcessBuilder("kill", "-KILL", String.valueOf(ProcessHandle.current().pid())).start();
            new CountDownLatch(1).await();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
