package io.hsaw.trainer.dataset;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The files of a data set, in a folder or in a zip archive that is read where it lies. Paths inside both are
 * {@link Path}s, so that readers need not know which it is.
 */
final class DataSetFiles implements Closeable {

    private static final Set<String> PICTURE_ENDINGS = Set.of("png", "jpg", "jpeg", "webp");
    /** What file managers leave behind. */
    private static final Set<String> CLUTTER = Set.of("thumbs.db", "desktop.ini", "__macosx");

    private final Path given;
    private final Path root;
    private final FileSystem archive;

    private DataSetFiles(Path given, Path root, FileSystem archive) {
        this.given = given;
        this.root = root;
        this.archive = archive;
    }

    /** @throws DataSetException if the path is neither a folder nor a complete zip archive */
    static DataSetFiles open(Path path) throws DataSetException {
        if (Files.isDirectory(path)) {
            return new DataSetFiles(path, path, null);
        }
        if (!Files.exists(path)) {
            throw new DataSetException("%s: there is no such file or folder", path);
        }
        if (!ending(path).equals("zip")) {
            throw new DataSetException("%s: expected a folder or a .zip archive", path);
        }
        try {
            FileSystem archive = FileSystems.newFileSystem(path);
            return new DataSetFiles(path, archive.getPath("/"), archive);
        } catch (IOException | RuntimeException e) {
            throw new DataSetException(e, "%s: not a complete zip archive (%s); copy or download it again", path,
                    e.getMessage());
        }
    }

    /** What makes a data set of the files. */
    interface Reader {
        DataSet read(DataSetFiles files) throws DataSetException;
    }

    /** Opens the files and reads a data set, which closes them; if reading fails they are closed here. */
    static DataSet openWith(Path path, Reader reader) throws DataSetException {
        DataSetFiles files = open(path);
        try {
            return reader.read(files);
        } catch (DataSetException | RuntimeException e) {
            try {
                files.close();
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
    }

    /** Where the data set begins: archives often hold all of it in one folder of some name. */
    Path top(String... expected) throws DataSetException {
        Path top = root;
        while (true) {
            Path at = top;
            if (Stream.of(expected).anyMatch(name -> Files.exists(at.resolve(name)))) {
                return top;
            }
            List<Path> inside = list(top);
            if (inside.size() != 1 || !Files.isDirectory(inside.get(0))) {
                return top;
            }
            top = inside.get(0);
        }
    }

    /** What a folder holds, by name; without hidden files. */
    List<Path> list(Path folder) throws DataSetException {
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.filter(p -> !isClutter(name(p))).sorted((a, b) -> name(a).compareTo(name(b))).toList();
        } catch (IOException e) {
            throw new DataSetException(e, "%s: cannot be listed: %s", place(folder), e.getMessage());
        }
    }

    /** The pictures of a folder that is to hold nothing else, by name. */
    List<Path> pictures(Path folder) throws DataSetException {
        List<Path> inside = list(folder);
        for (Path file : inside) {
            if (Files.isDirectory(file) || !PICTURE_ENDINGS.contains(ending(file))) {
                throw new DataSetException("%s: expected only pictures here (.png, .jpg, .jpeg, .webp)", place(file));
            }
        }
        return inside;
    }

    /** The lines of a text file, without blank ones at its end. */
    List<String> lines(Path file) throws DataSetException {
        try {
            return Files.readString(file).stripTrailing().lines().toList();
        } catch (IOException e) {
            throw new DataSetException(e, "%s: cannot be read as text: %s", place(file), e.getMessage());
        }
    }

    /** How messages name a file: its path, for one in an archive after the archive's. */
    String place(Path file) {
        return archive == null ? file.toString() : given + "!" + file;
    }

    /** What a folder holds, for messages. */
    String describe(Path folder) throws DataSetException {
        List<Path> inside = list(folder);
        String names = inside.stream().limit(10).map(DataSetFiles::name).collect(Collectors.joining(", "));
        return inside.isEmpty() ? "nothing" : names + (inside.size() > 10 ? ", ..." : "");
    }

    /** The last part of a path; folders in archives end in a slash. */
    static String name(Path path) {
        String name = path.getFileName().toString();
        return name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
    }

    /** The name without its ending. */
    static String stem(Path path) {
        String name = name(path);
        int dot = name.lastIndexOf('.');
        return dot <= 0 ? name : name.substring(0, dot);
    }

    static String ending(Path path) {
        String name = name(path);
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    private static boolean isClutter(String name) {
        return name.startsWith(".") || CLUTTER.contains(name.toLowerCase(Locale.ROOT));
    }

    @Override
    public void close() throws IOException {
        if (archive != null) {
            archive.close();
        }
    }
}
