package io.hsaw.feedback.service;

import io.hsaw.broker.testing.KafkaRecords;
import io.hsaw.contracts.Expression;
import io.hsaw.contracts.Label;
import io.hsaw.contracts.LabeledFrame;
import io.hsaw.contracts.ModelRef;
import io.hsaw.contracts.ModelRelease;
import io.hsaw.contracts.Probabilities;
import io.hsaw.contracts.PseudoLabel;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.Topics;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** The topics around the ledger as its neighbours use them: publishers of samples, training runs, readers of labels. */
final class Feedback {

    /** One pixel. */
    static final byte[] PICTURE = Base64.getDecoder().decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgAB"
            + "SK+kcQAAAABJRU5ErkJggg==");

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final long BETWEEN_LOOKS_NANOS = 20_000_000;

    private final String bootstrap;

    Feedback(String bootstrap) {
        this.bootstrap = bootstrap;
    }

    /** Looks until there is something. */
    static <T> T await(Callable<T> look) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            T found = look.call();
            if (found != null) {
                return found;
            }
            LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
        }
        throw new IllegalStateException("it did not come about in " + PATIENCE);
    }

    /** Publishes samples of data set faces with label anger. */
    void samples(String... ids) throws Exception {
        KafkaRecords.publish(bootstrap, Stream.of(ids).map(Feedback::sample).toList());
    }

    static ProducerRecord<byte[], byte[]> sample(String id) {
        return sample(id, id);
    }

    /** Headers of one sample under the key of another. */
    static ProducerRecord<byte[], byte[]> sample(String key, String id) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(Topics.LABELED_FRAMES, bytes(key), PICTURE);
        new LabeledFrame(id, "faces", Expression.ANGER, null, true, null, null).headers("a test", Instant.EPOCH, "image/png")
                .forEach((name, value) -> record.headers().add(name, bytes(value)));
        return record;
    }

    void erase(String id) throws Exception {
        KafkaRecords.publish(bootstrap, List.of(new ProducerRecord<>(Topics.LABELED_FRAMES, bytes(id), null)));
    }

    PseudoLabel proposal(String run, int epoch, String sample, Expression proposed) {
        double[] p = new double[Expression.COUNT];
        p[Expression.ANGER.ordinal()] = 0.25;
        p[Expression.NEUTRAL.ordinal()] = 0.25;
        p[proposed.ordinal()] = 0.5;
        Probabilities fused = Probabilities.of(p);
        return new PseudoLabel(run, epoch, sample, new ModelRef("hsaw", run), Expression.ANGER, proposed, fused, fused, fused,
                0.5, 0.5, Instant.parse("2026-01-02T03:04:05.678Z"));
    }

    void propose(PseudoLabel... proposals) throws Exception {
        KafkaRecords.publish(bootstrap, Stream.of(proposals).map(proposal -> new ProducerRecord<>(Topics.PSEUDO_LABELS,
                bytes(proposal.sampleId()), RecordCodec.PSEUDO_LABELS.encode(proposal))).toList());
    }

    void promote(String run) throws Exception {
        ModelRelease release = new ModelRelease(new ModelRef("hsaw", run), ModelRelease.Role.CHAMPION, "0".repeat(64), run,
                null, "run", null, Instant.EPOCH);
        KafkaRecords.publish(bootstrap, List.of(new ProducerRecord<>(Topics.MODEL_RELEASES,
                bytes(ModelRelease.CHAMPION_KEY), RecordCodec.MODEL_RELEASES.encode(release))));
    }

    /** What stands on the topic, by key. */
    Map<String, Label> labels() throws Exception {
        Map<String, Label> labels = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : KafkaRecords.readAll(bootstrap, Topics.LABELS)) {
            String key = new String(record.key(), StandardCharsets.UTF_8);
            if (record.value() == null) {
                labels.remove(key);
            } else {
                labels.put(key, RecordCodec.LABELS.decode(record.value()));
            }
        }
        return labels;
    }

    /** All records in the order of their partitions, without the times. */
    List<String> published() {
        List<String> all = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : KafkaRecords.readAll(bootstrap, Topics.LABELS)) {
            all.add(new String(record.key(), StandardCharsets.UTF_8) + " " + (record.value() == null ? null
                    : new String(record.value(), StandardCharsets.UTF_8).replaceAll("\"at\":\"[^\"]*\"", "")));
        }
        return all;
    }

    /** The label under a key, when it comes. */
    Label label(String key) throws Exception {
        return await(() -> labels().get(key));
    }

    /** The whole answer to a request that names another host than it asks. */
    static String raw(URI address, String host) throws IOException {
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            socket.getOutputStream().write(bytes("GET " + address.getPath() + " HTTP/1.1\r\nHost: " + host
                    + "\r\nConnection: close\r\n\r\n"));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
