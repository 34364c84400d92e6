package io.hsaw.facedetector.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.contracts.Faces;
import io.hsaw.contracts.FrameLimits;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.RejectionCode;
import io.hsaw.contracts.Topics;
import io.hsaw.messaging.StageResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class FaceDetectorStageTest {

    private static final byte[] NO_PICTURE = "no picture".getBytes(StandardCharsets.UTF_8);

    @Test
    void onlyFramesOlderThanTheLimitAreAnsweredStale() throws Exception {
        try (FaceDetectorStage stage = new FaceDetectorStage(1, Optional.of(Duration.ofMinutes(5)))) {
            long now = System.currentTimeMillis();
            StageResult result = stage.process(List.of(frame(now - 600_000, NO_PICTURE), frame(now, NO_PICTURE)));
            assertEquals(RejectionCode.STALE, rejection(result.outputs().get(0)));
            assertEquals(RejectionCode.UNSUPPORTED_FORMAT, rejection(result.outputs().get(1)));
        }
    }

    @Test
    void withoutALimitNoFrameIsTooOld() throws Exception {
        try (FaceDetectorStage stage = new FaceDetectorStage(1, Optional.empty())) {
            StageResult result = stage.process(List.of(frame(0, NO_PICTURE)));
            assertEquals(RejectionCode.UNSUPPORTED_FORMAT, rejection(result.outputs().get(0)));
        }
    }

    @Test
    void aFrameThatCannotBeWorkedOnIsAnsweredAndKept() throws Exception {
        try (FaceDetectorStage stage = new FaceDetectorStage(1, Optional.empty())) {
            List<ProducerRecord<byte[], byte[]>> outputs =
                    stage.fail(frame(0, NO_PICTURE), new IllegalStateException("broken"));
            assertEquals(RejectionCode.INTERNAL_ERROR, rejection(outputs));
            assertEquals(Topics.DEAD_LETTERS, outputs.get(1).topic());
        }
    }

    @Test
    void aRefusedFrameThatLeavesNoRoomForTheReasonIsKeptWithoutItsBytes() throws Exception {
        try (FaceDetectorStage stage = new FaceDetectorStage(1, Optional.empty())) {
            StageResult result = stage.process(List.of(frame(0, new byte[FrameLimits.MAX_RECORD_BYTES - 500])));
            assertEquals(RejectionCode.TOO_LARGE, rejection(result.outputs().get(0)));
            assertNull(result.outputs().get(0).get(1).value());
            assertTrue(result.outputs().get(0).get(1).headers().toArray().length > 0);
        }
    }

    private static RejectionCode rejection(List<ProducerRecord<byte[], byte[]>> outputs) throws Exception {
        Faces faces = RecordCodec.FACES.decode(outputs.get(0).value());
        return faces.frame().rejection().code();
    }

    private static ConsumerRecord<byte[], byte[]> frame(long timestamp, byte[] value) {
        return new ConsumerRecord<>(Topics.FRAMES, 0, 0, timestamp, TimestampType.LOG_APPEND_TIME, 4, value.length,
                "door".getBytes(StandardCharsets.UTF_8), value, new RecordHeaders(), Optional.empty());
    }
}
