package io.hsaw.local;

import io.hsaw.sources.PanZoomSource;
import io.hsaw.sources.SourceFrame;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** A camera made of the pictures that come with hsaw, which publishes until it is closed. */
final class DemoCamera implements AutoCloseable {

    static final String ID = "demo";

    private static final Logger LOG = Logger.getLogger(DemoCamera.class);
    private static final int WIDTH = 640;
    private static final int HEIGHT = 480;
    private static final int FRAMES_PER_SECOND = 5;

    private final String bootstrap;
    private final PanZoomSource source = PanZoomSource.demo(WIDTH, HEIGHT, FRAMES_PER_SECOND);
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "demo camera"));
    private FramePublisher publisher;
    private long number;

    private DemoCamera(String bootstrap) {
        this.bootstrap = bootstrap;
        this.publisher = new FramePublisher(bootstrap);
    }

    /** Begins to publish. */
    static DemoCamera start(String bootstrap) {
        DemoCamera camera = new DemoCamera(bootstrap);
        camera.clock.scheduleAtFixedRate(camera::publish, 0, TimeUnit.SECONDS.toMillis(1) / FRAMES_PER_SECOND,
                TimeUnit.MILLISECONDS);
        return camera;
    }

    private void publish() {
        SourceFrame frame = source.next();
        Instant now = Instant.now();
        try {
            publisher.publish(new FramePublisher.Frame(ID, now.toEpochMilli() + "-" + number++, now,
                    frame.contentType(), false, frame.bytes()));
        } catch (Failure e) {
            LOG.warnf("camera %s goes on with a new connection: %s", ID, e.getMessage());
            publisher.close();
            publisher = new FramePublisher(bootstrap);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
        try {
            clock.awaitTermination(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        publisher.close();
        source.close();
    }
}
