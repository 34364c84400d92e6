package io.hsaw.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hsaw.contracts.CameraSettings;
import io.hsaw.contracts.CloudEvents;
import io.hsaw.contracts.InvalidRecordException;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.Topics;
import io.hsaw.messaging.StageRecords;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hsaw camera}: whether faces of a camera may be kept as samples. */
@Command(name = "camera", description = {
    "Say whether faces that a camera sees may be kept as samples, for people to label. Without such a word none is kept.",
    "Taken back, no more are kept, and those that were are erased. Given again while it holds, with another reason or other",
    "times, it is the same consent: nothing is erased."})
final class CameraCommand implements Callable<Integer> {

    private static final String SOURCE = "hsaw camera";

    @Option(names = "--id", paramLabel = "ID", required = true, description = "The camera.")
    private String id;

    @ArgGroup(multiplicity = "1")
    private Consent consent;

    @Mixin
    private BrokerOptions broker;

    @Spec
    private CommandSpec spec;

    private static final class Consent {
        @Option(names = "--no-capture", required = true, description = "Keep none, and erase those that were kept.")
        private boolean none;
        @ArgGroup(exclusive = false)
        private Given given;
    }

    private static final class Given {
        @Option(names = "--capture", paramLabel = "REASON", required = true,
                description = "Keep faces; the reason is kept with each.")
        private String reason;
        @Option(names = "--every", paramLabel = "TIME", defaultValue = "60s", converter = VerifyDeliveryCommand.Time.class,
                description = "At most one frame's faces in this time, 1s to 24h (default: ${DEFAULT-VALUE}).")
        private Duration every;
        @Option(names = "--keep", paramLabel = "TIME", defaultValue = "30d", converter = VerifyDeliveryCommand.Time.class,
                description = "After which they are erased, 1d to 365d (default: ${DEFAULT-VALUE}).")
        private Duration keep;
    }

    @Override
    public Integer call() throws InterruptedException {
        CameraSettings said = settings();
        broker.await(List.of(Topics.CAMERA_SETTINGS), spec.commandLine().getErr());
        CameraSettings settings = said.after(present());
        RecordCodec<CameraSettings> codec = RecordCodec.CAMERA_SETTINGS;
        try (RecordPublisher publisher = new RecordPublisher(broker.bootstrap)) {
            publisher.publish(Topics.CAMERA_SETTINGS, id, codec.encode(settings), Map.of(
                    CloudEvents.SPEC_VERSION, "1.0", CloudEvents.ID, id + "/" + settings.at(),
                    CloudEvents.TIME, settings.at().toString(), CloudEvents.SOURCE, SOURCE,
                    CloudEvents.TYPE, codec.schema(), CloudEvents.CONTENT_TYPE, codec.contentType()));
            publisher.flush();
        }
        return Hsaw.DONE;
    }

    private CameraSettings settings() {
        Instant at = Instant.now();
        try {
            return new CameraSettings(id, consent.none ? null : new CameraSettings.Capture(consent.given.reason,
                    whole("--every", consent.given.every, Duration.ofSeconds(1)),
                    whole("--keep", consent.given.keep, Duration.ofDays(1)), at), at);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /** What holds for the camera until now; null if nothing does, or nothing that can be read: that allows nothing either. */
    private CameraSettings present() {
        AtomicReference<CameraSettings> newest = new AtomicReference<>();
        LogReader.read(broker.bootstrap, Topics.CAMERA_SETTINGS, record -> {
            if (record.key() != null && id.equals(new String(record.key(), UTF_8))) {
                try {
                    newest.set(record.value() == null ? null : StageRecords.value(record, RecordCodec.CAMERA_SETTINGS));
                } catch (InvalidRecordException e) {
                    newest.set(null);
                }
            }
        }, left -> { });
        return newest.get();
    }

    private static int whole(String option, Duration time, Duration unit) {
        long units = time.dividedBy(unit);
        if (!unit.multipliedBy(units).equals(time) || units > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(option + " must be a multiple of " + unit + ", found " + time);
        }
        return (int) units;
    }
}
