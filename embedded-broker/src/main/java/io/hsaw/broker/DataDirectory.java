package io.hsaw.broker;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A broker's data folder, held by one broker at a time. The lock file says who holds it; the lock itself is the
 * operating system's and ends with the process, however that ends.
 */
final class DataDirectory implements AutoCloseable {

    /** Kafka allocates index files of 10 MiB per segment; with less room than this a broker does not get far. */
    static final long LEAST_FREE_BYTES = 128L << 20;

    private static final int MAX_HOLDER_BYTES = 256;

    /**
     * Folders held by this process: a second lock in one process is an error rather than a wait, and closing a second
     * channel on the lock file would end the first one's lock.
     */
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel lockFile;

    private DataDirectory(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    /**
     * Makes the folder if need be and takes it.
     *
     * @param holder what a second one is told about this one, such as an address
     * @throws BrokerStartException if the folder cannot be made or written, is full, or is held by another broker
     */
    static DataDirectory take(Path directory, String holder) throws BrokerStartException {
        Path path = directory.toAbsolutePath().normalize();
        try {
            path = Files.createDirectories(path).toRealPath();
            long free = Files.getFileStore(path).getUsableSpace();
            if (free < LEAST_FREE_BYTES) {
                throw new BrokerStartException("The disk of the data folder " + path + " is full: " + (free >> 20)
                        + " MiB are free, the broker needs " + (LEAST_FREE_BYTES >> 20)
                        + ". Make room there or choose another data folder.", null);
            }
        } catch (FileSystemException e) {
            throw unusable(path, e);
        } catch (BrokerStartException e) {
            throw e;
        } catch (IOException e) {
            throw unusable(path, e);
        }
        if (!HELD_HERE.add(path)) {
            throw new BrokerStartException(inUse(path, "this process"), null);
        }
        try {
            return new DataDirectory(path, lock(path, holder));
        } catch (IOException e) {
            HELD_HERE.remove(path);
            throw e instanceof BrokerStartException b ? b : unusable(path, e);
        }
    }

    private static FileChannel lock(Path path, String holder) throws IOException {
        FileChannel file = FileChannel.open(path.resolve("hsaw-broker.lock"),
                StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            FileLock lock = file.tryLock();
            if (lock == null) {
                throw new BrokerStartException(inUse(path, read(file)), null);
            }
            file.truncate(0);
            file.write(ByteBuffer.wrap(("process " + ProcessHandle.current().pid() + ", broker at " + holder)
                    .getBytes(StandardCharsets.UTF_8)));
            return file;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private static String read(FileChannel file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(MAX_HOLDER_BYTES);
        file.read(bytes, 0);
        String holder = StandardCharsets.UTF_8.decode(bytes.flip()).toString().strip();
        return holder.isEmpty() ? "another process" : holder;
    }

    private static String inUse(Path path, String holder) {
        return "The data folder " + path + " is in use by " + holder
                + ". Stop that one, or choose another data folder and port for this one.";
    }

    private static BrokerStartException unusable(Path path, IOException e) {
        String reason = e instanceof FileSystemException f && f.getReason() != null ? f.getReason()
                : e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
        return new BrokerStartException("The data folder " + path + " cannot be used (" + reason
                + "). It must be a folder that this user may write: change its permissions or choose another data"
                + " folder.", e);
    }

    /** Absolute, without links. */
    Path path() {
        return path;
    }

    /** Gives the folder back; what is in it stays. */
    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("cannot release " + path, e);
        } finally {
            HELD_HERE.remove(path);
        }
    }
}
