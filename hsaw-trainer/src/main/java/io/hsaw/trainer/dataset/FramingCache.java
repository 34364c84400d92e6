package io.hsaw.trainer.dataset;

import io.hsaw.contracts.Expression;
import io.hsaw.trainer.dataset.FramedDataSet.Entry;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.jboss.logging.Logger;

/**
 * A file of framed samples: magic, key, count, then per sample id, label, found, width, height, length and bytes of the
 * packed halves; a CRC-32 of all that at the end. Replaced as a whole, so that no reader sees half of it.
 */
final class FramingCache {

    private static final Logger LOG = Logger.getLogger(FramingCache.class);
    private static final int MAGIC = 0x48534157; // "HSAW"
    private static final int BUFFER = 1 << 16;

    private final Path file;
    private final String key;

    FramingCache(Path file, String key) {
        this.file = file;
        this.key = key;
    }

    /** What tells whether a file is of these samples and of today's framing. Reads every picture's bytes. */
    static String key(List<SampleRef> samples) throws DataSetException {
        MessageDigest digest = Sha256.digest();
        for (SampleRef sample : samples) {
            byte[] picture = sample.read().picture();
            digest.update((sample.id() + '\n' + sample.label() + '\n' + sample.region() + '\n' + picture.length + '\n')
                    .getBytes(StandardCharsets.UTF_8));
            digest.update(picture);
        }
        return "framing-" + SampleFramer.VERSION + "-" + Sha256.hex(digest, new byte[0]);
    }

    /** The samples in the file; empty if it is missing, stale or damaged. */
    Optional<FramedDataSet> read() {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        CRC32 sum = new CRC32();
        try (DataInputStream in = new DataInputStream(new CheckedInputStream(
                new BufferedInputStream(Files.newInputStream(file), BUFFER), sum))) {
            if (in.readInt() != MAGIC || !in.readUTF().equals(key)) {
                LOG.infof("%s is of other samples or of an older framing: framing again", file);
                return Optional.empty();
            }
            int count = in.readInt();
            long left = Files.size(file);
            List<Entry> entries = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Entry entry = entry(in, left);
                left -= entry.halves().pixels().length;
                entries.add(entry);
            }
            long expected = sum.getValue();
            if (in.readLong() != expected) {
                throw new IOException("its check sum is wrong");
            }
            return Optional.of(new FramedDataSet(entries));
        } catch (IOException | RuntimeException e) {
            LOG.warnf("%s is damaged (%s): framing again", file, e);
            return Optional.empty();
        }
    }

    /** @param left bytes there can still be, so that a damaged length does not fill the memory */
    private static Entry entry(DataInputStream in, long left) throws IOException {
        String id = in.readUTF();
        Expression label = Expression.values()[in.readUnsignedByte()];
        boolean found = in.readBoolean();
        int width = in.readUnsignedShort();
        int height = in.readUnsignedShort();
        int length = in.readInt();
        int pixels = 2 * width * height;
        if (length > left || length != pixels && length != 3 * pixels) {
            throw new IOException("a sample's length is wrong");
        }
        return new Entry(id, label, found, new PackedHalves(width, height, in.readNBytes(length)));
    }

    /** @throws DataSetException if the file cannot be written; names it */
    void write(FramedDataSet samples) throws DataSetException {
        Path folder = file.toAbsolutePath().getParent();
        try {
            Files.createDirectories(folder);
            Path next = Files.createTempFile(folder, file.getFileName().toString(), ".part");
            try {
                writeTo(next, samples);
                Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(next);
            }
        } catch (IOException e) {
            throw new DataSetException(e, "%s: framed samples cannot be written (%s); choose another place or free the"
                    + " disk", file, e);
        }
    }

    private void writeTo(Path next, FramedDataSet samples) throws IOException {
        CRC32 sum = new CRC32();
        try (DataOutputStream out = new DataOutputStream(new CheckedOutputStream(
                new BufferedOutputStream(Files.newOutputStream(next), BUFFER), sum))) {
            out.writeInt(MAGIC);
            out.writeUTF(key);
            out.writeInt(samples.size());
            for (Entry entry : samples.entries()) {
                out.writeUTF(entry.id());
                out.writeByte(entry.label().ordinal());
                out.writeBoolean(entry.found());
                out.writeShort(entry.halves().width());
                out.writeShort(entry.halves().height());
                out.writeInt(entry.halves().pixels().length);
                out.write(entry.halves().pixels());
            }
            out.writeLong(sum.getValue());
        }
    }
}
