package io.hsaw.sources;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Iterator;

/** Frames one after another. Not thread safe, to be closed. */
public interface FrameSource extends Iterator<SourceFrame>, AutoCloseable {

    /**
     * Opens a picture, a video, or a folder of both. A folder is read with its subfolders in the order of the names;
     * files in it that have neither a picture's nor a video's name, and hidden ones, are left out. Stills are passed on
     * as they are, so that whoever reads them says what is wrong with them; of one too large for a frame only so much
     * is read that it stays too large.
     *
     * @throws SourceException if the path does not exist, cannot be read, or is nothing that has frames
     */
    static FrameSource open(Path path) throws SourceException {
        return FileFrames.open(path);
    }

    /**
     * @throws UncheckedIOException around a {@link SourceException} if a file within a folder cannot be read; the next
     *                              call goes on with the file after it
     */
    @Override
    SourceFrame next();

    @Override
    void close();
}
