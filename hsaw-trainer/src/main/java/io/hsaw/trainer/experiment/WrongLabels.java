package io.hsaw.trainer.experiment;

import io.hsaw.contracts.Expression;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Labels made wrong on purpose, to see whether relabelling finds them. */
public final class WrongLabels {

    private WrongLabels() {
    }

    /**
     * The same labels, a share of them wrong: each of these another one of the classes that occur, all as likely. The same
     * labels, share and seed give the same.
     *
     * @param share of the labels, 0 to 1
     * @throws IllegalArgumentException if the share is none, or there are no two classes
     */
    public static List<Expression> of(List<Expression> labels, double share, long seed) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("the share of wrong labels must lie between 0 and 1, found " + share);
        }
        List<Expression> classes = labels.stream().distinct().sorted().toList();
        if (classes.size() < 2) {
            throw new IllegalArgumentException("labels can be made wrong only where there are at least two classes, found "
                    + classes.size());
        }
        Random random = new Random(seed);
        List<Integer> shuffled = new ArrayList<>(IntStream.range(0, labels.size()).boxed().toList());
        Collections.shuffle(shuffled, random);
        List<Expression> some = new ArrayList<>(labels);
        for (int i : shuffled.subList(0, (int) Math.round(share * labels.size()))) {
            List<Expression> others = classes.stream().filter(other -> other != labels.get(i)).toList();
            some.set(i, others.get(random.nextInt(others.size())));
        }
        return List.copyOf(some);
    }
}
