package io.hsaw.feedback.service;

import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.TimeoutException;
import org.jboss.logging.Logger;

/**
 * Work on a thread of its own from the service's start to its end. What fails, as a database or a broker that is away, is
 * told and tried again for as long as it takes.
 */
abstract class Worker implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Worker.class);
    private static final long LEAST_WAIT_MILLIS = 100;
    private static final long MOST_WAIT_MILLIS = 5_000;
    private static final long CLOSE_SECONDS = 30;

    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile boolean working;
    private volatile String detail = "not started";

    /** @param name of the thread, and for logs and health */
    Worker(String name) {
        this.thread = new Thread(this::run, name);
    }

    /** Begins in the background. */
    final void start() {
        thread.start();
    }

    final String name() {
        return thread.getName();
    }

    /** Whether it does its work now. */
    final boolean working() {
        return working;
    }

    /** What it does, or waits for, for a person. */
    final String detail() {
        return detail;
    }

    /** Whether it is to go on. */
    final boolean open() {
        return closing.getCount() > 0;
    }

    /** To be called while all is well. */
    final void working(String what) {
        if (!working) {
            LOG.infof("%s: %s.", name(), what);
        }
        detail = what;
        working = true;
    }

    /** Connects and works until it is to end or something fails. */
    abstract void session() throws Exception;

    private void run() {
        long wait = LEAST_WAIT_MILLIS;
        while (open()) {
            try {
                session();
            } catch (InterruptedException e) {
                break;
            } catch (Exception e) {
                wait = working ? LEAST_WAIT_MILLIS : Math.min(2 * wait, MOST_WAIT_MILLIS);
                tell(e);
                await(wait);
            }
        }
        working = false;
        detail = "ended";
    }

    private void tell(Exception e) {
        boolean database = false;
        boolean away = false;
        String message = e.toString();
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            database |= cause instanceof SQLException;
            away |= cause instanceof TimeoutException;
            message = cause.getMessage() == null ? message : cause.getMessage().lines().findFirst().orElse(message);
        }
        String reason = (database ? "waiting for the ledger's database: "
                : away ? "waiting for Kafka, which does not answer: " : "starting again: ") + message;
        if (working || !reason.equals(detail)) {
            LOG.warnf("%s: %s", name(), reason);
        }
        LOG.debugf(e, "%s: what went wrong", name());
        working = false;
        detail = reason;
    }

    private void await(long millis) {
        try {
            closing.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends after the work in hand. */
    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
