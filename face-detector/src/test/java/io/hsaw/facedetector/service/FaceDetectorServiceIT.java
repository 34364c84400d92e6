package io.hsaw.facedetector.service;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.hsaw.broker.testing.KafkaRecords;
import io.hsaw.broker.testing.KafkaTestResource;
import io.hsaw.contracts.CloudEvents;
import io.hsaw.contracts.Faces;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.RejectionCode;
import io.hsaw.contracts.Topics;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(KafkaTestResource.class)
class FaceDetectorServiceIT {

    private static final int PARTITION = 3;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrap;

    @Test
    void everyFrameBecomesOneFacesRecordInOrderAndRefusedOnesAreKept() throws Exception {
        byte[] picture = picture();
        byte[] truncated = Arrays.copyOf(picture, 1000);
        KafkaRecords.publish(bootstrap, List.of(frame("f1", picture), frame("f2", truncated), frame("f3", null),
                frame("f4", picture)));

        List<ConsumerRecord<byte[], byte[]>> written = KafkaRecords.read(bootstrap, Topics.FACES, 4);
        assertEquals(4, written.size());
        for (int i = 0; i < written.size(); i++) {
            assertEquals(PARTITION, written.get(i).partition());
            assertEquals("door", new String(written.get(i).key(), StandardCharsets.UTF_8));
            assertEquals("f" + (i + 1), decode(written.get(i)).frame().frameId());
        }
        Faces first = decode(written.get(0));
        assertEquals(1, first.faces().size());
        assertEquals(512, first.frame().width());
        assertEquals(List.of("face-detector-wait", "face-detector"), List.copyOf(first.frame().timings().keySet()));
        assertEquals(first.faces(), decode(written.get(3)).faces());
        assertEquals(RejectionCode.INVALID_IMAGE, decode(written.get(1)).frame().rejection().code());
        assertEquals(RejectionCode.INVALID_IMAGE, decode(written.get(2)).frame().rejection().code());

        List<ConsumerRecord<byte[], byte[]>> letters = KafkaRecords.read(bootstrap, Topics.DEAD_LETTERS, 2);
        assertEquals(2, letters.size());
        assertArrayEquals(truncated, letters.get(0).value());
        assertNull(letters.get(1).value());
        assertEquals("f2", header(letters.get(0), CloudEvents.ID));
        assertEquals("invalid-image", header(letters.get(0), CloudEvents.REJECTION_CODE));
        assertEquals(decode(written.get(1)).frame().rejection().detail(),
                header(letters.get(0), CloudEvents.REJECTION_DETAIL));
        assertEquals("door", new String(letters.get(0).key(), StandardCharsets.UTF_8));
    }

    private static ProducerRecord<byte[], byte[]> frame(String id, byte[] value) {
        ProducerRecord<byte[], byte[]> frame = new ProducerRecord<>(Topics.FRAMES, PARTITION,
                "door".getBytes(StandardCharsets.UTF_8), value);
        frame.headers().add(CloudEvents.ID, id.getBytes(StandardCharsets.UTF_8));
        return frame;
    }

    private static Faces decode(ConsumerRecord<byte[], byte[]> record) throws Exception {
        return RecordCodec.FACES.decode(record.value());
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    private static byte[] picture() throws Exception {
        try (InputStream in = FaceDetectorServiceIT.class.getResourceAsStream("/pictures/astronaut.png")) {
            return in.readAllBytes();
        }
    }
}
