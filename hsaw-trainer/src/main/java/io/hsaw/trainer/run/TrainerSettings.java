package io.hsaw.trainer.run;

import io.hsaw.network.NetworkSettings;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What runs have in common on this machine.
 *
 * @param replica         name of this process among the trainers: unique, and the same after a restart
 * @param model           folder of the model that is the champion as long as none was released
 * @param precision       of the trunk
 * @param threads         for framing, training and measuring
 * @param decisionsWithin how long a run waits at the end of an epoch for the decisions on what it proposed
 */
public record TrainerSettings(String replica, Path model, NetworkSettings.Precision precision, int threads,
        Duration decisionsWithin) {
}
