package io.hsaw.trainer.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hsaw.contracts.HalfFacePair;
import io.hsaw.contracts.RgbImage;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class PackedHalvesProperties {

    @Property(tries = 100)
    void packedHalvesComeBackAsTheyWere(@ForAll @IntRange(min = 1, max = 9) int width,
            @ForAll @IntRange(min = 1, max = 9) int height, @ForAll boolean grey, @ForAll long seed) {
        Random random = new Random(seed);
        RgbImage[] halves = new RgbImage[2];
        for (int half = 0; half < 2; half++) {
            byte[] pixels = new byte[3 * width * height];
            random.nextBytes(pixels);
            for (int i = 0; grey && i < pixels.length; i++) {
                pixels[i] = pixels[i - i % 3];
            }
            halves[half] = new RgbImage(width, height, pixels);
        }
        HalfFacePair pair = new HalfFacePair(halves[0], halves[1]);
        PackedHalves packed = PackedHalves.of(pair);
        assertEquals(pair, packed.unpack());
        if (grey) {
            assertEquals(2 * width * height, packed.pixels().length);
        }
    }
}
