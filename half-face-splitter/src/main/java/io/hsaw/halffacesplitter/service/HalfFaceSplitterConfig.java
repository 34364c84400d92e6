package io.hsaw.halffacesplitter.service;

import io.smallrye.config.ConfigMapping;
import java.util.OptionalInt;

/** Settings of the half-face-splitter service. */
@ConfigMapping(prefix = "hsaw.half-face-splitter")
public interface HalfFaceSplitterConfig {

    /** Frames worked on at a time; by default one per processor. */
    OptionalInt threads();
}
