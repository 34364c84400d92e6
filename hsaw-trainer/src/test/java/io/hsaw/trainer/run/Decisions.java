package io.hsaw.trainer.run;

import io.hsaw.contracts.Label;
import io.hsaw.contracts.PseudoLabel;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.Topics;
import io.hsaw.trainer.samples.LoopForTests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** Decides on proposals: every one is accepted, but those of one sample are rejected. To be closed. */
final class Decisions implements AutoCloseable {

    private final Thread thread;
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private volatile boolean closed;

    Decisions(LoopForTests loop, String rejected) {
        thread = new Thread(() -> {
            try {
                decide(loop, rejected);
            } catch (Exception e) {
                failure.set(e);
            }
        }, "decisions");
        thread.start();
    }

    private void decide(LoopForTests loop, String rejected) throws Exception {
        try (KafkaConsumer<byte[], byte[]> reader = loop.clients().reader()) {
            reader.assign(reader.partitionsFor(Topics.PSEUDO_LABELS).stream()
                    .map(of -> new TopicPartition(of.topic(), of.partition())).toList());
            reader.seekToBeginning(reader.assignment());
            while (!closed) {
                List<ProducerRecord<byte[], byte[]>> answers = new ArrayList<>();
                for (ConsumerRecord<byte[], byte[]> record : reader.poll(Duration.ofMillis(100))) {
                    PseudoLabel proposal = RecordCodec.PSEUDO_LABELS.decode(record.value());
                    boolean accept = !proposal.sampleId().equals(rejected);
                    Label answer = Label.answer(proposal, accept ? Label.Decision.ACCEPTED : Label.Decision.REJECTED,
                            accept ? proposal.proposed() : proposal.label(), null, Label.Origin.PSEUDO, null, proposal.at());
                    answers.add(LoopForTests.record(Topics.LABELS, answer.key(), RecordCodec.LABELS, answer));
                }
                loop.publish(answers);
            }
        }
    }

    @Override
    public void close() throws Exception {
        closed = true;
        thread.join();
        if (failure.get() != null) {
            throw failure.get();
        }
    }
}
