package io.hsaw.trainer.service;

import io.hsaw.network.NetworkSettings;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;

/** Settings of the hsaw-trainer service. */
@ConfigMapping(prefix = "hsaw.trainer")
public interface TrainerConfig {

    /** Folder of this trainer's copy of the labelled samples; no other trainer's. It is made anew from the log if it is lost. */
    @WithDefault("${hsaw.home:.}/trainer-data")
    Path data();

    /** Folder of the released models and of runs in progress, which all trainers and hsaw-inference share. */
    @WithDefault("${hsaw.home:.}/model-store")
    Path modelStore();

    /** Folder of the model that counts as the champion as long as none was released; by default the one that comes with hsaw. */
    @WithDefault("${hsaw.home:.}/models/fer2013-raf-db")
    Path model();

    /** The numbers that training multiplies: auto (bf16 where the processor is fast at it), fp32 or bf16. */
    @WithDefault("auto")
    NetworkSettings.Precision precision();

    /** Threads for framing, training and measuring, unless a run says another number; 0 takes one per processor. */
    @WithDefault("0")
    int threads();

    /** How long a run waits at the end of an epoch for the decisions on the labels it proposed; what is open then stays. */
    @WithDefault("60s")
    Duration decisionsWithin();
}
