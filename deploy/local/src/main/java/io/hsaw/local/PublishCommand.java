package io.hsaw.local;

import io.hsaw.contracts.FrameLimits;
import io.hsaw.contracts.Topics;
import io.hsaw.sources.SourceFrame;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hsaw publish}: pictures of a file or folder as the frames of one camera. */
@Command(name = "publish", description = "Publish a picture, a folder or a video as the frames of a camera.")
final class PublishCommand implements Callable<Integer> {

    @Option(names = "--camera", paramLabel = "ID", required = true,
            description = "The camera id, at most " + FrameLimits.MAX_ID_LENGTH + " characters.")
    private String camera;

    @Parameters(paramLabel = "SOURCE", description = "A picture, a folder of pictures and videos, or a video.")
    private Path source;

    @ArgGroup
    private Speed speed;

    @Option(names = "--loop", description = "Begin again at the end, until stopped; needs --fps or --real-time.")
    private boolean loop;

    @Option(names = "--mirrored", description = "The pictures are mirrored, as a selfie camera's preview is.")
    private boolean mirrored;

    @Mixin
    private BrokerOptions broker;

    @Spec
    private CommandSpec spec;

    /** Without it frames are published as fast as the broker takes them. */
    private static final class Speed {
        @Option(names = "--fps", paramLabel = "N", description = "So many frames per second.")
        private Double framesPerSecond;
        @Option(names = "--real-time", description = "As fast as the video was taken; a still stands for a second.")
        private boolean realTime;
    }

    @Override
    public Integer call() throws InterruptedException {
        check();
        try (InputFrames first = open()) {
            // before the wait for the broker: a wrong path is known at once
            if (first.hasNext()) {
                broker.await(List.of(Topics.FRAMES), spec.commandLine().getErr());
                return publish(first);
            }
            return Hsaw.FAILED;
        }
    }

    private InputFrames open() {
        return new InputFrames(List.of(source), message -> spec.commandLine().getErr().println("hsaw: " + message));
    }

    private void check() {
        require(!camera.isBlank() && camera.length() <= FrameLimits.MAX_ID_LENGTH,
                "--camera must have 1 to " + FrameLimits.MAX_ID_LENGTH + " characters");
        require(!loop || speed != null, "--loop needs --fps or --real-time");
        require(speed == null || speed.framesPerSecond == null || speed.framesPerSecond > 0,
                "--fps must be a positive number");
    }

    private void require(boolean condition, String message) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    private int publish(InputFrames first) throws InterruptedException {
        Instant began = Instant.now();
        FramePace pace = speed != null && speed.framesPerSecond != null ? FramePace.fixed(speed.framesPerSecond)
                : FramePace.natural();
        InputFrames frames = first;
        try (FramePublisher publisher = new FramePublisher(broker.bootstrap);
                ProgressLine progress = new ProgressLine("publish " + camera, -1)) {
            long count = 0;
            while (frames.hasNext()) {
                SourceFrame frame = frames.next();
                Instant due = began.plus(pace.due(frame.position()));
                if (speed != null) {
                    LockSupport.parkNanos(Duration.between(Instant.now(), due).toNanos());
                }
                publisher.publish(new FramePublisher.Frame(camera, began.toEpochMilli() + "-" + count, due,
                        frame.contentType(), mirrored, frame.bytes()));
                progress.at(++count);
                if (loop && !frames.hasNext()) {
                    frames = open();
                }
            }
            publisher.flush();
        }
        return frames.unreadable() == 0 ? Hsaw.DONE : Hsaw.FAILED;
    }
}
