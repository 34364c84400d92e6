package io.hsaw.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hsaw.contracts.FrameReply;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.Topics;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code hsaw analyze}: files through the whole pipeline, on a broker of its own. Each still is a camera of its own, so
 * that no face is followed from one to the next; a video is one camera.
 */
@Command(name = "analyze",
        description = "Read pictures, folders and videos; one JSON reply per frame on standard output, in their order.")
final class AnalyzeCommand implements Callable<Integer> {

    /** Frames that are published and not yet answered: enough for full batches, few enough for little memory. */
    private static final int MAX_OPEN = 64;

    @Parameters(paramLabel = "PATH", arity = "1..*", description = "A picture, a folder or a video.")
    private List<Path> paths;

    @Mixin
    private ModelOptions model;

    @Mixin
    private DeliveryOption delivery;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        try (LocalBroker broker = LocalBroker.temporary()) {
            try (Services services = Services.start(broker.bootstrap(), ServiceSettings.withoutPort(model, delivery.promise));
                    InputFrames frames = new InputFrames(paths, message -> {
                        err.println("hsaw: " + message);
                        err.flush();
                    })) {
                return analyze(broker.bootstrap(), frames, services);
            }
        }
    }

    private int analyze(String bootstrap, InputFrames frames, Services services) throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        InputCameras cameras = new InputCameras(Instant.now());
        ReplyOrder order = new ReplyOrder();
        try (FramePublisher publisher = new FramePublisher(bootstrap);
                TopicReader<FrameReply> replies = new TopicReader<>(bootstrap, Topics.EMOTIONS, RecordCodec.EMOTIONS,
                        true, warning -> {
                            throw new IllegalStateException(warning);
                        });
                ProgressLine progress = new ProgressLine("analyze", -1)) {
            long done = 0;
            while (true) {
                while (order.open() < MAX_OPEN && frames.hasNext()) {
                    FramePublisher.Frame frame = cameras.frame(frames.next());
                    order.published(frame.camera(), frame.id());
                    publisher.publish(frame);
                }
                if (order.open() == 0) {
                    return frames.unreadable() == 0 ? Hsaw.DONE : Hsaw.FAILED;
                }
                services.check();
                for (FrameReply reply : replies.poll()) {
                    for (FrameReply due : order.answered(reply)) {
                        out.println(new String(RecordCodec.EMOTIONS.encode(due), UTF_8));
                        done++;
                    }
                }
                if (out.checkError()) {
                    return Hsaw.DONE;
                }
                progress.at(done);
            }
        }
    }
}
