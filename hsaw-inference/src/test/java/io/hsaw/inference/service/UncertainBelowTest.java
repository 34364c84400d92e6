package io.hsaw.inference.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.network.ModelCard;
import io.hsaw.network.Temperatures;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UncertainBelowTest {

    private static final String SETTING = "hsaw.inference.uncertain-below";

    private static double below(Map<String, String> settings, Double ofCard) {
        InferenceConfig config = new SmallRyeConfigBuilder().addDefaultInterceptors().addDiscoveredConverters()
                .withMapping(InferenceConfig.class).withDefaultValues(settings).build()
                .getConfigMapping(InferenceConfig.class);
        return InferenceService.uncertainBelow(config, new ModelCard("test", "1", "made by a test", "none", "none",
                Map.of(), null, Temperatures.NONE, ofCard, "0".repeat(64)));
    }

    @Test
    void theCardsThresholdCountsUntilAnotherOneIsSet() {
        assertEquals(0.4, below(Map.of(), 0.4));
        assertEquals(0.6, below(Map.of(SETTING, "0.6"), 0.4));
        assertEquals(0, below(Map.of(SETTING, "0"), 0.4));
    }

    @Test
    void withACardThatSaysNothingThereIsNone() {
        assertEquals(0, below(Map.of(), null));
        assertEquals(0.6, below(Map.of(SETTING, "0.6"), null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-0.1", "1.1", "40", "NaN"})
    void oneOutOfRangeEndsTheStartWithItsName(String value) {
        String message = assertThrows(ConfigurationException.class, () -> below(Map.of(SETTING, value), 0.4)).getMessage();

        assertTrue(message.startsWith("Setting " + SETTING + " is '"), message);
        assertTrue(message.contains("a number from 0 to 1"), message);
    }
}
