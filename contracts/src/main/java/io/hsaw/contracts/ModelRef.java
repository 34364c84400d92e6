package io.hsaw.contracts;

/**
 * The model that read a frame.
 *
 * @param name    of the model
 * @param version of the model
 */
public record ModelRef(String name, String version) {
    public ModelRef {
        Checks.requireText("name", name, FrameLimits.MAX_ID_LENGTH);
        Checks.requireText("version", version, FrameLimits.MAX_ID_LENGTH);
    }
}
