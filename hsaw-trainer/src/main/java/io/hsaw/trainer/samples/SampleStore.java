package io.hsaw.trainer.samples;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.hsaw.contracts.InvalidRecordException;
import io.hsaw.contracts.Label;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.trainer.dataset.PackedHalves;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiConsumer;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.MVStoreTool;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.StringDataType;

/**
 * The file of the local copy: samples, their half faces, labels, and where in the log all of that is from. A change and
 * the place it brings the copy to are one commit, so that a stop at any moment leaves a copy of some moment. Safe for use
 * by several threads; of one process, which the file's lock sees to.
 */
final class SampleStore implements AutoCloseable {

    static final String FILE = "samples.mv.db";

    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final String ERASED = "erased";

    private final Path file;
    /** Shared by who reads and writes; held alone while the file is made anew. */
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private MVStore store;
    private MVMap<String, byte[]> samples;
    private MVMap<String, byte[]> faces;
    private MVMap<String, byte[]> labels;
    /** Topic and partition to the next offset, and other marks. */
    private MVMap<String, String> marks;

    /**
     * Opens the copy, or makes an empty one.
     *
     * @param folder is made if need be
     * @throws IOException if the file cannot be used; the message says what to do
     */
    SampleStore(Path folder) throws IOException {
        file = folder.resolve(FILE);
        try {
            Files.createDirectories(folder);
            MVStoreTool.compactCleanUp(file.toString());
            open();
            if (marks.containsKey(ERASED)) {
                purge();
            }
        } catch (MVStoreException e) {
            throw new IOException(e.getErrorCode() == DataUtils.ERROR_FILE_LOCKED
                    ? file + " is in use by another process: give each trainer a folder of its own (hsaw.trainer.data)"
                    : file + " cannot be read (" + e.getMessage() + "): remove it, the copy is made anew from the log", e);
        } catch (IOException e) {
            throw new IOException("the folder " + folder + " cannot be made (" + e
                    + "): choose another (hsaw.trainer.data) or free the disk", e);
        }
    }

    private void open() {
        store = new MVStore.Builder().fileName(file.toString()).autoCommitDisabled().open();
        store.setRetentionTime(0);
        store.setVersionsToKeep(0);
        samples = bytes("samples");
        faces = bytes("faces");
        labels = bytes("labels");
        marks = store.openMap("marks", new MVMap.Builder<String, String>().keyType(StringDataType.INSTANCE)
                .valueType(StringDataType.INSTANCE));
    }

    private MVMap<String, byte[]> bytes(String name) {
        return store.openMap(name, new MVMap.Builder<String, byte[]>().keyType(StringDataType.INSTANCE)
                .valueType(ByteArrayDataType.INSTANCE));
    }

    /** Changes that are committed together. */
    final class Changes {

        private Changes() {
        }

        /** @param halves of the sample, null where it has none */
        void sample(String id, StoredSample sample, PackedHalves halves) {
            samples.put(id, encode(sample));
            if (halves == null) {
                eraseFaces(id);
            } else {
                faces.put(id, halves.pixels());
            }
        }

        /** Its halves stay as they are. */
        void sample(String id, StoredSample sample) {
            samples.put(id, encode(sample));
        }

        void erase(String id) {
            samples.remove(id);
            eraseFaces(id);
        }

        private void eraseFaces(String id) {
            if (faces.remove(id) != null) {
                marks.put(ERASED, "");
            }
        }

        void label(String key, byte[] label) {
            if (label == null) {
                labels.remove(key);
            } else {
                labels.put(key, label);
            }
        }

        void mark(String name, String value) {
            marks.put(name, value);
        }

        /** Forgets all samples and their halves. */
        void forgetSamples() {
            if (!faces.isEmpty()) {
                marks.put(ERASED, "");
            }
            samples.clear();
            faces.clear();
        }

        void forgetLabels() {
            labels.clear();
        }

        /** Forgets the marks that begin so. */
        void forgetMarks(String prefix) {
            for (Iterator<String> names = marks.keyIterator(prefix); names.hasNext();) {
                String name = names.next();
                if (!name.startsWith(prefix)) {
                    return;
                }
                marks.remove(name);
            }
        }
    }

    /** What is changed. */
    interface Change {
        void make(Changes changes);
    }

    /** Makes changes and commits them: all or, if the process ends before, none. */
    void change(Change change) {
        lock.writeLock().lock();
        try {
            change.make(new Changes());
            store.commit();
        } catch (RuntimeException e) {
            store.rollback();
            throw e;
        } finally {
            lock.writeLock().unlock();
        }
    }

    Optional<String> mark(String name) {
        return read(() -> Optional.ofNullable(marks.get(name)));
    }

    Optional<StoredSample> sample(String id) {
        return read(() -> Optional.ofNullable(samples.get(id)).map(SampleStore::decode));
    }

    /** Hands on all samples with their common labels, by id. */
    void forEach(BiConsumer<String, Labelled> consumer) {
        read(() -> {
            for (Cursor<String, byte[]> cursor = samples.cursor(null); cursor.hasNext();) {
                String id = cursor.next();
                consumer.accept(id, new Labelled(decode(cursor.getValue()), label(labels.get(id))));
            }
            return null;
        });
    }

    /**
     * A sample and what is said of it since.
     *
     * @param label null where nothing is
     */
    record Labelled(StoredSample sample, Label label) {
    }

    /** The half faces of a sample; empty where it is not there (any longer) or has none. */
    Optional<PackedHalves> halves(String id) {
        return read(() -> {
            byte[] pixels = faces.get(id);
            byte[] sample = samples.get(id);
            if (pixels == null || sample == null) {
                return Optional.empty();
            }
            StoredSample of = decode(sample);
            return Optional.of(new PackedHalves(of.width(), of.height(), pixels));
        });
    }

    /** The labels whose keys begin so. */
    List<Label> labels(String prefix) {
        return read(() -> {
            List<Label> found = new ArrayList<>();
            for (Cursor<String, byte[]> cursor = labels.cursor(prefix); cursor.hasNext();) {
                if (!cursor.next().startsWith(prefix)) {
                    break;
                }
                found.add(label(cursor.getValue()));
            }
            return found;
        });
    }

    /** Whether the file can be used still: not after the disk was full. */
    boolean isUsable() {
        return read(() -> !store.isClosed());
    }

    /** Whether half faces were erased whose bytes may still be in the file. */
    boolean erasedRemain() {
        return mark(ERASED).isPresent();
    }

    /** Makes the file anew without what was erased; others wait meanwhile. */
    void purge() {
        lock.writeLock().lock();
        try {
            store.close();
            try {
                MVStoreTool.compact(file.toString(), false);
            } finally {
                open();
            }
            // after the file is new: a stop in between only has it done again
            marks.remove(ERASED);
            store.commit();
        } finally {
            lock.writeLock().unlock();
        }
    }

    private interface Read<T> {
        T of();
    }

    private <T> T read(Read<T> read) {
        lock.readLock().lock();
        try {
            return read.of();
        } finally {
            lock.readLock().unlock();
        }
    }

    private static byte[] encode(StoredSample sample) {
        try {
            return JSON.writeValueAsBytes(sample);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static StoredSample decode(byte[] json) {
        try {
            return JSON.readValue(json, StoredSample.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Only what could be read is kept. */
    private static Label label(byte[] json) {
        try {
            return json == null ? null : RecordCodec.LABELS.decode(json);
        } catch (InvalidRecordException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            store.close();
        } finally {
            lock.writeLock().unlock();
        }
    }
}
