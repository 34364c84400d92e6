package io.hsaw.messaging;

import io.hsaw.contracts.CloudEvents;
import io.hsaw.contracts.FrameInfo;
import io.hsaw.contracts.InvalidRecordException;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.Topics;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** Between Kafka's records and the pipeline's. */
public final class StageRecords {

    private StageRecords() {
    }

    /** What a record's key and headers say of its frame; also for a record whose value cannot be read. */
    public static FrameInfo frame(ConsumerRecord<byte[], byte[]> record) {
        return CloudEvents.frame(record.topic(), record.partition(), record.offset(), record.timestamp(), record.key(),
                headers(record));
    }

    /**
     * When the frame that a record is about arrived on topic {@code frames}, in milliseconds since 1970 by the broker's
     * clock: what the stages before say, else the record's own time.
     */
    static long receivedMillis(ConsumerRecord<byte[], byte[]> record) {
        byte[] said = record.topic().equals(Topics.FRAMES) ? null : headers(record).apply(CloudEvents.RECEIVED);
        try {
            return said == null ? record.timestamp() : Long.parseLong(new String(said, StandardCharsets.UTF_8));
        } catch (NumberFormatException e) {
            return record.timestamp();
        }
    }

    /** Puts a header in place of those of its name. */
    static void setHeader(Headers headers, String name, String value) {
        headers.remove(name).add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    /** The value of the last header of a name, or null. */
    public static Function<String, byte[]> headers(ConsumerRecord<byte[], byte[]> record) {
        return name -> {
            Header header = record.headers().lastHeader(name);
            return header == null ? null : header.value();
        };
    }

    /**
     * The record in a Kafka record.
     *
     * @throws InvalidRecordException if it is none of this kind and version; the message names kind and field, and for
     *                                a newer version the remedy
     */
    public static <T> T value(ConsumerRecord<byte[], byte[]> record, RecordCodec<T> codec)
            throws InvalidRecordException {
        return codec.decode(record.value(), headers(record).apply(CloudEvents.TYPE));
    }

    /**
     * The record that a stage writes about a frame, under the camera's name.
     *
     * @param partition of the frame's input record
     * @param frame     for the headers
     * @param stage     the writer's name, for {@code ce_source}
     */
    public static <T> ProducerRecord<byte[], byte[]> output(int partition, String topic, RecordCodec<T> codec, T value,
            FrameInfo frame, String stage) {
        ProducerRecord<byte[], byte[]> output = new ProducerRecord<>(topic, partition,
                frame.cameraId().getBytes(StandardCharsets.UTF_8), codec.encode(value));
        for (Map.Entry<String, String> header : CloudEvents.headers(frame, codec, "/hsaw/" + stage).entrySet()) {
            output.headers().add(header.getKey(), header.getValue().getBytes(StandardCharsets.UTF_8));
        }
        return output;
    }

    /** The frame with the milliseconds from the record's broker time until now, as timing {@code <stage>-wait}. */
    public static FrameInfo waited(FrameInfo frame, ConsumerRecord<byte[], byte[]> record, String stage,
            long nowMillis) {
        return frame.timed(stage + "-wait", Math.max(0, nowMillis - record.timestamp()));
    }
}
