package io.hsaw.trainer.evaluation;

import io.hsaw.network.Prediction;
import java.util.Locale;

/** The person's own left or right half. */
enum Half {
    LEFT, RIGHT;

    /** w_left or w_right of equation (2). */
    double weight(Prediction prediction) {
        return this == LEFT ? prediction.weightLeft() : prediction.weightRight();
    }

    /** P_left or P_right of equation (4). */
    double[] logits(Prediction prediction) {
        return this == LEFT ? prediction.left() : prediction.right();
    }

    Half other() {
        return this == LEFT ? RIGHT : LEFT;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
