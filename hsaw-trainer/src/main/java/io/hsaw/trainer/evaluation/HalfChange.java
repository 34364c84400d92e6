package io.hsaw.trainer.evaluation;

import io.hsaw.contracts.HalfFacePair;
import io.hsaw.contracts.RgbImage;
import io.hsaw.trainer.picture.Pixels;
import java.util.Locale;

/** How a half face is spoiled, after the cut and before the network; the whole face has the spoiled half too. */
enum HalfChange {

    /** All of it is covered with grey. */
    OCCLUDED {
        @Override
        RgbImage of(RgbImage half) {
            return Pixels.filled(half.width(), half.height(), Pixels.GREY);
        }
    },
    /** A fifth of the light is left. */
    DARKENED {
        @Override
        RgbImage of(RgbImage half) {
            return Pixels.toned(half, level -> 0.2 * level);
        }
    },
    /** With a Gaussian whose sigma is a twentieth of the face's height: 11 of 224 pixels. */
    BLURRED {
        @Override
        RgbImage of(RgbImage half) {
            return Pixels.blurred(half, half.height() / 20.0);
        }
    };

    abstract RgbImage of(RgbImage half);

    /** A face of which one half is spoiled. */
    HalfFacePair of(HalfFacePair face, Half half) {
        return half == Half.LEFT ? new HalfFacePair(of(face.left()), face.right())
                : new HalfFacePair(face.left(), of(face.right()));
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
