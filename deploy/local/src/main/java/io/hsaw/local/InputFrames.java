package io.hsaw.local;

import io.hsaw.sources.FrameSource;
import io.hsaw.sources.SourceException;
import io.hsaw.sources.SourceFrame;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Consumer;

/** The frames of some files and folders, one after another; what cannot be read is said and left out. */
final class InputFrames implements Iterator<SourceFrame>, AutoCloseable {

    private final Iterator<Path> paths;
    private final Consumer<String> warnings;
    private FrameSource source;
    private SourceFrame next;
    private int unreadable;

    /** @param warnings is told of each thing that cannot be read */
    InputFrames(List<Path> paths, Consumer<String> warnings) {
        this.paths = paths.iterator();
        this.warnings = warnings;
    }

    @Override
    public boolean hasNext() {
        while (next == null) {
            try {
                if (source == null) {
                    if (!paths.hasNext()) {
                        return false;
                    }
                    source = FrameSource.open(paths.next());
                } else if (source.hasNext()) {
                    next = source.next();
                } else {
                    close();
                }
            } catch (SourceException e) {
                leaveOut(e);
            } catch (UncheckedIOException e) {
                leaveOut(e.getCause());
            }
        }
        return true;
    }

    private void leaveOut(Exception e) {
        unreadable++;
        warnings.accept(e.getMessage());
    }

    @Override
    public SourceFrame next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        SourceFrame frame = next;
        next = null;
        return frame;
    }

    /** How many things could not be read until now. */
    int unreadable() {
        return unreadable;
    }

    @Override
    public void close() {
        if (source != null) {
            source.close();
            source = null;
        }
    }
}
