package io.hsaw.trainer.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.hsaw.contracts.Expression;
import io.hsaw.contracts.ModelRelease;
import io.hsaw.contracts.TrainingProgress;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * What is kept of a run in progress, in its folder in the model store, so that any trainer with the same store can go on
 * with it: what was asked for, the manifest, the labels of each epoch, the checkpoint, and in the end the finished model.
 * Each file is there whole or not at all.
 *
 * @param folder the run's
 */
record RunFolder(Path folder) {

    private static final Logger LOG = Logger.getLogger(RunFolder.class);
    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final String PLAN = "run.json";
    private static final String MANIFEST = "manifest.csv";
    private static final String COMPARISON = "comparison.json";
    /** As many bytes as a trainer began with the run. */
    private static final String BEGINNINGS = "beginnings";
    private static final String LOCK = "lock";

    /**
     * What a run was begun with.
     *
     * @param command the command's bytes
     * @param start   where its first weights are from: {@code random}, or a model as {@code name/version}
     * @param ofStore whether that model is one of the store, else the one that came with the trainer
     * @param size    height and width of the crops
     * @param threads for training: part of what makes a run repeatable
     */
    record Plan(byte[] command, String start, boolean ofStore, int size, int threads) {
    }

    /**
     * The labels of a run from an epoch on.
     *
     * @param labels   of the samples whose label is another one than in the manifest
     * @param relabels what became of proposed labels so far
     */
    record Labels(Map<String, Expression> labels, TrainingProgress.Relabels relabels) {

        static final Labels OF_MANIFEST = new Labels(Map.of(), TrainingProgress.Relabels.NONE);

        Labels {
            labels = new TreeMap<>(labels);
        }
    }

    /**
     * What is left to do after the model is finished.
     *
     * @param comparison with the champion, or null if there was none that could be compared with
     * @param reason     why there was none, or null
     * @param champion   whether the model is to run
     */
    record Comparison(ModelRelease.Comparison comparison, String reason, boolean champion) {
    }

    Path manifest() {
        return folder.resolve(MANIFEST);
    }

    Path checkpoint() {
        return folder.resolve("checkpoint");
    }

    Path model() {
        return folder.resolve("model");
    }

    Optional<Plan> plan() throws IOException {
        return read(PLAN, Plan.class);
    }

    void write(Plan plan) throws IOException {
        replace(folder.resolve(PLAN), file -> JSON.writeValue(file.toFile(), plan));
    }

    void write(Manifest manifest) throws IOException {
        replace(manifest(), manifest::write);
    }

    /** Those of an epoch; empty where none were decided for it. */
    Optional<Labels> labels(int epoch) throws IOException {
        return read(labelsOf(epoch), Labels.class);
    }

    void write(int epoch, Labels labels) throws IOException {
        replace(folder.resolve(labelsOf(epoch)), file -> JSON.writeValue(file.toFile(), labels));
    }

    Optional<Comparison> comparison() throws IOException {
        return read(COMPARISON, Comparison.class);
    }

    void write(Comparison comparison) throws IOException {
        replace(folder.resolve(COMPARISON), file -> JSON.writeValue(file.toFile(), comparison));
    }

    private static String labelsOf(int epoch) {
        return "labels-" + epoch + ".json";
    }

    private <T> Optional<T> read(String name, Class<T> type) throws IOException {
        try {
            return Optional.of(JSON.readValue(Files.readAllBytes(folder.resolve(name)), type));
        } catch (NoSuchFileException e) {
            if (Files.isDirectory(folder)) {
                return Optional.empty();
            }
            throw e; // what was there cannot be known now
        }
    }

    /** Forgets all but who is and was at it, so that the run begins anew. */
    void clear() throws IOException {
        Files.deleteIfExists(folder.resolve(PLAN)); // first: without it all else is cleared too when the run is taken up
        try (Stream<Path> inside = Files.walk(folder)) {
            Set<Path> kept = Set.of(folder, folder.resolve(LOCK), folder.resolve(BEGINNINGS));
            for (Path file : inside.filter(path -> !kept.contains(path)).sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Notes that a trainer begins with the run, and says how often that was since it last {@linkplain #gotOn got on}. */
    int begun() throws IOException {
        Path file = folder.resolve(BEGINNINGS);
        int times = 1 + (Files.exists(file) ? (int) Files.size(file) : 0);
        Files.write(file, new byte[times]);
        return times;
    }

    /** An epoch is over. */
    void gotOn() {
        try {
            Files.deleteIfExists(folder.resolve(BEGINNINGS));
        } catch (IOException e) {
            LOG.debugf("%s stays: %s", BEGINNINGS, e.getMessage()); // what cannot be written is said elsewhere
        }
    }

    private interface Content {
        void writeTo(Path file) throws IOException;
    }

    private static void replace(Path file, Content content) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            content.writeTo(part);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** Keeps other trainers from the run while this one is at it. */
    record Lock(FileChannel channel, FileLock lock) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** Empty while another trainer holds the run. */
    Optional<Lock> lock() throws IOException {
        Files.createDirectories(folder);
        FileChannel channel = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // of another trainer in this process
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        return Optional.ofNullable(lock).map(held -> new Lock(channel, held));
    }
}
