package io.hsaw.halffacesplitter.service;

import io.hsaw.contracts.FaceCrop;
import io.hsaw.contracts.Faces;
import io.hsaw.contracts.FrameInfo;
import io.hsaw.contracts.HalfFaces;
import io.hsaw.contracts.InvalidRecordException;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.RejectionCode;
import io.hsaw.contracts.SplitFace;
import io.hsaw.contracts.Topics;
import io.hsaw.halffacesplitter.HalfFaceSplitter;
import io.hsaw.messaging.FrameWorkers;
import io.hsaw.messaging.Stage;
import io.hsaw.messaging.StageRecords;
import io.hsaw.messaging.StageResult;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;

/** Stage 2: {@code faces} to {@code half-faces}, one record per frame; refused frames pass through. */
final class HalfFaceSplitterStage implements Stage, AutoCloseable {

    static final String NAME = "half-face-splitter";

    private static final Logger LOG = Logger.getLogger(HalfFaceSplitterStage.class);

    private final FrameWorkers workers;

    /** @param threads frames worked on at a time */
    HalfFaceSplitterStage(int threads) {
        this.workers = new FrameWorkers(NAME, threads);
    }

    @Override
    public StageResult process(List<ConsumerRecord<byte[], byte[]>> batch) throws Exception {
        long readMillis = System.currentTimeMillis();
        return new StageResult(workers.map(batch, record -> split(record, readMillis)));
    }

    private static List<ProducerRecord<byte[], byte[]>> split(ConsumerRecord<byte[], byte[]> record, long readMillis) {
        long began = System.nanoTime();
        Faces faces;
        try {
            faces = StageRecords.value(record, RecordCodec.FACES);
        } catch (InvalidRecordException e) {
            return refused(record, e);
        }
        List<SplitFace> halves = faces.faces().stream().map(HalfFaceSplitterStage::split).toList();
        FrameInfo frame = StageRecords.waited(faces.frame(), record, NAME, readMillis)
                .timed(NAME, (System.nanoTime() - began) / 1e6);
        return output(record, new HalfFaces(frame, halves));
    }

    private static SplitFace split(FaceCrop face) {
        return new SplitFace(face.face(), HalfFaceSplitter.split(face.crop(), face.cropPoints()));
    }

    @Override
    public List<ProducerRecord<byte[], byte[]>> fail(ConsumerRecord<byte[], byte[]> record, Exception cause) {
        return refused(record, cause);
    }

    private static List<ProducerRecord<byte[], byte[]>> refused(ConsumerRecord<byte[], byte[]> record,
            Exception cause) {
        LOG.warnf("The record at offset %d of %s-%d is answered internal-error: %s", record.offset(), record.topic(),
                record.partition(), cause.getMessage());
        FrameInfo frame = StageRecords.frame(record)
                .rejected(RejectionCode.INTERNAL_ERROR, NAME + ": " + cause.getMessage());
        return output(record, new HalfFaces(frame, List.of()));
    }

    private static List<ProducerRecord<byte[], byte[]>> output(ConsumerRecord<byte[], byte[]> record,
            HalfFaces halfFaces) {
        return List.of(StageRecords.output(record.partition(), Topics.HALF_FACES, RecordCodec.HALF_FACES, halfFaces,
                halfFaces.frame(), NAME));
    }

    @Override
    public void close() {
        workers.close();
    }
}
