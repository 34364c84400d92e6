package io.hsaw.halffacesplitter.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.broker.testing.KafkaRecords;
import io.hsaw.broker.testing.KafkaTestResource;
import io.hsaw.contracts.Box;
import io.hsaw.contracts.CloudEvents;
import io.hsaw.contracts.DetectedFace;
import io.hsaw.contracts.FaceCrop;
import io.hsaw.contracts.Faces;
import io.hsaw.contracts.FrameInfo;
import io.hsaw.contracts.HalfFaces;
import io.hsaw.contracts.KeyPoints;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.RejectionCode;
import io.hsaw.contracts.RgbImage;
import io.hsaw.contracts.Topics;
import io.hsaw.halffacesplitter.HalfFaceSplitter;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(KafkaTestResource.class)
class HalfFaceSplitterServiceIT {

    private static final int PARTITION = 2;
    private static final FaceCrop FACE = face();

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrap;

    @Test
    void everyFacesRecordBecomesOneHalfFacesRecordInOrder() throws Exception {
        FrameInfo frame = new FrameInfo("door", "f1", Instant.EPOCH, 640, 480, null, Map.of("face-detector", 5.0));
        FrameInfo refused = new FrameInfo("door", "f3", Instant.EPOCH, 0, 0, null, Map.of())
                .rejected(RejectionCode.INVALID_IMAGE, "truncated");
        ProducerRecord<byte[], byte[]> poison = record("no record at all".getBytes(StandardCharsets.UTF_8));
        poison.headers().add(CloudEvents.ID, "f2".getBytes(StandardCharsets.UTF_8));

        KafkaRecords.publish(bootstrap, List.of(
                record(RecordCodec.FACES.encode(new Faces(frame, List.of(FACE, FACE)))),
                poison,
                record(RecordCodec.FACES.encode(new Faces(refused, List.of())))));
        List<ConsumerRecord<byte[], byte[]>> written = KafkaRecords.read(bootstrap, Topics.HALF_FACES, 3);

        assertEquals(3, written.size());
        written.forEach(record -> {
            assertEquals(PARTITION, record.partition());
            assertEquals("door", new String(record.key(), StandardCharsets.UTF_8));
            assertEquals(HalfFaces.SCHEMA, new String(record.headers().lastHeader(CloudEvents.TYPE).value(),
                    StandardCharsets.UTF_8));
        });

        HalfFaces split = decode(written.get(0));
        assertEquals("f1", split.frame().frameId());
        assertEquals(2, split.faces().size());
        assertEquals(HalfFaceSplitter.split(FACE.crop(), FACE.cropPoints()), split.faces().get(1).halves());
        assertEquals(List.of("face-detector", "half-face-splitter-wait", "half-face-splitter"),
                List.copyOf(split.frame().timings().keySet()));

        HalfFaces answered = decode(written.get(1));
        assertEquals("f2", answered.frame().frameId());
        assertEquals(RejectionCode.INTERNAL_ERROR, answered.frame().rejection().code());
        assertTrue(answered.frame().rejection().detail().contains(Faces.SCHEMA));

        assertEquals(refused.rejection(), decode(written.get(2)).frame().rejection());
    }

    private static HalfFaces decode(ConsumerRecord<byte[], byte[]> record) throws Exception {
        return RecordCodec.HALF_FACES.decode(record.value());
    }

    private static ProducerRecord<byte[], byte[]> record(byte[] value) {
        return new ProducerRecord<>(Topics.FACES, PARTITION, "door".getBytes(StandardCharsets.UTF_8), value);
    }

    private static FaceCrop face() {
        int side = 64;
        byte[] pixels = new byte[3 * side * side];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i * 31);
        }
        KeyPoints points = HalfFaceSplitter.centreLinePoints(side, side);
        return new FaceCrop(new DetectedFace(new Box(10, 10, side, side), points, 0.9, 0, 0),
                new RgbImage(side, side, pixels), points);
    }
}
