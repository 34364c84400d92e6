package io.hsaw.network.store;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.hsaw.network.InvalidModelException;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for every path that a release may name. */
class ModelStoreProperties {

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
            assertTrue(named == path.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}/[A-Za-z0-9][A-Za-z0-9._-]{0,99}"), refused.getMessage());
            assertTrue(!named || store.resolve(path).normalize().startsWith(store) && refused.getMessage().startsWith("/volume/store/"),
                    refused.getMessage());
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
