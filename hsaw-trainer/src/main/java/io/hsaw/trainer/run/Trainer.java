package io.hsaw.trainer.run;

import io.hsaw.contracts.InvalidRecordException;
import io.hsaw.contracts.ModelRelease;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.Topics;
import io.hsaw.contracts.TrainingCommand;
import io.hsaw.contracts.TrainingProgress;
import io.hsaw.contracts.TrainingProgress.Phase;
import io.hsaw.contracts.TrainingProgress.Problem;
import io.hsaw.messaging.TopicFollower;
import io.hsaw.messaging.TopicMismatchException;
import io.hsaw.messaging.TopicSetup;
import io.hsaw.network.store.ModelStore;
import io.hsaw.network.store.ModelStoreException;
import io.hsaw.trainer.samples.LogClients;
import io.hsaw.trainer.samples.SampleCopy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Does the runs that {@code training-commands} ask for, one after another. Trainers share the topic as a group, one with a
 * run in hand has only its partition ({@link RunAssignor}); a run's offset is committed at its end, so that another trainer
 * begins with the same command where this one dies. Meanwhile the consumer polls on, paused, and stays in the group; if the
 * run's partition goes to another trainer all the same, the run is left to that one.
 */
public final class Trainer implements AutoCloseable {

    /** The consumer group of all trainers. */
    public static final String GROUP = "hsaw-trainer";

    private static final Logger LOG = Logger.getLogger(Trainer.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);
    private static final Duration CLOSE = Duration.ofSeconds(2);
    /** A run that takes longer has the other partitions go to other trainers. */
    private static final long SHORT_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long MOST_SILENCE_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final LogClients clients;
    private final TopicSetup topics;
    private final Run.Tools tools;
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile Task task;
    /** Of the run that was done last, or null. */
    private CancelWatch last;
    private volatile boolean member;
    private volatile String problem = "has not joined its group yet";
    private volatile long beat = System.nanoTime();

    /** A command being carried out. */
    private final class Task {
        private final ConsumerRecord<byte[], byte[]> record;
        private final Run run;
        private final CancelWatch cancels;
        private final Thread worker;
        private final long begun = System.nanoTime();
        private boolean told;
        private volatile boolean over;

        private Task(ConsumerRecord<byte[], byte[]> record, TrainingCommand command) {
            this.record = record;
            run = new Run(command, tools);
            cancels = new CancelWatch(record, clients);
            worker = new Thread(this::work, "run-" + command.runId());
            worker.start();
        }

        private void work() {
            try {
                over = run.call();
            } catch (InterruptedException e) {
                LOG.debug("the run was interrupted", e);
            }
        }

        private TopicPartition partition() {
            return new TopicPartition(record.topic(), record.partition());
        }
    }

    /** @param topics of the learning loop */
    public Trainer(TrainerSettings settings, LogClients clients, TopicSetup topics, SampleCopy samples, ModelStore store) {
        this.clients = clients;
        this.topics = topics;
        tools = new Run.Tools(settings, clients, samples, store, new Announcer(clients));
        thread = new Thread(this::follow, "training-commands");
        thread.setDaemon(true);
    }

    /** Begins to read commands. */
    public void start() {
        thread.start();
    }

    /** Why no commands are read now, for a person; empty if they are. */
    public Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    /** Whether commands are looked for still; if not, a restart of the process is the remedy. */
    public boolean alive() {
        return thread.isAlive() && System.nanoTime() - beat < MOST_SILENCE_NANOS;
    }

    /** What is done now, for a person. */
    public String describe() {
        Task now = task;
        return now == null ? "waits for commands" : now.run.describe();
    }

    /** Whether a run is being done. */
    public boolean busy() {
        return task != null;
    }

    private OptionalInt partitionInHand() {
        Task now = task;
        return now == null ? OptionalInt.empty() : OptionalInt.of(now.record.partition());
    }

    private boolean closed() {
        return closing.getCount() == 0;
    }

    private void follow() {
        String said = null;
        while (!closed()) {
            try {
                session();
            } catch (InterruptedException e) {
                break;
            } catch (TopicMismatchException | KafkaException e) {
                problem = e.getMessage();
                if (!closed() && !String.valueOf(problem).equals(said)) {
                    LOG.warnf("%s is not read now, trying again: %s", Topics.TRAINING_COMMANDS, problem);
                    said = problem;
                }
                await(BETWEEN_TRIES);
            }
        }
        leave();
    }

    private void await(Duration duration) {
        try {
            closing.await(duration.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        beat = System.nanoTime();
    }

    private void session() throws TopicMismatchException, InterruptedException {
        synchronized (topics) {
            topics.ensure();
        }
        KafkaConsumer<byte[], byte[]> consumer = clients.member(GROUP, tools.settings().replica(),
                RunAssignor.settings(this::partitionInHand));
        try {
            consumer.subscribe(List.of(Topics.TRAINING_COMMANDS), new Assignment(consumer));
            while (!closed()) {
                beat = System.nanoTime();
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    take(record, consumer);
                }
                problem = member ? null : problem;
                if (task != null) {
                    watch(consumer);
                }
            }
        } finally {
            member = false;
            consumer.close(CloseOptions.timeout(CLOSE));
        }
    }

    /** What comes while a run is done is this run's own command, read again, or comes again after it. */
    private void take(ConsumerRecord<byte[], byte[]> record, KafkaConsumer<byte[], byte[]> consumer)
            throws InterruptedException {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        if (task != null) {
            consumer.seek(partition, record.offset());
            consumer.pause(consumer.assignment());
            return;
        }
        try {
            TrainingCommand command = RecordCodec.TRAINING_COMMANDS.decode(record.value());
            if (command.action() == TrainingCommand.Action.START) {
                consumer.pause(consumer.assignment());
                task = new Task(record, command);
                return;
            }
            cancel(record, command.runId(), consumer);
        } catch (InvalidRecordException e) {
            refuse(record, RunProblem.Code.INVALID_COMMAND, e.getMessage());
        } catch (RunProblem e) {
            refuse(record, e.code(), e.getMessage());
        }
        consumer.commitSync(Map.of(partition, new OffsetAndMetadata(record.offset() + 1)));
    }

    /**
     * A run is known by the command that starts it, whoever does it or did it and wherever it waits. Who does it sees by
     * itself that it is cancelled; of one that failed, what is kept to go on with is removed here.
     */
    private void cancel(ConsumerRecord<byte[], byte[]> record, String runId, KafkaConsumer<byte[], byte[]> consumer)
            throws RunProblem, InterruptedException {
        ConsumerRecord<byte[], byte[]> start = start(runId).orElseThrow(() -> new RunProblem(RunProblem.Code.UNKNOWN_RUN,
                "no command on " + Topics.TRAINING_COMMANDS + " starts a run " + runId + ": see that the run's id is right"));
        TopicPartition partition = new TopicPartition(start.topic(), start.partition());
        OffsetAndMetadata done = consumer.committed(Set.of(partition)).get(partition);
        if (done == null || done.offset() <= start.offset() || last != null && last.saw(record)) {
            return;
        }
        String released = ModelRelease.path(Run.model(starts(start, runId).orElseThrow()));
        try {
            if (tools.store().list().contains(released)) {
                throw new RunProblem(RunProblem.Code.RUN_FINISHED, "run " + runId + " has released " + released
                        + " already: to have another model run, promote that one");
            }
            tools.store().removeRun(runId);
        } catch (ModelStoreException e) {
            throw new RunProblem(RunProblem.Code.STORE_FAILED, e);
        }
        LOG.infof("run %s, which had ended, was cancelled", runId);
        end(runId, Phase.CANCELLED, null);
    }

    /** The newest command that starts a run. */
    private Optional<ConsumerRecord<byte[], byte[]>> start(String runId) {
        ConsumerRecord<byte[], byte[]> start = null;
        try (TopicFollower commands = new TopicFollower(clients.bootstrapServers(), Topics.TRAINING_COMMANDS, clients.client())) {
            while (!commands.atEnd()) {
                for (ConsumerRecord<byte[], byte[]> record : commands.poll(POLL)) {
                    start = starts(record, runId).isPresent() ? record : start;
                }
            }
        }
        return Optional.ofNullable(start);
    }

    private static Optional<TrainingCommand> starts(ConsumerRecord<byte[], byte[]> record, String runId) {
        try {
            return Optional.of(RecordCodec.TRAINING_COMMANDS.decode(record.value())).filter(command ->
                    command.action() == TrainingCommand.Action.START && command.runId().equals(runId));
        } catch (InvalidRecordException e) {
            return Optional.empty(); // answered when it is its turn
        }
    }

    private static String key(ConsumerRecord<byte[], byte[]> record) {
        return record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    }

    private void refuse(ConsumerRecord<byte[], byte[]> record, RunProblem.Code code, String why) throws InterruptedException {
        String runId = key(record);
        LOG.warnf("The record at offset %d of %s-%d is refused: %s", record.offset(), record.topic(), record.partition(), why);
        if (!ModelStore.isName(runId)) {
            return;
        }
        end(runId, Phase.FAILED, new Problem(code.label(), why));
    }

    /** Says what became of a run that is not done here. */
    private void end(String runId, Phase phase, Problem problem) throws InterruptedException {
        tools.announcer().end(new TrainingProgress(TrainingProgress.SCHEMA, runId, phase, 0, 0, 0, 0, null, null, null, 0,
                TrainingProgress.Relabels.NONE, null, tools.settings().replica(), problem, Instant.now()), () -> {
                    beat = System.nanoTime();
                    if (closed()) {
                        throw new KafkaException("the trainer ends, the command is read again");
                    }
                });
    }

    private void watch(KafkaConsumer<byte[], byte[]> consumer) throws InterruptedException {
        Task now = task;
        if (!member) {
            return; // whose the run's partition is will be seen
        }
        if (now.worker.isAlive()) {
            if (!now.told && System.nanoTime() - now.begun > SHORT_NANOS) {
                now.told = true;
                consumer.enforceRebalance("a run is in hand");
            }
            if (now.cancels.sees(now.run.id())) {
                now.run.cancel();
            }
            return;
        }
        now.worker.join();
        now.cancels.close();
        TopicPartition partition = now.partition();
        if (consumer.assignment().contains(partition)) {
            long next = now.over ? now.record.offset() + 1 : now.record.offset();
            if (now.over) {
                consumer.commitSync(Map.of(partition, new OffsetAndMetadata(next)));
                now.run.tidy();
            }
            consumer.seek(partition, next);
        }
        task = null;
        last = now.cancels;
        if (now.told) {
            consumer.enforceRebalance("a run is over");
        }
        consumer.resume(consumer.assignment());
    }

    /** Lets go of the run in hand, with a checkpoint. */
    private void leave() {
        Task now = task;
        if (now != null) {
            now.run.leave();
            try {
                now.worker.join(TimeUnit.MINUTES.toMillis(1));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            now.cancels.close();
        }
    }

    private final class Assignment implements ConsumerRebalanceListener {

        private final KafkaConsumer<byte[], byte[]> consumer;

        private Assignment(KafkaConsumer<byte[], byte[]> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            member = true;
            Task now = task;
            if (now != null) {
                consumer.pause(consumer.assignment());
                if (!consumer.assignment().contains(now.partition())) {
                    LOG.infof("the run is left to another trainer: %s", now.run.describe());
                    now.run.leave();
                }
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            member = false; // until it is known whose they are; they may come back
        }
    }

    @Override
    public void close() throws InterruptedException {
        closing.countDown();
        thread.join(TimeUnit.MINUTES.toMillis(2));
        tools.announcer().close();
    }
}
