package io.hsaw.network.store;

import io.hsaw.network.InvalidModelException;
import io.hsaw.network.ModelCard;
import io.hsaw.network.ModelFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Released models in a folder that all who release or read them share: {@code <name>/<version>} with {@code card.json},
 * {@code weights.safetensors} and the manifest of the samples trained on, where there is one. A model is there whole or
 * not at all, and never changes. Folders of runs in progress lie in {@code .runs/<run id>}.
 *
 * <p>Several processes may use one store. What it says of itself is data: nothing outside the folder is read, also where
 * a path or a link says so.
 */
public final class ModelStore {

    /** The samples that a model was trained on. */
    public static final String MANIFEST = "manifest.csv";

    private static final Logger LOG = Logger.getLogger(ModelStore.class);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final String INCOMING = ".incoming-";
    private static final String RUNS = ".runs";
    /** What nobody has finished by then belongs to a process that died. */
    private static final Duration ABANDONED = Duration.ofDays(1);
    /** Two of them are a model, the third is there if the model was trained from a log. */
    private static final List<String> FILES = List.of(ModelFiles.CARD, ModelFiles.WEIGHTS, MANIFEST);

    private final Path directory;

    /** @param directory need not exist before something is written */
    public ModelStore(Path directory) {
        this.directory = directory;
    }

    /** The store's folder. */
    public Path directory() {
        return directory;
    }

    /**
     * Whether a model's name, its version or a run's id can be a folder's name: 1 to 100 letters, digits, '.', '_' and '-',
     * the first a letter or digit.
     */
    public static boolean isName(String name) {
        return name != null && NAME.matcher(name).matches();
    }

    /**
     * Copies a model into the store, under the name and version of its card. A model that is there already is left as it
     * is.
     *
     * @param model folder with the model's files and, if there is one, its {@value #MANIFEST}
     * @throws InvalidModelException if the model is damaged or its name or version cannot be a folder's
     * @throws ModelStoreException   if the store cannot be written, or has another model of that name and version
     */
    public StoredModel put(Path model) throws InvalidModelException, ModelStoreException {
        ModelCard card = ModelFiles.readCard(model);
        String path = card.name() + "/" + card.version();
        if (!isName(card.name()) || !isName(card.version())) {
            throw new InvalidModelException(model + ": name and version of a model in a store have 1 to 100 letters, digits,"
                    + " '.', '_' and '-', the first a letter or digit; found " + path, null);
        }
        ModelFiles.readWeights(model, card);
        Path target = directory.resolve(card.name()).resolve(card.version());
        Path incoming = directory.resolve(INCOMING + UUID.randomUUID());
        try {
            Files.createDirectories(directory);
            removeAbandoned();
            try {
                copy(model, incoming);
                Files.createDirectories(target.getParent());
                if (!rename(incoming, target) && !isSame(incoming, target)) {
                    throw new ModelStoreException("the model store " + directory + " has another model " + path
                            + ": a released model never changes; give the new one another version", null);
                }
                syncFolder(target.getParent());
                syncFolder(directory);
            } finally {
                delete(incoming);
            }
        } catch (IOException | ReadOnlyFileSystemException e) {
            throw unusable("written", e);
        }
        return open(path);
    }

    /**
     * A model of the store. Its weights are not read yet: {@link ModelFiles#readWeights} compares them with the card.
     *
     * @param path {@code <name>/<version>}
     * @throws InvalidModelException if the path is none of this store or what lies there is no whole model
     * @throws ModelStoreException   if the store is not there or cannot be read
     */
    public StoredModel open(String path) throws InvalidModelException, ModelStoreException {
        String[] parts = path == null ? new String[0] : path.split("/", -1);
        if (parts.length != 2 || !isName(parts[0]) || !isName(parts[1])) {
            throw new InvalidModelException("'" + shortened(path) + "' is no path of a model store: expected NAME/VERSION",
                    null);
        }
        requireReachable();
        Path name = directory.resolve(parts[0]);
        Path version = name.resolve(parts[1]);
        for (Path folder : List.of(name, version)) {
            requireKind(Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS), folder, "folder");
        }
        for (String file : List.of(ModelFiles.CARD, ModelFiles.WEIGHTS)) {
            requireKind(Files.isRegularFile(version.resolve(file), LinkOption.NOFOLLOW_LINKS), version.resolve(file),
                    "file");
        }
        ModelCard card = ModelFiles.readCard(version);
        if (!card.name().equals(parts[0]) || !card.version().equals(parts[1])) {
            throw new InvalidModelException(version + " holds a model that calls itself " + card.name() + "/" + card.version()
                    + ": it was moved or exchanged; release it again", null);
        }
        try {
            return new StoredModel(path, version, card, ModelFiles.sha256(version.resolve(ModelFiles.CARD)));
        } catch (IOException e) {
            throw unusable("read", e);
        }
    }

    /**
     * The paths of all models, by name and version; none where nothing was ever written.
     *
     * @throws ModelStoreException if the store cannot be read
     */
    public List<String> list() throws ModelStoreException {
        List<String> paths = new ArrayList<>();
        if (Files.isDirectory(directory)) {
            try {
                for (String name : folders(directory)) {
                    folders(directory.resolve(name)).forEach(version -> paths.add(name + "/" + version));
                }
            } catch (IOException e) {
                throw unusable("read", e);
            }
        }
        return paths;
    }

    /**
     * The folder of a run in progress, made if it is not there yet. Whoever takes the run up again finds in it what was
     * left there.
     *
     * @throws IllegalArgumentException if the id cannot be a folder's name
     * @throws ModelStoreException      if it cannot be made
     */
    public Path run(String runId) throws ModelStoreException {
        Path folder = runFolder(runId);
        try {
            Files.createDirectories(folder);
            return folder;
        } catch (IOException | ReadOnlyFileSystemException e) {
            throw unusable("written", e);
        }
    }

    /**
     * Removes a run's folder, if there is one.
     *
     * @throws IllegalArgumentException if the id cannot be a folder's name
     * @throws ModelStoreException      if it cannot be removed
     */
    public void removeRun(String runId) throws ModelStoreException {
        try {
            delete(runFolder(runId));
        } catch (IOException | ReadOnlyFileSystemException e) {
            throw unusable("written", e);
        }
    }

    private Path runFolder(String runId) {
        if (!isName(runId)) {
            throw new IllegalArgumentException("a run's id has 1 to 100 letters, digits, '.', '_' and '-', the first a letter"
                    + " or digit; found '" + shortened(runId) + "'");
        }
        return directory.resolve(RUNS).resolve(runId);
    }

    /** Links are left out, and so is what has no name of this store. */
    private static List<String> folders(Path parent) throws IOException {
        try (Stream<Path> entries = Files.list(parent)) {
            return entries.filter(entry -> Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS))
                    .map(entry -> entry.getFileName().toString()).filter(ModelStore::isName).sorted().toList();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectory(to);
        for (String file : FILES) {
            Path source = from.resolve(file);
            if (Files.exists(source) || !file.equals(MANIFEST)) {
                Files.copy(source, to.resolve(file));
                sync(to.resolve(file));
            }
        }
        syncFolder(to);
    }

    /** Whether there was nothing at the target. */
    private static boolean rename(Path incoming, Path target) throws IOException {
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try {
            Files.move(incoming, target, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (FileSystemException e) {
            if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
                return false; // another process was faster; which exception that is, differs by system
            }
            throw e;
        }
    }

    private static boolean isSame(Path a, Path b) throws IOException {
        for (String file : FILES) {
            boolean there = Files.exists(a.resolve(file));
            if (there != Files.exists(b.resolve(file)) || there && Files.mismatch(a.resolve(file), b.resolve(file)) >= 0) {
                return false;
            }
        }
        return true;
    }

    /** Until it is on the disk, so that a power cut leaves no model of which only the name was written. */
    private static void sync(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Where the system opens no folders, it keeps their entries itself. */
    private static void syncFolder(Path folder) {
        try {
            sync(folder);
        } catch (IOException e) {
            LOG.debugf(e, "%s cannot be synchronized", folder);
        }
    }

    private void removeAbandoned() throws IOException {
        Instant limit = Instant.now().minus(ABANDONED);
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path entry : entries.filter(e -> e.getFileName().toString().startsWith(INCOMING)).toList()) {
                try {
                    if (Files.getLastModifiedTime(entry, LinkOption.NOFOLLOW_LINKS).toInstant().isBefore(limit)) {
                        delete(entry);
                    }
                } catch (NoSuchFileException e) {
                    LOG.debugf("%s is gone: another process has finished or removed it", entry);
                }
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failure) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private void requireReachable() throws ModelStoreException {
        if (!Files.isDirectory(directory)) {
            throw new ModelStoreException("the model store " + directory + " is not there: check the setting, and that the"
                    + " volume it lies on is mounted", null);
        }
    }

    private void requireKind(boolean ok, Path path, String kind) throws InvalidModelException {
        if (!ok) {
            throw new InvalidModelException(Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                    ? path + " is no " + kind + " (a link is none): release the model again"
                    : path + " does not exist: release the model again", null);
        }
    }

    private ModelStoreException unusable(String what, Exception e) {
        String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        String remedy;
        if (text.contains("no space") || text.contains("disk space") || text.contains("quota")) {
            remedy = "it is full; remove models that nobody needs, or enlarge the volume";
        } else if (e instanceof ReadOnlyFileSystemException || text.contains("read-only")) {
            remedy = "it is read-only; mount the volume for writing";
        } else if (e instanceof AccessDeniedException) {
            remedy = "access is denied; let the user of this process read and write it";
        } else {
            remedy = "check the setting, and that the volume it lies on is mounted";
        }
        return new ModelStoreException("the model store " + directory + " cannot be " + what + " (" + e + "): " + remedy, e);
    }

    private static String shortened(String text) {
        return text == null || text.length() <= 200 ? text : text.substring(0, 200) + "…";
    }
}
