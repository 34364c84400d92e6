package io.hsaw.messaging;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.time.Duration;

/** Checks of settings at the start: one that is out of range ends the application with its name and the remedy. */
public final class Settings {

    private Settings() {
    }

    /**
     * The number, if it is in its range.
     *
     * @param setting its name
     * @param most    greatest that is allowed
     * @throws ConfigurationException if it is less than 1 or greater than that
     */
    public static int positive(String setting, int value, int most) {
        require(value >= 1 && value <= most, setting, value, "a number from 1 to " + most);
        return value;
    }

    /**
     * The time, if there is one.
     *
     * @param setting its name
     * @throws ConfigurationException if it is negative or none
     */
    public static Duration positive(String setting, Duration value) {
        require(value.compareTo(Duration.ZERO) > 0, setting, value, "a time greater than 0, such as 60s");
        return value;
    }

    /**
     * The share, if it is one.
     *
     * @param setting its name
     * @throws ConfigurationException if it does not lie in [0, 1]
     */
    public static double share(String setting, double value) {
        require(value >= 0 && value <= 1, setting, value, "a number from 0 to 1");
        return value;
    }

    static void require(boolean holds, String setting, Object value, String wanted) {
        if (!holds) {
            throw new ConfigurationException("Setting " + setting + " is '" + value + "': give " + wanted + ".");
        }
    }
}
