package io.hsaw.inference.service;

import io.hsaw.network.NetworkSettings;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/** Settings of the hsaw-inference service. */
@ConfigMapping(prefix = "hsaw.inference")
public interface InferenceConfig {

    /** Folder of the model: card.json and weights.safetensors; by default the one that comes with hsaw. */
    @WithDefault("${hsaw.home:.}/models/fer2013-raf-db")
    Path model();

    /**
     * Folder of released models, shared with who trains them: the champion on topic model-releases takes over from the model
     * above, and each later one from the one before. Without it releases are not followed.
     */
    Optional<Path> modelStore();

    /** Where the network computes: auto, cpu or cuda. */
    @WithDefault("auto")
    NetworkSettings.Device device();

    /** The numbers it multiplies: auto, fp32 or bf16. */
    @WithDefault("auto")
    NetworkSettings.Precision precision();

    /** Threads of one prediction; 0 takes one per processor. */
    @WithDefault("0")
    int threads();

    /**
     * Frames read at a time, at most 32. Few are answered sooner; a graphics card is faster with many, a processor is
     * not.
     */
    @WithDefault("4")
    int batch();

    /**
     * Answers are uncertain if the probability of the expression they name is lower, from 0 to 1; by default as the model's
     * card says, 0 marks none.
     */
    OptionalDouble uncertainBelow();

    /**
     * In place of the network one that only waits so long per face, to measure the pipeline around it; replies then name
     * the model "waiting" and say nothing of expressions.
     */
    Optional<Duration> waitingNetwork();

    /** How faces are followed from frame to frame. */
    Tracking tracking();

    /** How faces are followed from frame to frame. */
    interface Tracking {

        /** Overlap of two boxes (intersection over union) from which they are taken for one face. */
        @WithDefault("0.3")
        double leastOverlap();

        /** How long a face may be out of sight and keep its track. */
        @WithDefault("2s")
        Duration gap();

        /** After which time a new expression makes up 63 % of the smoothed one; 0s switches smoothing off. */
        @WithDefault("500ms")
        Duration timeConstant();

        /** How long another expression must lead before the track changes to it. */
        @WithDefault("300ms")
        Duration dwell();

        /** After which time without frames a camera's tracks end. */
        @WithDefault("30s")
        Duration silence();

        /** Cameras remembered at a time; beyond that those silent for longest are given up. */
        @WithDefault("10000")
        int cameras();
    }
}
