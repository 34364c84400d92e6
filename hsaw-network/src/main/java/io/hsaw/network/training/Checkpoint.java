package io.hsaw.network.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hsaw.network.weights.InvalidWeightsException;
import io.hsaw.network.weights.SafeTensors;
import io.hsaw.network.weights.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/**
 * The state of a training run on disk, from which it goes on where it was stopped. The tensors are written first, then
 * the small file that names them, so that a stop at any moment leaves a whole checkpoint.
 */
final class Checkpoint {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String STATE = "checkpoint.json";

    /**
     * What is kept besides the tensors.
     *
     * @param file     the tensors' file in the same folder
     * @param step     updates done
     * @param seconds  time trained
     * @param settings the run's settings as text: a run goes on only with the same
     */
    record State(String file, long step, double seconds, String settings) {
        State {
            if (file == null || settings == null) {
                throw new IllegalArgumentException("file or settings is missing");
            }
        }
    }

    private Checkpoint() {
    }

    static boolean exists(Path directory) {
        return Files.exists(directory.resolve(STATE));
    }

    /** @throws TrainingException if the file is no checkpoint's */
    static State readState(Path directory) throws IOException, TrainingException {
        Path file = directory.resolve(STATE);
        try {
            return JSON.readValue(file.toFile(), State.class);
        } catch (JsonProcessingException e) {
            throw new TrainingException(file + " is damaged (" + e.getOriginalMessage()
                    + "); remove the folder to begin anew", e);
        }
    }

    static Map<String, Tensor> readTensors(Path directory, State state) throws IOException, InvalidWeightsException {
        return SafeTensors.read(directory.resolve(state.file()));
    }

    /**
     * @param directory made if only it is not there
     * @throws TrainingException if it cannot be written, as when the disk is full: then the one before is still there
     */
    static void write(Path directory, long step, double seconds, String settings, Map<String, Tensor> tensors)
            throws IOException, TrainingException {
        String previous = exists(directory) ? readState(directory).file() : null;
        String file = "checkpoint-" + step + ".safetensors";
        Path unfinished = directory.resolve(STATE + ".part");
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectory(directory); // in a folder that is there: that of an unmounted volume is not made anew
            }
            SafeTensors.write(directory.resolve(file), tensors, name -> false);
            JSON.writeValue(unfinished.toFile(), new State(file, step, seconds, settings));
            Files.move(unfinished, directory.resolve(STATE), StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            if (Files.isDirectory(directory)) {
                Files.deleteIfExists(unfinished);
                if (!file.equals(previous)) {
                    Files.deleteIfExists(directory.resolve(file));
                }
            }
            throw new TrainingException("the checkpoint at step " + step + " cannot be written to " + directory + " ("
                    + e.getMessage() + "): free the disk and call the run again, it goes on from "
                    + (previous == null ? "the beginning" : "its last checkpoint"), e);
        }
        if (previous != null && !previous.equals(file)) {
            Files.deleteIfExists(directory.resolve(previous));
        }
    }
}
