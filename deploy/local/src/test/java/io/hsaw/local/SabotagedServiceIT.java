package io.hsaw.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.broker.testing.KafkaForTests;
import io.hsaw.broker.testing.KafkaRecords;
import io.hsaw.contracts.Faces;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.RejectionCode;
import io.hsaw.contracts.Topics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged services, one of which a frame takes down or brings to a stop. */
class SabotagedServiceIT {

    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    @Test
    void onlyTheServiceThatStandsStillIsNotLive(@TempDir Path folder) throws Exception {
        UntrainedModel.write(folder);
        try (KafkaForTests kafka = KafkaForTests.start();
                JavaProcess inference = service("hsaw-inference", kafka, "-Dhsaw.inference.model=" + folder);
                JavaProcess splitter = service("half-face-splitter", kafka, "-Dhsaw.test.stall=stall");
                JavaProcess detector = service("face-detector", kafka)) {
            Management before = Management.of(detector);
            Management stalled = Management.of(splitter);
            Management behind = Management.of(inference);
            KafkaRecords.publish(kafka.bootstrapServers(), List.of(frame("good", "grace_hopper.jpg")));
            ConsumerRecord<byte[], byte[]> reply = KafkaRecords.read(kafka.bootstrapServers(), Topics.EMOTIONS, 1).get(0);
            assertEquals(TRACE, new String(reply.headers().lastHeader("traceparent").value(), UTF_8));
            assertTrue(before.is("ready") && stalled.is("ready") && behind.is("ready"));

            KafkaRecords.publish(kafka.bootstrapServers(), List.of(frame("stall", "grace_hopper.jpg"),
                    frame("after", "grace_hopper.jpg")));
            Management.await(() -> !stalled.is("live"));

            assertTrue(stalled.health().contains("records wait in partition 1"), stalled.health());
            assertTrue(stalled.metrics().contains("hsaw_hop_alive{stage=\"half-face-splitter\"} 0.0"));
            assertTrue(before.is("live") && behind.is("live"), () -> detector.errors() + "\n" + inference.errors());
            splitter.kill();
        }
    }

    @Test
    void aFrameThatTakesTheProcessDownIsAnsweredAndAllBehindItFlows() throws Exception {
        try (KafkaForTests kafka = KafkaForTests.start()) {
            try (JavaProcess first = detector(kafka)) {
                Management.of(first);
                KafkaRecords.publish(kafka.bootstrapServers(), List.of(frame("before", "astronaut.png")));
                KafkaRecords.read(kafka.bootstrapServers(), Topics.FACES, 1);
                KafkaRecords.publish(kafka.bootstrapServers(), List.of(frame("poison", "astronaut.png"),
                        frame("after", "astronaut.png")));
                assertEquals(134, first.exitCode());
            }
            // its first death may have been another record's fault; two more on its own are its own
            for (int death = 0; death < 2; death++) {
                try (JavaProcess again = detector(kafka)) {
                    assertEquals(134, again.exitCode());
                }
            }
            try (JavaProcess last = detector(kafka)) {
                List<Faces> faces = new ArrayList<>();
                for (ConsumerRecord<byte[], byte[]> record
                        : KafkaRecords.read(kafka.bootstrapServers(), Topics.FACES, 3)) {
                    faces.add(RecordCodec.FACES.decode(record.value()));
                }
                assertEquals(List.of("before", "poison", "after"),
                        faces.stream().map(one -> one.frame().frameId()).toList());
                assertEquals(RejectionCode.INTERNAL_ERROR, faces.get(1).frame().rejection().code());
                assertEquals(List.of(1, 0, 1), faces.stream().map(one -> one.faces().size()).toList());
            }
        }
    }

    private static JavaProcess detector(KafkaForTests kafka) throws Exception {
        return service("face-detector", kafka, "-Dhsaw.test.abort=poison");
    }

    private static JavaProcess service(String module, KafkaForTests kafka, String... more) throws Exception {
        List<String> properties = new ArrayList<>(List.of("-Dkafka.bootstrap.servers=" + kafka.bootstrapServers(),
                "-Dquarkus.management.port=0", "-Dhsaw.messaging.stuck-after=5s"));
        properties.addAll(List.of(more));
        return JavaProcess.service(module, properties.toArray(String[]::new));
    }

    private static ProducerRecord<byte[], byte[]> frame(String id, String picture) throws Exception {
        ProducerRecord<byte[], byte[]> frame =
                new ProducerRecord<>(Topics.FRAMES, 1, "door".getBytes(UTF_8), TestPictures.bytes(picture));
        frame.headers().add("ce_id", id.getBytes(UTF_8)).add("traceparent", TRACE.getBytes(UTF_8));
        return frame;
    }
}
