package io.hsaw.network.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.network.weights.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {

    /** Takes no byte: every write ends as on a full disk. */
    private static final Path FULL = Path.of("/dev/full");

    @TempDir
    Path directory;

    private static Map<String, Tensor> tensors(float value) {
        return Map.of("weight", new Tensor(new long[] {2}, new float[] {value, -value}));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private void assertStillAtStepOne() throws Exception {
        Checkpoint.State state = Checkpoint.readState(directory);
        assertEquals(1, state.step());
        assertArrayEquals(new float[] {1, -1}, Checkpoint.readTensors(directory, state).get("weight").values());
        assertEquals(List.of("checkpoint-1.safetensors", "checkpoint.json"), files());
    }

    @Test
    void aNewCheckpointTakesThePlaceOfTheOneBefore() throws Exception {
        Checkpoint.write(directory, 1, 0, "settings", tensors(1));
        Checkpoint.write(directory, 2, 0, "settings", tensors(2));
        assertEquals(2, Checkpoint.readState(directory).step());
        assertEquals(List.of("checkpoint-2.safetensors", "checkpoint.json"), files());
    }

    @Test
    void aDiskThatFillsLeavesTheLastGoodCheckpointAndNothingElse() throws Exception {
        Checkpoint.write(directory, 1, 0, "settings", tensors(1));
        Files.createSymbolicLink(directory.resolve("checkpoint-2.safetensors.part"), FULL);
        TrainingException full = assertThrows(TrainingException.class,
                () -> Checkpoint.write(directory, 2, 0, "settings", tensors(2)));
        assertTrue(full.getMessage().contains("step 2") && full.getMessage().contains(directory.toString())
                && full.getMessage().contains("free the disk"), full.getMessage());
        assertStillAtStepOne();
    }

    @Test
    void aDiskThatFillsWhenTheTensorsAreWrittenLeavesTheLastGoodCheckpointToo() throws Exception {
        Checkpoint.write(directory, 1, 0, "settings", tensors(1));
        Files.createSymbolicLink(directory.resolve("checkpoint.json.part"), FULL);
        assertThrows(TrainingException.class, () -> Checkpoint.write(directory, 2, 0, "settings", tensors(2)));
        assertStillAtStepOne();
    }

    @Test
    void aFileWhereTheFolderIsToBeIsNamed() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "no folder");
        Path inIt = file.resolve("checkpoint");
        TrainingException refused = assertThrows(TrainingException.class,
                () -> Checkpoint.write(inIt, 1, 0, "settings", tensors(1)));
        assertTrue(refused.getMessage().contains(inIt.toString()), refused.getMessage());
        assertFalse(Checkpoint.exists(inIt));
    }

    @Test
    void aFolderThatIsGoneAsWithItsVolumeIsNotMadeAnew() throws Exception {
        Path gone = directory.resolve("gone");
        TrainingException refused = assertThrows(TrainingException.class,
                () -> Checkpoint.write(gone.resolve("checkpoint"), 1, 0, "settings", tensors(1)));
        assertTrue(refused.getMessage().contains(gone.toString()), refused.getMessage());
        assertFalse(Files.exists(gone));
    }
}
