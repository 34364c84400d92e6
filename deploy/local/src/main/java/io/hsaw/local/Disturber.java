package io.hsaw.local;

import io.hsaw.local.FaultSchedule.Planned;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.concurrent.locks.LockSupport;

/** Does faults to a local system, one after the other, and sees it whole again after each. */
final class Disturber {

    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long BETWEEN_LOOKS_NANOS = 20_000_000;
    /** Far more than recovery takes. */
    private static final long PATIENCE_SECONDS = 180;
    /** A broker that has not failed by then does not mind a full disk. */
    private static final long FULL_SECONDS = 20;
    /** More frames than asked for, as some are answered while the fault is done. */
    private static final double BURST = 1.5;

    private final LocalSystem system;
    private final DeliveryRun run;
    private final int inFlight;
    private final long began;

    /**
     * One fault that was done.
     *
     * @param atSeconds  since the run began
     * @param kind       of the fault, such as {@code kill}
     * @param victim     the process
     * @param inFlight   frames that were open
     * @param gapSeconds longest time in which a camera with open frames got no reply, until all was well again
     * @param seconds    until all was well again
     */
    record Done(double atSeconds, String kind, String victim, int inFlight, double gapSeconds, double seconds) {
    }

    /** @param inFlight least number of frames that are open when a fault is done */
    Disturber(LocalSystem system, DeliveryRun run, int inFlight) {
        this.system = system;
        this.run = run;
        this.inFlight = inFlight;
        this.began = System.nanoTime();
    }

    /**
     * Does a fault and returns when every replica has its part of the work again and what was open is answered.
     *
     * @throws Failure if that takes too long
     */
    Done strike(Planned fault) throws InterruptedException {
        burst();
        long struck = System.nanoTime();
        int open = run.ledger().open();
        run.ledger().mark();
        String victim = strike(fault.kind(), fault);
        awaitWhole(fault.kind());
        long now = System.nanoTime();
        return new Done(seconds(struck - began), fault.kind().label(), victim, open,
                seconds(run.ledger().longestGapSinceMark(now)), seconds(now - struck));
    }

    private void burst() throws InterruptedException {
        run.burst((int) (BURST * inFlight));
        await(() -> run.ledger().open() >= inFlight, "to have " + inFlight + " frames in flight");
        run.burst(0);
    }

    private String strike(FaultKind kind, Planned fault) throws InterruptedException {
        List<ReplicaProcess> replicas = system.replicas(fault.stage());
        ReplicaProcess victim = replicas.get(fault.replica() % replicas.size());
        switch (kind) {
            case KILL -> end(victim, "KILL");
            case FREEZE -> {
                victim.signal("STOP");
                long end = System.nanoTime() + (long) (fault.seconds() * SECOND_NANOS);
                try {
                    await(() -> System.nanoTime() - end >= 0, "to let " + victim.name() + " go on");
                } finally {
                    victim.signal("CONT");
                }
            }
            case RESTART -> end(victim, "TERM");
            case JOIN -> {
                victim = system.join(fault.stage());
                awaitWhole(kind);
                burst();
                system.dismiss(victim);
                victim.stop();
            }
            case DIE_FOR_GOOD -> {
                system.dismiss(victim);
                victim.signal("KILL");
                awaitWhole(kind);
                system.join(fault.stage());
            }
            case POISON -> {
                int before = starts(fault.stage());
                run.poison(fault.stage());
                await(() -> starts(fault.stage()) > before, "for a process of " + fault.stage() + " to die");
                return fault.stage();
            }
            case BROKER_RESTART -> {
                victim = system.broker();
                end(victim, "TERM");
            }
            case BROKER_KILL -> {
                victim = system.broker();
                end(victim, "KILL");
            }
            case FULL_DISK -> {
                fillDisk();
                victim = system.broker();
            }
            default -> throw new IllegalArgumentException(kind.toString());
        }
        return victim.name();
    }

    /** Ends a process by a signal and returns when it has been started again. */
    private void end(ReplicaProcess process, String signal) throws InterruptedException {
        int before = process.starts();
        process.signal(signal);
        await(() -> process.starts() > before, "for " + process.name() + " to be started again");
    }

    private int starts(String stage) {
        return system.replicas(stage).stream().mapToInt(ReplicaProcess::starts).sum();
    }

    private void fillDisk() throws InterruptedException {
        ReplicaProcess broker = system.broker();
        broker.dismiss();
        try {
            system.fillDisk();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot see how full the broker's disk is", e);
        }
        if (!broker.awaitEnd(FULL_SECONDS)) {
            broker.signal("KILL");
            broker.awaitEnd(FULL_SECONDS);
        }
        system.emptyDisk();
        broker.start();
    }

    private void awaitWhole(FaultKind kind) throws InterruptedException {
        String what = "for all replicas to be at work again after " + kind.label();
        await(system::isWhole, what);
        long whole = System.nanoTime();
        await(() -> run.ledger().answeredUntil(whole), "for the replies to what was open after " + kind.label());
    }

    private void await(BooleanSupplier condition, String what) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE_SECONDS * SECOND_NANOS;
        while (!condition.getAsBoolean()) {
            run.check();
            if (System.nanoTime() - end >= 0) {
                throw new Failure("waited " + PATIENCE_SECONDS + " s " + what);
            }
            LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    private static double seconds(long nanos) {
        return nanos / 1e9;
    }
}
