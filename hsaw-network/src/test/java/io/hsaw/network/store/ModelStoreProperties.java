package io.hsaw.network.store;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.hsaw.contracts.ModelRef;
import io.hsaw.network.InvalidModelException;
import io.hsaw.network.ModelFiles;
import io.hsaw.network.RandomNetwork;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** What holds for every path that a release may name. */
class ModelStoreProperties {

    private static final byte[] CARD = card();

    private static byte[] card() {
        try {
            return new ObjectMapper().writeValueAsBytes(RandomNetwork.card().withSelfCheck(
                    Collections.nCopies(4, List.of(1.0, -2.0, 0.5, 0.0, 3.25, 1e-3, -7.0))));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Provide
    Arbitrary<String> paths() {
        Arbitrary<String> parts = Arbitraries.oneOf(
                Arbitraries.of("..", ".", "", "hsaw", "1", "~", "\\", "%2e%2e", "store", "secret", ".runs", "\0", "…/"),
                Arbitraries.strings().ofMaxLength(12));
        return parts.list().ofMaxSize(6).map(list -> String.join("/", list));
    }

    @Property(tries = 2000)
    void aPathEitherNamesAFolderTwoLevelsInsideTheStoreOrIsRefused(@ForAll("paths") String path) throws IOException {
        try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            Path store = Files.createDirectories(files.getPath("/volume/store"));
            Files.createDirectories(files.getPath("/volume/secret/1"));
            ModelStore models = new ModelStore(store);

            InvalidModelException refused = assertThrows(InvalidModelException.class, () -> models.open(path));

            boolean named = refused.getMessage().contains("does not exist");
            assertTrue(named == path.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}/[A-Za-z0-9][A-Za-z0-9._-]{0,99}"),
                    refused.getMessage());
            assertTrue(!named || store.resolve(path).normalize().startsWith(store)
                    && refused.getMessage().startsWith("/volume/store/"), refused.getMessage());
        }
    }

    @Property(tries = 1000)
    void aCardThatIsDamagedAnywhereIsRefusedOrStillOneOfThatModel(@ForAll @IntRange(max = 100_000) int place,
            @ForAll byte damage, @ForAll @IntRange(max = 3) int cut) throws Exception {
        try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            ModelStore models = new ModelStore(files.getPath("/store"));
            Path model = Files.createDirectories(models.directory().resolve("random/1"));
            Files.createFile(model.resolve(ModelFiles.WEIGHTS));
            byte[] card = CARD.clone();
            card[place % card.length] ^= damage;
            Files.write(model.resolve(ModelFiles.CARD), cut == 0 ? Arrays.copyOf(card, place % card.length) : card);
            try {
                assertTrue(models.open("random/1").card().ref().equals(new ModelRef("random", "1")));
            } catch (InvalidModelException e) {
                assertTrue(e.getMessage().contains("/store/random/1"), e.getMessage());
            }
        }
    }

    @Property(tries = 500)
    void aRunsFolderNeverLeavesTheStore(@ForAll("paths") String runId) throws Exception {
        try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            ModelStore models = new ModelStore(files.getPath("/volume/store"));
            try {
                assertTrue(models.run(runId).normalize().getParent().equals(files.getPath("/volume/store/.runs")));
            } catch (IllegalArgumentException e) {
                assertTrue(!ModelStore.isName(runId), e.getMessage());
            }
        }
    }
}
