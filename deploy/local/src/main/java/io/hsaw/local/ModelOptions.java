package io.hsaw.local;

import io.hsaw.network.HsawModel;
import io.hsaw.network.InvalidModelException;
import io.hsaw.network.NetworkSettings;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Options of the commands that read faces: which model, where and how it computes. */
final class ModelOptions {

    @Option(names = "--model", paramLabel = "DIR", defaultValue = "${sys:hsaw.home:-.}/models/fer2013-raf-db",
            description = "Folder with card.json and weights.safetensors (default: the model that comes with hsaw).")
    Path directory;

    @Option(names = "--device", defaultValue = "AUTO",
            description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}: a graphics card if there is one).")
    NetworkSettings.Device device;

    @Option(names = "--precision", defaultValue = "AUTO",
            description = "One of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}: bf16 where the machine is fast"
                    + " at it).")
    NetworkSettings.Precision precision;

    /**
     * The model with these options, on all cores.
     *
     * @throws Failure if it cannot be loaded, or this machine has no such device
     */
    HsawModel load() {
        return load(directory, device, precision);
    }

    /** As {@link #load()}. */
    static HsawModel load(Path directory, NetworkSettings.Device device, NetworkSettings.Precision precision) {
        try {
            return HsawModel.load(directory, new NetworkSettings(device, precision, 0));
        } catch (InvalidModelException | IllegalArgumentException e) {
            throw new Failure(e.getMessage(), e);
        }
    }
}
