package io.hsaw.inference.service;

import io.hsaw.contracts.CameraState;
import io.hsaw.contracts.CloudEvents;
import io.hsaw.contracts.EmotionChange;
import io.hsaw.contracts.FrameInfo;
import io.hsaw.contracts.FrameReply;
import io.hsaw.contracts.HalfFaces;
import io.hsaw.contracts.InvalidRecordException;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.RejectionCode;
import io.hsaw.contracts.Topics;
import io.hsaw.inference.CameraTracks;
import io.hsaw.inference.Cameras;
import io.hsaw.inference.FrameStep;
import io.hsaw.inference.ListeningClock;
import io.hsaw.inference.ReplyMaker;
import io.hsaw.messaging.Stage;
import io.hsaw.messaging.StageRecords;
import io.hsaw.messaging.StageResult;
import io.hsaw.network.Prediction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;

/**
 * Stage 3: {@code half-faces} to {@code emotions}, one reply per frame, and {@code emotion-changes}. The faces of all
 * frames of a poll go through the network in one call, and through one model.
 */
final class InferenceStage implements Stage {

    static final String NAME = ReplyMaker.STAGE;

    private static final Logger LOG = Logger.getLogger(InferenceStage.class);

    private final ModelInUse models;
    private final Cameras cameras;
    private final int batch;
    private final ListeningClock clock = new ListeningClock(System::nanoTime);
    private final ReplyMetrics metrics = new ReplyMetrics();

    /** @param batch frames read at a time */
    InferenceStage(ModelInUse models, Cameras cameras, int batch) {
        this.models = models;
        this.cameras = cameras;
        this.batch = batch;
    }

    @Override
    public int batchRecords() {
        return batch;
    }

    @Override
    public StageResult process(List<ConsumerRecord<byte[], byte[]>> batch) throws InterruptedException {
        RunningModel model = models.forBatch();
        long readMillis = System.currentTimeMillis();
        long began = System.nanoTime();
        List<HalfFaces> frames = batch.stream().map(record -> read(record, readMillis)).toList();
        List<List<Prediction>> predictions = model.reader().read(frames);
        Cameras.Draft draft = cameras.draft(clock.now());
        List<List<ProducerRecord<byte[], byte[]>>> outputs = new ArrayList<>(batch.size());
        List<FrameReply> made = new ArrayList<>(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            int partition = batch.get(i).partition();
            FrameInfo frame = frames.get(i).frame();
            CameraTracks before = draft.of(partition, frame.cameraId());
            FrameStep step = model.replies().reply(before, frames.get(i), predictions.get(i),
                    (System.nanoTime() - began) / 1e6);
            draft.put(partition, step.tracks());
            List<ProducerRecord<byte[], byte[]>> written = new ArrayList<>();
            made.add(step.reply());
            written.add(reply(partition, frame, step.reply()));
            step.changes().forEach(change -> written.add(change(partition, change)));
            outputs.add(written);
        }
        List<ProducerRecord<byte[], byte[]>> last = outputs.get(outputs.size() - 1);
        draft.forEachChanged((partition, tracks) -> last.add(state(partition, tracks)));
        return new StageResult(outputs, () -> {
            draft.commit();
            made.forEach(metrics::replied);
            metrics.tracks(cameras.tracks());
        });
    }

    /** Ends the tracks of cameras that are silent; and a model need not wait for frames to take over. */
    @Override
    public StageResult timePassed() {
        models.betweenBatches();
        clock.tick();
        List<Cameras.GivenUp> givenUp = cameras.toGiveUp(clock.now());
        if (givenUp.isEmpty()) {
            return StageResult.NOTHING;
        }
        List<ProducerRecord<byte[], byte[]>> outputs = new ArrayList<>();
        for (Cameras.GivenUp camera : givenUp) {
            camera.changes().forEach(change -> outputs.add(change(camera.partition(), change)));
            outputs.add(new ProducerRecord<>(Topics.CAMERA_STATE, camera.partition(),
                    camera.cameraId().getBytes(StandardCharsets.UTF_8), null));
        }
        return new StageResult(List.of(outputs), () -> {
            cameras.forget(givenUp);
            metrics.tracks(cameras.tracks());
        });
    }

    @Override
    public Optional<String> stateTopic() {
        return Optional.of(Topics.CAMERA_STATE);
    }

    /** A state that cannot be read is named and left: its camera's faces begin new tracks. */
    @Override
    public void restore(ConsumerRecord<byte[], byte[]> state) {
        try {
            CameraState found = StageRecords.value(state, RecordCodec.CAMERA_STATE);
            CameraTracks tracks = CameraTracks.of(found);
            cameras.restore(state.partition(), tracks, clock.now());
            metrics.restored(tracks.tracks().size());
        } catch (InvalidRecordException e) {
            LOG.warnf("The record at offset %d of %s-%d is left out; the faces of its camera begin new tracks: %s",
                    state.offset(), state.topic(), state.partition(), e.getMessage());
        }
    }

    private static HalfFaces read(ConsumerRecord<byte[], byte[]> record, long readMillis) {
        try {
            HalfFaces halfFaces = StageRecords.value(record, RecordCodec.HALF_FACES);
            return new HalfFaces(StageRecords.waited(halfFaces.frame(), record, NAME, readMillis), halfFaces.faces());
        } catch (InvalidRecordException e) {
            LOG.warnf("The record at offset %d of %s-%d is answered internal-error: %s", record.offset(),
                    record.topic(), record.partition(), e.getMessage());
            return refused(record, e);
        }
    }

    private static HalfFaces refused(ConsumerRecord<byte[], byte[]> record, Exception cause) {
        return new HalfFaces(StageRecords.frame(record)
                .rejected(RejectionCode.INTERNAL_ERROR, NAME + ": " + cause.getMessage()), List.of());
    }

    /** The reply alone: the camera's tracks stay as they are. */
    @Override
    public List<ProducerRecord<byte[], byte[]>> fail(ConsumerRecord<byte[], byte[]> record, Exception cause) {
        HalfFaces refused = refused(record, cause);
        FrameReply reply =
                models.current().replies().reply(CameraTracks.unknown(refused.frame().cameraId()), refused, List.of(), 0).reply();
        return List.of(reply(record.partition(), refused.frame(), reply));
    }

    @Override
    public void failed() {
        metrics.failed();
    }

    @Override
    public void partitionsLost(Set<Integer> partitions) {
        cameras.forget(partitions);
        metrics.tracks(cameras.tracks());
    }

    private static ProducerRecord<byte[], byte[]> reply(int partition, FrameInfo frame, FrameReply reply) {
        return StageRecords.output(partition, Topics.EMOTIONS, RecordCodec.EMOTIONS, reply, frame, NAME);
    }

    private static ProducerRecord<byte[], byte[]> state(int partition, CameraTracks tracks) {
        ProducerRecord<byte[], byte[]> output = new ProducerRecord<>(Topics.CAMERA_STATE, partition,
                tracks.cameraId().getBytes(StandardCharsets.UTF_8), RecordCodec.CAMERA_STATE.encode(tracks.state()));
        output.headers().add(CloudEvents.TYPE, CameraState.SCHEMA.getBytes(StandardCharsets.UTF_8));
        return output;
    }

    private static ProducerRecord<byte[], byte[]> change(int partition, EmotionChange change) {
        FrameInfo frame = new FrameInfo(change.cameraId(), change.frameId(), change.at(), 0, 0, null, Map.of());
        return StageRecords.output(partition, Topics.EMOTION_CHANGES, RecordCodec.EMOTION_CHANGES, change, frame, NAME);
    }
}
