package io.hsaw.trainer.run;

import io.hsaw.contracts.CloudEvents;
import io.hsaw.contracts.PseudoLabel;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.Topics;
import io.hsaw.contracts.TrainingProgress;
import io.hsaw.trainer.samples.LogClients;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jboss.logging.Logger;

/** Writes what trainers say to its topics. Safe for use by several threads. */
final class Announcer implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Announcer.class);
    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(1);
    private static final String SOURCE = "hsaw-trainer";

    private final KafkaProducer<byte[], byte[]> producer;

    Announcer(LogClients clients) {
        producer = clients.producer();
    }

    /** Asked while something cannot be delivered. */
    interface Patience {
        /** @throws RuntimeException to give up */
        void check();
    }

    /** Says how far a run is; what does not arrive is not missed, another word follows. */
    void progress(TrainingProgress progress) {
        try {
            producer.send(record(Topics.TRAINING_PROGRESS, progress.runId(), RecordCodec.TRAINING_PROGRESS, progress));
        } catch (KafkaException e) {
            LOG.debugf("progress of %s was not published: %s", progress.runId(), e.getMessage());
        }
    }

    /** Says how a run ended, or why a command is not carried out, whatever it takes. */
    void end(TrainingProgress progress, Patience patience) throws InterruptedException {
        deliver(List.of(record(Topics.TRAINING_PROGRESS, progress.runId(), RecordCodec.TRAINING_PROGRESS, progress)), patience);
    }

    /** Publishes proposals, whatever it takes. */
    void propose(List<PseudoLabel> proposals, Patience patience) throws InterruptedException {
        deliver(proposals.stream().map(proposal -> record(Topics.PSEUDO_LABELS, proposal.sampleId(),
                RecordCodec.PSEUDO_LABELS, proposal)).toList(), patience);
    }

    /** Publishes what became of models, whatever it takes. */
    void release(List<ProducerRecord<byte[], byte[]>> records, Patience patience) throws InterruptedException {
        deliver(records, patience);
    }

    /** All of them until they are there: what cannot be delivered is sent again, in order. */
    private void deliver(List<ProducerRecord<byte[], byte[]>> records, Patience patience) throws InterruptedException {
        String said = null;
        while (true) {
            try {
                List<Future<?>> sent = new ArrayList<>(records.size());
                for (ProducerRecord<byte[], byte[]> record : records) {
                    sent.add(producer.send(record));
                }
                for (Future<?> one : sent) {
                    one.get();
                }
                return;
            } catch (ExecutionException | KafkaException e) {
                String why = e instanceof ExecutionException ? e.getCause().toString() : e.toString();
                if (!why.equals(said)) {
                    LOG.warnf("%s cannot be written now, trying again: %s", records.get(0).topic(), why);
                    said = why;
                }
            }
            patience.check();
            TimeUnit.MILLISECONDS.sleep(BETWEEN_TRIES.toMillis());
        }
    }

    private static <T> ProducerRecord<byte[], byte[]> record(String topic, String key, RecordCodec<T> codec, T value) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8),
                codec.encode(value));
        record.headers().add(CloudEvents.TYPE, codec.schema().getBytes(StandardCharsets.UTF_8));
        record.headers().add(CloudEvents.SOURCE, SOURCE.getBytes(StandardCharsets.UTF_8));
        record.headers().add(CloudEvents.CONTENT_TYPE, codec.contentType().getBytes(StandardCharsets.UTF_8));
        return record;
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(2));
    }
}
