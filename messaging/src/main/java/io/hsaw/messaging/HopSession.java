package io.hsaw.messaging;

import io.hsaw.contracts.CloudEvents;
import io.hsaw.contracts.FrameLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jboss.logging.Logger;

/** One life of a hop's two Kafka clients; ends by the first exception. Used by one thread. */
final class HopSession implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(HopSession.class);

    /** Short, so that a hop that is to close does not wait long for an idle poll. */
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration CLOSE = Duration.ofSeconds(2);
    /** So long the group waits for a member that has a batch in hand before it goes on without it. */
    static final Duration REBALANCE = Duration.ofMinutes(3);
    /** Heartbeats go out every second: three missed ones are worth a word. */
    private static final double SILENCE_SECONDS = 3;
    private static final Duration BETWEEN_COMPLAINTS = Duration.ofSeconds(5);
    /** At least what Kafka adds to a record alone in its batch, and to a header. */
    private static final int RECORD_OVERHEAD = 128;
    private static final int HEADER_OVERHEAD = 10;

    private final HopSettings settings;
    private final Stage stage;
    private final HopMetrics metrics;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Metric heartbeatAge;
    private final Assignment assignment = new Assignment();
    /** Where partitions go on behind the ends of transactions that came after the last record committed. */
    private final Map<TopicPartition, OffsetAndMetadata> passed = new HashMap<>();
    private final StateRestore restore;
    private final CrashGuard crashes = new CrashGuard(Stage.MOST_RECORDS);
    private final Set<String> written = new HashSet<>();
    private final Map<String, Integer> partitionCounts = new HashMap<>();
    private boolean topicsChanged;
    private final long began = System.nanoTime();
    private String complaint;
    private long complainedNanos;

    /**
     * Connects. Ends what a predecessor of the same name left open.
     *
     * @throws KafkaException if the broker does not answer or refuses
     */
    HopSession(HopSettings settings, Stage stage, HopMetrics metrics) {
        this.settings = settings;
        this.stage = stage;
        this.metrics = metrics;
        metrics.session();
        this.restore = new StateRestore(settings, stage, commonSettings(settings));
        this.consumer = new KafkaConsumer<>(consumerSettings(settings, stage), new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        KafkaProducer<byte[], byte[]> opened = null;
        try {
            opened = new KafkaProducer<>(producerSettings(settings), new ByteArraySerializer(),
                    new ByteArraySerializer());
            if (settings.delivery() == Delivery.EXACTLY_ONCE) {
                opened.initTransactions();
            }
            this.heartbeatAge = heartbeatAge(consumer);
            consumer.subscribe(List.of(settings.inputTopic()), assignment);
        } catch (RuntimeException e) {
            closeClients(opened, consumer, false);
            throw e;
        }
        this.producer = opened;
    }

    private static Map<String, Object> consumerSettings(HopSettings settings, Stage stage) {
        Map<String, Object> consumer = commonSettings(settings);
        consumer.put(ConsumerConfig.GROUP_ID_CONFIG, settings.name());
        consumer.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, settings.instanceId());
        // the newer protocol left gaps of 8 to 9 s where this one leaves 3
        consumer.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
        consumer.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 6_000);
        consumer.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 1_000);
        consumer.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, (int) REBALANCE.toMillis());
        consumer.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        consumer.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        consumer.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none"); // see poll
        consumer.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, stage.batchRecords());
        // what is fetched ahead is held in memory: two of the largest records, or many usual ones
        consumer.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 2 * FrameLimits.MAX_RECORD_BYTES);
        consumer.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FrameLimits.MAX_RECORD_BYTES / 2);
        consumer.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false); // made by TopicSetup, with their settings
        consumer.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
        return consumer;
    }

    private static Map<String, Object> producerSettings(HopSettings settings) {
        Map<String, Object> producer = commonSettings(settings);
        if (settings.delivery() == Delivery.EXACTLY_ONCE) {
            producer.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, settings.instanceId());
            producer.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 6_000);
        }
        producer.put(ProducerConfig.ACKS_CONFIG, "all");
        producer.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        // Kafka's default of 5 ms a hop is most of a hop's time
        producer.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        producer.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        producer.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, FrameLimits.MAX_RECORD_BYTES);
        producer.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 4L * FrameLimits.MAX_RECORD_BYTES);
        producer.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
        producer.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 10_000);
        return producer;
    }

    private static Map<String, Object> commonSettings(HopSettings settings) {
        Map<String, Object> common = new HashMap<>();
        common.put("bootstrap.servers", settings.bootstrapServers());
        common.put("client.id", settings.instanceId());
        common.put("request.timeout.ms", 8_000);
        common.put("reconnect.backoff.max.ms", 500);
        common.put("metadata.max.age.ms", 10_000); // so soon is a topic missed that was deleted or changed
        return common;
    }

    private static Metric heartbeatAge(KafkaConsumer<?, ?> consumer) {
        return consumer.metrics().entrySet().stream()
                .filter(metric -> metric.getKey().name().equals("last-heartbeat-seconds-ago"))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the Kafka client has no heartbeat metric"));
    }

    /**
     * Polls once.
     *
     * @return what is to be {@linkplain #seeThrough seen through} next, perhaps nothing
     * @throws KafkaException if Kafka refuses: then this session is over
     */
    ConsumerRecords<byte[], byte[]> read() {
        requireSamePartitions();
        ConsumerRecords<byte[], byte[]> records = poll();
        passed.putAll(records.nextOffsets());
        return records;
    }

    /**
     * Sees what was read through to its commit, and does what else is due between two polls.
     *
     * @throws KafkaException if it could not be delivered: then this session is over
     */
    void seeThrough(ConsumerRecords<byte[], byte[]> records) throws InterruptedException {
        ConsumerGroupMetadata member = consumer.groupMetadata();
        if (!records.isEmpty()) {
            handle(records, member);
        } else if (assignment.joined && records.nextOffsets().isEmpty()) {
            commitPassed();
        }
        if (assignment.joined) {
            consumer.resume(inputs(restore.advance(consumer)));
            if (records.count() < stage.batchRecords() && silenceSeconds(System.nanoTime()) < SILENCE_SECONDS) {
                letTimePass(member);
            }
        }
    }

    private void handle(ConsumerRecords<byte[], byte[]> records, ConsumerGroupMetadata member)
            throws InterruptedException {
        List<ConsumerRecord<byte[], byte[]>> batch = new ArrayList<>(records.count());
        records.forEach(batch::add);
        lookAtNew(records);
        if (records.partitions().stream().anyMatch(crashes::suspects)) {
            for (ConsumerRecord<byte[], byte[]> record : batch) {
                handleCarefully(record, member);
            }
            return;
        }
        Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
        records.nextOffsets().forEach((partition, offset) -> next.put(partition,
                new OffsetAndMetadata(offset.offset(), offset.leaderEpoch(), CrashGuard.working())));
        try {
            handle(batch, next, member);
            passed.keySet().removeAll(records.partitions());
        } catch (WorkFailedException e) {
            LOG.warnf("%s: a batch of %d records failed (%s); doing it again record by record.", settings.name(),
                    batch.size(), e.reason());
            for (ConsumerRecord<byte[], byte[]> record : batch) {
                handleAlone(record, member);
            }
        }
    }

    /**
     * With nothing left to read, the ends of transactions passed since the last record are committed too: else an idle
     * topic would look as if a record waited there.
     */
    private void commitPassed() {
        if (passed.isEmpty()) {
            return;
        }
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(passed.keySet());
        Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
        passed.forEach((partition, offset) -> next.put(partition, new OffsetAndMetadata(offset.offset(),
                offset.leaderEpoch(), committed.get(partition) == null ? CrashGuard.STOPPED
                        : committed.get(partition).metadata())));
        consumer.commitSync(next);
        passed.clear();
    }

    /** By what the clients know of them anyway; else a topic that is gone would be one that is silent. */
    private void requireSamePartitions() {
        requireSamePartitions(settings.inputTopic(), consumer.partitionsFor(settings.inputTopic()).size());
        for (String topic : written) {
            requireSamePartitions(topic, writtenPartitions(topic));
        }
    }

    private int writtenPartitions(String topic) {
        try {
            return producer.partitionsFor(topic).size();
        } catch (TimeoutException gone) { // while Kafka is away, what was known of the topic is still known
            return 0;
        }
    }

    private void requireSamePartitions(String topic, int found) {
        int before = partitionCounts.computeIfAbsent(topic, first -> found);
        if (found != before) {
            topicsChanged = true;
            throw new KafkaException("topic " + topic + " had " + before + " partitions and now has " + found
                    + (found == 0 ? ": it was deleted while in use and is made anew" : ""));
        }
    }

    private void letTimePass(ConsumerGroupMetadata member) throws InterruptedException {
        StageResult result = stage.timePassed();
        List<ProducerRecord<byte[], byte[]>> outputs = result.outputs().stream().flatMap(List::stream).toList();
        if (outputs.isEmpty()) {
            return;
        }
        // as they are, marks included: written again, they are refused to who no longer reads these partitions
        Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>(consumer.committed(
                inputs(outputs.stream().map(ProducerRecord::partition).collect(Collectors.toSet()))));
        positions.replaceAll((partition, committed) -> committed != null ? committed
                : new OffsetAndMetadata(consumer.position(partition), CrashGuard.STOPPED));
        try {
            if (settings.delivery() == Delivery.AT_LEAST_ONCE) {
                consumer.commitSync(positions); // first: without a transaction this alone finds out
            }
            deliver(outputs, positions, member);
        } catch (WorkFailedException tooLarge) {
            throw new KafkaException("what the passing of time brought was refused", tooLarge.reason());
        }
        result.onCommit().run();
    }

    private Set<TopicPartition> inputs(Set<Integer> partitions) {
        return partitions.stream().map(partition -> new TopicPartition(settings.inputTopic(), partition))
                .collect(Collectors.toSet());
    }

    /** What has come. A partition without a place to go on from begins at its oldest record; a gap is told. */
    private ConsumerRecords<byte[], byte[]> poll() {
        try {
            return consumer.poll(assignment.joined && !restore.pending().isEmpty() ? Duration.ZERO : POLL);
        } catch (NoOffsetForPartitionException e) {
            consumer.seekToBeginning(e.partitions());
        } catch (OffsetOutOfRangeException e) {
            Map<TopicPartition, Long> wanted = e.offsetOutOfRangePartitions();
            consumer.beginningOffsets(wanted.keySet()).forEach((partition, oldest) -> {
                long gap = oldest - wanted.get(partition);
                metrics.expired(Math.max(0, gap));
                LOG.warnf("%s: %s; going on with the oldest record of %s that is there, at offset %d.",
                        settings.name(), gap > 0 ? "expired: " + gap + " records were deleted before they were read"
                                + " and get no answer" : "the records read last are gone, the topic was made anew",
                        partition, oldest);
                consumer.seek(partition, oldest);
            });
        }
        return ConsumerRecords.empty();
    }

    /** How partitions that are read for the first time were left; from now on this process's mark is on them. */
    private void lookAtNew(ConsumerRecords<byte[], byte[]> records) {
        Set<TopicPartition> unknown = records.partitions().stream()
                .filter(partition -> !crashes.knows(partition)).collect(Collectors.toSet());
        if (unknown.isEmpty()) {
            return;
        }
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(unknown);
        Map<TopicPartition, OffsetAndMetadata> marks = new HashMap<>();
        for (TopicPartition partition : unknown) {
            crashes.learn(partition, committed.get(partition));
            if (!crashes.suspects(partition)) {
                marks.put(partition, at(records.records(partition).get(0), CrashGuard.working()));
            }
        }
        consumer.commitSync(marks);
    }

    private static OffsetAndMetadata at(ConsumerRecord<byte[], byte[]> record, String mark) {
        return new OffsetAndMetadata(record.offset(), record.leaderEpoch(), mark);
    }

    private void handleCarefully(ConsumerRecord<byte[], byte[]> record, ConsumerGroupMetadata member)
            throws InterruptedException {
        TopicPartition partition = partition(record);
        int deaths = crashes.deaths(partition, record);
        if (deaths >= CrashGuard.MOST_DEATHS) {
            Exception reason = new IllegalStateException("it has taken the process down " + deaths + " times");
            logFailed(record, reason);
            fail(record, reason, member);
        } else {
            if (crashes.suspects(partition)) {
                consumer.commitSync(Map.of(partition, at(record, CrashGuard.beginning(deaths))));
            }
            handleAlone(record, member);
        }
        crashes.done(partition);
    }

    private void handleAlone(ConsumerRecord<byte[], byte[]> record, ConsumerGroupMetadata member)
            throws InterruptedException {
        try {
            handle(List.of(record), after(record), member);
        } catch (WorkFailedException e) {
            logFailed(record, e.reason());
            fail(record, e.reason(), member);
        }
    }

    private void fail(ConsumerRecord<byte[], byte[]> record, Exception reason, ConsumerGroupMetadata member)
            throws InterruptedException {
        List<ConsumerRecord<byte[], byte[]>> batch = List.of(record);
        HopMetrics.Batch measured = metrics.read(batch);
        try (FrameSpans spans = new FrameSpans(settings.name(), batch)) {
            List<ProducerRecord<byte[], byte[]>> outputs = stage.fail(record, reason);
            passOn(batch, List.of(outputs), spans);
            measured.worked();
            answer(outputs, after(record), member);
            measured.committed();
            stage.failed();
        }
    }

    /** What every record about a frame carries, whatever stage made it. */
    private static void passOn(List<ConsumerRecord<byte[], byte[]>> batch,
            List<List<ProducerRecord<byte[], byte[]>>> outputs, FrameSpans spans) {
        for (int i = 0; i < batch.size(); i++) {
            String received = String.valueOf(StageRecords.receivedMillis(batch.get(i)));
            outputs.get(i).forEach(output -> StageRecords.setHeader(output.headers(), CloudEvents.RECEIVED, received));
            spans.passOn(i, outputs.get(i));
        }
    }

    private static TopicPartition partition(ConsumerRecord<byte[], byte[]> record) {
        return new TopicPartition(record.topic(), record.partition());
    }

    private static Map<TopicPartition, OffsetAndMetadata> after(ConsumerRecord<byte[], byte[]> record) {
        return Map.of(partition(record),
                new OffsetAndMetadata(record.offset() + 1, record.leaderEpoch(), CrashGuard.working()));
    }

    private void logFailed(ConsumerRecord<byte[], byte[]> record, Exception reason) {
        LOG.errorf("%s: record %s-%d at offset %d cannot be worked on (%s) and is answered so. Its stack trace is"
                + " logged at level DEBUG of %s.", settings.name(), record.topic(), record.partition(),
                record.offset(), reason, HopSession.class.getName());
        LOG.debugf(reason, "%s: record %s-%d at offset %d", settings.name(), record.topic(), record.partition(),
                record.offset());
    }

    private void answer(List<ProducerRecord<byte[], byte[]>> outputs, Map<TopicPartition, OffsetAndMetadata> next,
            ConsumerGroupMetadata member) throws InterruptedException {
        try {
            deliver(outputs, next, member);
        } catch (WorkFailedException tooLarge) {
            if (outputs.size() == 1) {
                throw new KafkaException("the reply to a failed record was refused too", tooLarge.reason());
            }
            answer(outputs.subList(0, 1), next, member);
        }
    }

    private void handle(List<ConsumerRecord<byte[], byte[]>> batch, Map<TopicPartition, OffsetAndMetadata> next,
            ConsumerGroupMetadata member) throws WorkFailedException, InterruptedException {
        HopMetrics.Batch measured = metrics.read(batch);
        try (FrameSpans spans = new FrameSpans(settings.name(), batch)) {
            StageResult result = work(batch);
            passOn(batch, result.outputs(), spans);
            measured.worked();
            deliver(result.outputs().stream().flatMap(List::stream).toList(), next, member);
            measured.committed();
            spans.committed();
            result.onCommit().run();
        }
    }

    private StageResult work(List<ConsumerRecord<byte[], byte[]>> batch)
            throws WorkFailedException, InterruptedException {
        StageResult result;
        try {
            result = stage.process(batch);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception | VirtualMachineError | LinkageError | AssertionError e) {
            throw new WorkFailedException(e instanceof ExecutionException x ? x.getCause() : e);
        }
        if (result.outputs().size() != batch.size()) {
            throw new WorkFailedException(new IllegalStateException("the stage made outputs for "
                    + result.outputs().size() + " of " + batch.size() + " records"));
        }
        return result;
    }

    /** Writes outputs and offsets together, or, at least once, one after the other. */
    private void deliver(List<ProducerRecord<byte[], byte[]>> outputs, Map<TopicPartition, OffsetAndMetadata> next,
            ConsumerGroupMetadata member) throws WorkFailedException, InterruptedException {
        for (ProducerRecord<byte[], byte[]> output : outputs) {
            requireNotTooLarge(output);
        }
        try {
            switch (settings.delivery()) {
                case EXACTLY_ONCE -> deliverOnce(outputs, next, member);
                case AT_LEAST_ONCE -> deliverAtLeastOnce(outputs, next);
            }
        } catch (KafkaException e) {
            RecordTooLargeException tooLarge = tooLarge(e);
            if (tooLarge == null) {
                throw e;
            }
            if (settings.delivery() == Delivery.EXACTLY_ONCE) {
                producer.abortTransaction();
            }
            throw new WorkFailedException(tooLarge);
        }
    }

    private void deliverOnce(List<ProducerRecord<byte[], byte[]>> outputs,
            Map<TopicPartition, OffsetAndMetadata> next, ConsumerGroupMetadata member) throws InterruptedException {
        producer.beginTransaction();
        try {
            send(outputs);
            producer.sendOffsetsToTransaction(next, member);
            producer.commitTransaction(); // also throws what went wrong with the sends
        } catch (KafkaException e) {
            metrics.aborted();
            throw e;
        }
    }

    private void deliverAtLeastOnce(List<ProducerRecord<byte[], byte[]>> outputs,
            Map<TopicPartition, OffsetAndMetadata> next) throws InterruptedException {
        List<Future<RecordMetadata>> sent = send(outputs);
        producer.flush();
        for (Future<RecordMetadata> write : sent) {
            requireWritten(write);
        }
        consumer.commitSync(next);
    }

    private List<Future<RecordMetadata>> send(List<ProducerRecord<byte[], byte[]>> outputs)
            throws InterruptedException {
        List<Future<RecordMetadata>> sent = new ArrayList<>(outputs.size());
        for (ProducerRecord<byte[], byte[]> output : outputs) {
            Future<RecordMetadata> write = producer.send(output);
            if (write.isDone()) {
                requireWritten(write); // a broker that is away would make each of the others wait as long
            }
            sent.add(write);
            written.add(output.topic());
        }
        return sent;
    }

    private static void requireWritten(Future<RecordMetadata> write) throws InterruptedException {
        try {
            write.get();
        } catch (ExecutionException e) {
            throw new KafkaException(e.getCause());
        }
    }

    /** Seen before anything is sent, so that nothing of the batch is out by then. */
    private static void requireNotTooLarge(ProducerRecord<byte[], byte[]> output) throws WorkFailedException {
        long size = RECORD_OVERHEAD + length(output.key()) + length(output.value());
        for (Header header : output.headers()) {
            size += HEADER_OVERHEAD + header.key().length() + length(header.value());
        }
        if (size > FrameLimits.MAX_RECORD_BYTES) {
            throw new WorkFailedException(new RecordTooLargeException("a record for topic " + output.topic() + " has "
                    + size + " bytes, more than " + FrameLimits.MAX_RECORD_BYTES));
        }
    }

    private static int length(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    /** What was refused and would be refused again, or null. */
    private static RecordTooLargeException tooLarge(Throwable e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof RecordTooLargeException refused) {
                return refused;
            }
        }
        return null;
    }

    /** Whether the group has not given it a place yet, though Kafka answers. */
    boolean joining() {
        return !assignment.joined;
    }

    /** The partitions of its topic that it reads; not those whose state is still to be read back. */
    Set<Integer> partitions() {
        Set<Integer> pending = restore.pending();
        return consumer.assignment().stream().map(TopicPartition::partition)
                .filter(partition -> !pending.contains(partition)).collect(Collectors.toSet());
    }

    /** Why nothing is being read now, if so; logged every few seconds while it lasts. */
    Optional<String> complaint() {
        long time = System.nanoTime();
        boolean silent = assignment.joined && silenceSeconds(time) >= SILENCE_SECONDS;
        String now = null;
        if (silent) {
            now = "Kafka at " + settings.bootstrapServers() + " does not answer; waiting for it";
        } else if (!assignment.joined) {
            now = "waiting for a place in its group at Kafka at " + settings.bootstrapServers();
        }
        if (now == null) {
            if (complaint != null && complainedNanos != 0) {
                LOG.infof("%s: Kafka at %s answers again.", settings.name(), settings.bootstrapServers());
            }
            complainedNanos = 0;
        } else if (time - Math.max(began, complainedNanos) > BETWEEN_COMPLAINTS.toNanos()
                || silent && complainedNanos == 0) {
            LOG.warnf("%s: %s.", settings.name(), now);
            complainedNanos = time;
        }
        complaint = now;
        return Optional.ofNullable(now);
    }

    /** What is being read back of partitions that are not read yet, if any. */
    Optional<String> restoring() {
        return restore.pending().isEmpty() ? Optional.empty() : Optional.of(restore.waiting());
    }

    /** Since the group was joined or, later than that, a heartbeat was sent. */
    private double silenceSeconds(long nanoTime) {
        double sinceJoined = (nanoTime - assignment.joinedNanos) / 1e9;
        double sinceHeartbeat = ((Number) heartbeatAge.metricValue()).doubleValue();
        return sinceHeartbeat < 0 ? sinceJoined : Math.min(sinceJoined, sinceHeartbeat);
    }

    /** To be called between two steps when the hop stops in order: nothing is in hand. */
    void stopped() {
        Map<TopicPartition, OffsetAndMetadata> marks = new HashMap<>();
        for (TopicPartition partition : consumer.assignment()) {
            if (crashes.knows(partition)) {
                marks.put(partition, new OffsetAndMetadata(consumer.position(partition), CrashGuard.STOPPED));
            }
        }
        try {
            consumer.commitSync(marks, CLOSE);
        } catch (KafkaException e) {
            LOG.debugf(e, "%s: the next start will go on record by record at first", settings.name());
        }
    }

    @Override
    public void close() {
        try {
            closeClients(producer, consumer, topicsChanged);
        } finally {
            assignment.loseAll();
            restore.close();
        }
    }

    /**
     * A member stays in its group for as long as a restart may take; it leaves if the partitions have changed, as it
     * would be given back those of before, which may be none.
     */
    private static void closeClients(KafkaProducer<?, ?> producer, KafkaConsumer<?, ?> consumer, boolean leave) {
        try {
            if (producer != null) {
                producer.close(CLOSE); // aborts what is open
            }
        } finally {
            consumer.close(CloseOptions.timeout(CLOSE).withGroupMembershipOperation(leave
                    ? CloseOptions.GroupMembershipOperation.LEAVE_GROUP
                    : CloseOptions.GroupMembershipOperation.DEFAULT));
        }
    }

    /** The partitions whose records this session may remember. */
    private final class Assignment implements ConsumerRebalanceListener {

        private final Set<TopicPartition> remembered = new HashSet<>();
        private boolean joined;
        private long joinedNanos;
        private int generation;

        /**
         * A rebalance first takes all partitions and then mostly gives the same ones back. Who gets one back in the
         * next generation of the group had it without a break, so only what is not given back is lost.
         */
        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            passed.clear();
            joined = false;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            joined = true;
            joinedNanos = System.nanoTime();
            if (missedOne()) {
                loseAll();
            }
            lose(remembered.stream().filter(partition -> !partitions.contains(partition)).toList());
            restore.begin(numbers(partitions.stream().filter(remembered::add).toList()));
            consumer.pause(inputs(restore.pending()));
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            passed.clear();
            joined = false;
            lose(List.copyOf(remembered));
        }

        /**
         * Whether the group had a generation of which this member was never told, as when it stood still between
         * joining and hearing what it got: another one may have had its partitions then, and Kafka's client calls
         * nothing lost that was revoked before.
         */
        private boolean missedOne() {
            int before = generation;
            generation = consumer.groupMetadata().generationId();
            return generation != before && generation != before + 1;
        }

        void loseAll() {
            lose(List.copyOf(remembered));
        }

        private void lose(List<TopicPartition> partitions) {
            if (!partitions.isEmpty()) {
                partitions.forEach(remembered::remove);
                partitions.forEach(crashes::forget);
                restore.forget(numbers(partitions));
                stage.partitionsLost(numbers(partitions));
            }
        }

        private static Set<Integer> numbers(Collection<TopicPartition> partitions) {
            return partitions.stream().map(TopicPartition::partition).collect(Collectors.toSet());
        }
    }
}
