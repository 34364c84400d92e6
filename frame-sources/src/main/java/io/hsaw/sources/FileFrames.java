package io.hsaw.sources;

import io.hsaw.contracts.FrameLimits;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;

/** The frames of some files: stills, and videos frame by frame. */
final class FileFrames implements FrameSource {

    /** What names are relative to; null if the file itself was given without a folder. */
    private final Path folder;
    private final Iterator<Path> files;
    private VideoFrames video;
    private SourceFrame next;
    private SourceException failure;

    private FileFrames(Path folder, List<Path> files) {
        this.folder = folder;
        this.files = files.iterator();
    }

    static FileFrames open(Path path) throws SourceException {
        if (!Files.exists(path)) {
            throw new SourceException(path + " does not exist: give the path of a picture, a folder or a video");
        }
        if (!Files.isReadable(path)) {
            throw new SourceException(path + " may not be read: allow it, or run as a user who may");
        }
        if (Files.isDirectory(path)) {
            return new FileFrames(path, filesOf(path));
        }
        FileFrames frames = new FileFrames(path.getParent(), List.of(path));
        frames.hasNext();
        if (frames.failure != null) {
            throw frames.failure;
        }
        return frames;
    }

    private static List<Path> filesOf(Path folder) throws SourceException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            files = all.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .filter(file -> FileKind.hasPictureName(file) || FileKind.hasVideoName(file))
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw new SourceException(folder + " cannot be listed (" + e.getMessage() + "): allow it to be read", e);
        }
        if (files.isEmpty()) {
            throw new SourceException(folder + " holds no picture and no video: give a folder that does");
        }
        return files;
    }

    @Override
    public boolean hasNext() {
        while (next == null && failure == null) {
            try {
                if (video != null) {
                    next = video.next();
                    if (next == null) {
                        closeVideo();
                    }
                } else if (files.hasNext()) {
                    begin(files.next());
                } else {
                    return false;
                }
            } catch (SourceException e) {
                closeVideo();
                failure = e;
            }
        }
        return true;
    }

    private void begin(Path file) throws SourceException {
        try {
            if (FileKind.hasPictureName(file) || !FileKind.hasVideoName(file) && FileKind.beginsAsPicture(file)) {
                next = new SourceFrame(name(file), bytes(file), FileKind.contentType(file), null);
            } else {
                video = new VideoFrames(name(file), file);
            }
        } catch (SourceException e) {
            throw e;
        } catch (IOException e) {
            throw new SourceException(file + " cannot be read (" + e.getMessage() + "): allow it to be read", e);
        }
    }

    private static byte[] bytes(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(FrameLimits.MAX_FRAME_BYTES + 1);
        }
    }

    private String name(Path file) {
        return (folder == null ? file : folder.relativize(file)).toString();
    }

    @Override
    public SourceFrame next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        if (failure != null) {
            SourceException thrown = failure;
            failure = null;
            throw new UncheckedIOException(thrown);
        }
        SourceFrame frame = next;
        next = null;
        return frame;
    }

    private void closeVideo() {
        if (video != null) {
            video.close();
            video = null;
        }
    }

    @Override
    public void close() {
        closeVideo();
    }
}
