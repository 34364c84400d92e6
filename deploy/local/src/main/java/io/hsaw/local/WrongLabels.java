package io.hsaw.local;

import io.hsaw.contracts.Expression;
import io.hsaw.trainer.dataset.SampleRef;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Labels made wrong on purpose, to see whether relabelling finds them: another class, each as likely. */
final class WrongLabels {

    private WrongLabels() {
    }

    /**
     * Which samples get which wrong label. The same samples, share and seed give the same.
     *
     * @param share   of the samples, 0 to 1
     * @param classes among which a wrong label is chosen
     * @return by the samples' ids
     */
    static Map<String, Expression> of(List<SampleRef> samples, double share, long seed, List<Expression> classes) {
        Random random = new Random(seed);
        List<SampleRef> shuffled = new ArrayList<>(samples);
        Collections.shuffle(shuffled, random);
        Map<String, Expression> wrong = new HashMap<>();
        for (SampleRef sample : shuffled.subList(0, (int) Math.round(share * samples.size()))) {
            List<Expression> others = classes.stream().filter(other -> other != sample.label()).toList();
            wrong.put(sample.id(), others.get(random.nextInt(others.size())));
        }
        return wrong;
    }
}
