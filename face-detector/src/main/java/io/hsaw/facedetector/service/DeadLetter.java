package io.hsaw.facedetector.service;

import io.hsaw.contracts.CloudEvents;
import io.hsaw.contracts.FrameLimits;
import io.hsaw.contracts.Rejection;
import io.hsaw.contracts.Topics;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/** A refused frame as it was published, with the reason in the headers. */
final class DeadLetter {

    /** More than Kafka adds to a record's key, value and headers. */
    private static final int RECORD_OVERHEAD = 4096;

    private DeadLetter() {
    }

    /** At the frame's partition; without its bytes if with the reason they are more than a record may have. */
    static ProducerRecord<byte[], byte[]> of(ConsumerRecord<byte[], byte[]> frame, Rejection rejection) {
        byte[] code = rejection.code().label().getBytes(StandardCharsets.UTF_8);
        byte[] detail = rejection.detail().getBytes(StandardCharsets.UTF_8);
        long size = RECORD_OVERHEAD + length(frame.key()) + length(frame.value()) + code.length + detail.length;
        for (Header header : frame.headers()) {
            size += header.key().length() + length(header.value());
        }
        byte[] value = size > FrameLimits.MAX_RECORD_BYTES ? null : frame.value();
        ProducerRecord<byte[], byte[]> letter =
                new ProducerRecord<>(Topics.DEAD_LETTERS, frame.partition(), frame.key(), value, frame.headers());
        letter.headers().add(CloudEvents.REJECTION_CODE, code).add(CloudEvents.REJECTION_DETAIL, detail);
        return letter;
    }

    private static int length(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
