package io.hsaw.network.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.hsaw.network.InvalidModelException;
import io.hsaw.network.ModelCard;
import io.hsaw.network.ModelFiles;
import io.hsaw.network.RandomNetwork;
import io.hsaw.network.weights.Tensor;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class ModelStoreTest {

    private static final Map<String, Tensor> WEIGHTS = RandomNetwork.weights(1);

    @TempDir
    private Path directory;
    private ModelStore store;
    private Path model;

    @BeforeEach
    void writeModel() throws IOException {
        store = new ModelStore(directory.resolve("store"));
        model = directory.resolve("model");
        write("hsaw", "1");
        Files.writeString(model.resolve(ModelStore.MANIFEST), "sample,hash,label,split\n");
    }

    private void write(String name, String version) throws IOException {
        ModelFiles.write(model, WEIGHTS, hash -> named(name, version, hash));
    }

    private static ModelCard named(String name, String version, String hash) {
        ModelCard card = RandomNetwork.card(hash);
        return new ModelCard(name, version, card.description(), card.data(), card.splitRule(), card.settings(), card.figures(),
                card.temperatures(), card.uncertainBelow(), hash);
    }

    @Test
    void aModelIsThereWholeAndAsItWas() throws Exception {
        StoredModel put = store.put(model);

        assertEquals("hsaw/1", put.path());
        assertEquals(put, store.open("hsaw/1"));
        assertEquals(ModelFiles.readCard(model), put.card());
        assertEquals(ModelFiles.sha256(model.resolve(ModelFiles.CARD)), put.cardSha256());
        for (String file : List.of(ModelFiles.CARD, ModelFiles.WEIGHTS, ModelStore.MANIFEST)) {
            assertEquals(-1, Files.mismatch(model.resolve(file), put.directory().resolve(file)));
        }
        assertEquals(List.of("hsaw"), names(store.directory()));
    }

    @Test
    void theSameModelMayBePutAgainButNoOtherInItsPlace() throws Exception {
        StoredModel first = store.put(model);

        assertEquals(first, store.put(model));

        Files.delete(model.resolve(ModelStore.MANIFEST));
        assertUnusable(() -> store.put(model), "hsaw/1", "another version");
        assertTrue(Files.exists(first.directory().resolve(ModelStore.MANIFEST)));
        assertEquals(List.of("hsaw"), names(store.directory()));
    }

    @Test
    void ofSeveralThatPutOneModelAtATimeAllFindIt() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 5; round++) {
                ModelStore shared = new ModelStore(directory.resolve("store-" + round));
                Callable<StoredModel> put = () -> shared.put(model);
                List<Future<StoredModel>> done = threads.invokeAll(List.of(put, put, put, put));
                for (Future<StoredModel> one : done) {
                    assertEquals(shared.open("hsaw/1"), one.get());
                }
                assertEquals(List.of("hsaw"), names(shared.directory()));
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void modelsAreListedByNameAndVersionAndNothingElseIs() throws Exception {
        assertEquals(List.of(), store.list());
        store.put(model);
        write("hsaw", "2");
        store.put(model);
        write("another", "2026-01-02T03.04");
        store.put(model);
        store.run("run-1");
        Files.writeString(store.directory().resolve("notes"), "");
        Files.createSymbolicLink(store.directory().resolve("linked"), store.directory().resolve("hsaw"));

        assertEquals(List.of("another/2026-01-02T03.04", "hsaw/1", "hsaw/2"), store.list());
    }

    @Test
    void aModelThatIsDamagedIsNotPut() throws Exception {
        byte[] bytes = Files.readAllBytes(model.resolve(ModelFiles.WEIGHTS));
        bytes[bytes.length / 2] ^= 1;
        Files.write(model.resolve(ModelFiles.WEIGHTS), bytes);

        assertRefused(() -> store.put(model), "SHA-256", "weights.safetensors");
        assertFalse(Files.exists(store.directory()));
    }

    @Test
    void aModelWhoseNameCannotBeAFoldersIsNotPut() throws Exception {
        for (String name : List.of("..", "a/b", ".hidden", "two words", "x".repeat(101), "naïve")) {
            write(name, "1");
            assertRefused(() -> store.put(model), name, "100 letters");
            write("hsaw", name);
            assertRefused(() -> store.put(model), name, "100 letters");
        }
        assertFalse(Files.exists(store.directory()));
    }

    @Test
    void pathsThatLeaveTheStoreAreRefused() throws Exception {
        store.put(model);
        for (String path : new String[] {null, "", "hsaw", "hsaw/", "/hsaw/1", "hsaw/1/", "hsaw/../hsaw/1", "../model",
                "hsaw/..", "./hsaw/1", "hsaw\\1", "hsaw/1\0", directory.resolve("model").toString(), ".runs/1", "hsaw/1/card.json"}) {
            assertRefused(() -> store.open(path), "NAME/VERSION");
        }
    }

    @Test
    void linksAreNotFollowed() throws Exception {
        store.put(model);
        Path stored = store.directory().resolve("hsaw");
        Files.createSymbolicLink(store.directory().resolve("linked"), stored);
        Files.createSymbolicLink(stored.resolve("2"), model);
        Path halfway = Files.createDirectory(stored.resolve("3"));
        Files.copy(model.resolve(ModelFiles.CARD), halfway.resolve(ModelFiles.CARD));
        Files.createSymbolicLink(halfway.resolve(ModelFiles.WEIGHTS), model.resolve(ModelFiles.WEIGHTS));

        for (String path : List.of("linked/1", "hsaw/2", "hsaw/3")) {
            assertRefused(() -> store.open(path), "link");
        }
    }

    @Test
    void aModelThatIsNotThereOrNotWholeIsNamed() throws Exception {
        store.put(model);

        assertRefused(() -> store.open("hsaw/2"), "does not exist", "release the model again");
        Files.delete(store.directory().resolve("hsaw/1/weights.safetensors"));
        assertRefused(() -> store.open("hsaw/1"), "weights.safetensors", "does not exist");
    }

    @Test
    void aTruncatedCardAndAnExchangedModelAreRefused() throws Exception {
        Path card = store.put(model).directory().resolve(ModelFiles.CARD);
        byte[] bytes = Files.readAllBytes(card);

        Files.write(card, Arrays.copyOf(bytes, bytes.length / 2));
        assertRefused(() -> store.open("hsaw/1"), "no model card");

        Files.writeString(card, new String(bytes).replace("\"hsaw\"", "\"other\""));
        assertRefused(() -> store.open("hsaw/1"), "other/1");
    }

    @Test
    void weightsOfAnImpossibleSizeAreNotRead() throws Exception {
        Path weights = store.put(model).directory().resolve(ModelFiles.WEIGHTS);
        try (var file = new java.io.RandomAccessFile(weights.toFile(), "rw")) {
            file.setLength(1L << 36);
        }

        StoredModel stored = store.open("hsaw/1");

        assertRefused(() -> ModelFiles.readWeights(stored.directory(), stored.card()), "67108864");
    }

    @Test
    void aStoreThatIsNotThereIsNamed() {
        assertUnusable(() -> store.open("hsaw/1"), store.directory().toString(), "mounted");
    }

    @Test
    void aStoreThatCannotBeMadeIsNamed() throws IOException {
        ModelStore unreachable = new ModelStore(Files.writeString(directory.resolve("file"), "").resolve("store"));

        assertUnusable(() -> unreachable.put(model), "written", "mounted");
        assertUnusable(() -> unreachable.run("run-1"), "written", "mounted");
    }

    @Test
    void aStoreThatIsFullIsNamedAndKeepsWhatItHas() throws Exception {
        try (FileSystem small = Jimfs.newFileSystem(Configuration.unix().toBuilder().setMaxSize(30 << 20).build())) {
            ModelStore full = new ModelStore(small.getPath("/store"));
            StoredModel first = full.put(model);
            write("hsaw", "2");

            assertUnusable(() -> full.put(model), "full", "remove models");

            assertEquals(List.of("hsaw/1"), full.list());
            assertEquals(first, full.open("hsaw/1"));
            assertEquals(List.of("hsaw"), names(full.directory()));
        }
    }

    @Test
    void aStoreThatIsReadOnlyIsNamed() {
        // The classes that come with Java, a file system of their own that nobody can write.
        ModelStore readOnly = new ModelStore(FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules"));

        assertUnusable(() -> readOnly.put(model), "read-only", "for writing");
        assertUnusable(() -> readOnly.run("run-1"), "read-only", "for writing");
    }

    @Test
    void whatADeadProcessLeftIsRemovedAndWhatALivingOneWritesIsNot() throws Exception {
        Path abandoned = Files.createDirectories(store.directory().resolve(".incoming-abandoned"));
        Files.writeString(abandoned.resolve(ModelFiles.CARD), "half a c");
        Files.setLastModifiedTime(abandoned, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
        Path inUse = Files.createDirectory(store.directory().resolve(".incoming-in-use"));

        store.put(model);

        assertFalse(Files.exists(abandoned));
        assertTrue(Files.exists(inUse));
        assertEquals(List.of("hsaw/1"), store.list());
    }

    @Test
    void aRunsFolderIsFoundAgainUntilItIsRemoved() throws Exception {
        Path run = store.run("run-1");
        Files.createDirectory(run.resolve("checkpoint"));
        Files.writeString(run.resolve("checkpoint/checkpoint.json"), "{}");

        assertEquals(run, store.run("run-1"));
        assertTrue(Files.exists(run.resolve("checkpoint/checkpoint.json")));
        assertEquals(store.directory().resolve(".runs/run-1"), run);

        store.removeRun("run-1");
        store.removeRun("run-1");
        assertFalse(Files.exists(run));
        assertThrows(IllegalArgumentException.class, () -> store.run("../hsaw"));
        assertThrows(IllegalArgumentException.class, () -> store.removeRun(".."));
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    private static void assertRefused(Executable action, String... parts) {
        assertNames(assertThrows(InvalidModelException.class, action).getMessage(), parts);
    }

    private static void assertUnusable(Executable action, String... parts) {
        assertNames(assertThrows(ModelStoreException.class, action).getMessage(), parts);
    }

    private static void assertNames(String message, String... parts) {
        for (String part : parts) {
            assertTrue(message.contains(part), "'" + message + "' should name '" + part + "'");
        }
    }
}
