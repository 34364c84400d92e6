package io.hsaw.local;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Which faults are done to which stage, decided by a seed alone. */
final class FaultSchedule {

    /** Longer than a stage's session time-out of 6 s, after which its partitions are given to others. */
    private static final double LEAST_FROZEN_SECONDS = 8;
    private static final double MOST_FROZEN_SECONDS = 14;

    /**
     * One fault.
     *
     * @param kind    what is done
     * @param stage   whose process; for the broker's faults without meaning
     * @param replica which of its processes, counted from 0
     * @param seconds how long a frozen process stands still
     */
    record Planned(FaultKind kind, String stage, int replica, double seconds) {
    }

    private FaultSchedule() {
    }

    /**
     * The kinds in rounds, each round in another order, so that every kind occurs as often as every other, give or take
     * one.
     *
     * @param count    of faults
     * @param replicas of each stage
     * @throws IllegalArgumentException if a kind cannot be done with so many replicas
     */
    static List<Planned> of(long seed, int count, Set<FaultKind> kinds, Map<String, Integer> replicas) {
        Random random = new Random(seed);
        List<String> stages = replicas.keySet().stream().sorted().toList();
        List<String> shared = stages.stream().filter(stage -> replicas.get(stage) > 1).toList();
        if (count > 0 && shared.isEmpty() && kinds.contains(FaultKind.DIE_FOR_GOOD)) {
            throw new IllegalArgumentException(FaultKind.DIE_FOR_GOOD.label()
                    + " needs a stage with at least 2 replicas, for a lone one nobody takes over: more by --replicas,"
                    + " or other kinds by --fault-kinds");
        }
        List<Planned> faults = new ArrayList<>();
        List<FaultKind> round = new ArrayList<>();
        while (faults.size() < count) {
            if (round.isEmpty()) {
                round.addAll(kinds.stream().sorted().toList());
                Collections.shuffle(round, random);
            }
            FaultKind kind = round.remove(round.size() - 1);
            List<String> choice = kind == FaultKind.DIE_FOR_GOOD ? shared : stages;
            String stage = choice.get(random.nextInt(choice.size()));
            faults.add(new Planned(kind, stage, random.nextInt(replicas.get(stage)), LEAST_FROZEN_SECONDS
                    + random.nextDouble() * (MOST_FROZEN_SECONDS - LEAST_FROZEN_SECONDS)));
        }
        return List.copyOf(faults);
    }
}
