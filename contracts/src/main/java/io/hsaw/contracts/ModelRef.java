package io.hsaw.contracts;

/** The model that read a frame. */
public record ModelRef(String name, String version) {
    public ModelRef {
        Checks.requireText("model name", name, FrameLimits.MAX_ID_LENGTH);
        Checks.requireText("model version", version, FrameLimits.MAX_ID_LENGTH);
    }
}
