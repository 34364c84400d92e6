package io.hsaw.contracts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the bytes: a record that can be written again, or {@link InvalidRecordException}; never an error. */
class HostileRecordsTest {

    private static final int INPUTS_PER_CODEC_AND_KIND = 10_000;

    /** The codecs with what they write. */
    enum Kind {
        FACES(RecordCodec.FACES, List.of(Samples.faces(), Samples.refusedFaces())),
        HALF_FACES(RecordCodec.HALF_FACES, List.of(Samples.halfFaces(), Samples.refusedHalfFaces())),
        EMOTIONS(RecordCodec.EMOTIONS, List.of(Samples.reply(), Samples.refusal())),
        EMOTION_CHANGES(RecordCodec.EMOTION_CHANGES, List.of(Samples.change(), Samples.beginning())),
        CAMERA_STATE(RecordCodec.CAMERA_STATE, List.of(Samples.state(), Samples.emptyState())),
        LABELS(RecordCodec.LABELS, List.of(Samples.label(), Samples.answer())),
        PSEUDO_LABELS(RecordCodec.PSEUDO_LABELS, List.of(Samples.pseudoLabel())),
        TRAINING_COMMANDS(RecordCodec.TRAINING_COMMANDS, List.of(Samples.start(), Samples.cancel())),
        TRAINING_PROGRESS(RecordCodec.TRAINING_PROGRESS, List.of(Samples.progress())),
        MODEL_RELEASES(RecordCodec.MODEL_RELEASES, List.of(Samples.release())),
        CAMERA_SETTINGS(RecordCodec.CAMERA_SETTINGS, List.of(Samples.cameraSettings()));

        private final Target<?> target;

        <T> Kind(RecordCodec<T> codec, List<T> records) {
            target = new Target<>(codec, records.stream().map(codec::encode).toList());
        }
    }

    private record Target<T>(RecordCodec<T> codec, List<byte[]> good) {

        /** Whether the bytes are a record. */
        boolean decodes(byte[] bytes) {
            T record;
            try {
                record = codec.decode(bytes);
            } catch (InvalidRecordException e) {
                assertTrue(e.getMessage().contains(codec.schema()), e.getMessage());
                return false;
            }
            try {
                assertEquals(record, codec.decode(codec.encode(record)));
                return true;
            } catch (InvalidRecordException e) {
                throw new AssertionError("a record that was read and written cannot be read again", e);
            }
        }

        int decoded(long seed, Function<Random, byte[]> inputs) {
            Random random = new Random(seed);
            int decoded = 0;
            for (int i = 0; i < INPUTS_PER_CODEC_AND_KIND; i++) {
                if (decodes(inputs.apply(random))) {
                    decoded++;
                }
            }
            return decoded;
        }

        byte[] anyGood(Random random) {
            return good.get(random.nextInt(good.size())).clone();
        }
    }

    @ParameterizedTest
    @EnumSource
    void randomBytes(Kind kind) {
        kind.target.decoded(1, random -> {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            return bytes;
        });
    }

    @ParameterizedTest
    @EnumSource
    void recordsWithChangedBytes(Kind kind) {
        int decoded = kind.target.decoded(2, random -> {
            byte[] bytes = kind.target.anyGood(random);
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            return bytes;
        });
        assertTrue(decoded > 0, "some changes, such as of a digit or a pixel, make another record");
    }

    @ParameterizedTest
    @EnumSource
    void recordsWithPartsCutOutRepeatedAndMovedInFromOthers(Kind kind) {
        kind.target.decoded(3, random -> {
            byte[] bytes = kind.target.anyGood(random);
            byte[] other = Kind.values()[random.nextInt(Kind.values().length)].target.anyGood(random);
            int from = random.nextInt(bytes.length);
            int to = Math.min(bytes.length, from + random.nextInt(40));
            int otherFrom = random.nextInt(other.length);
            int otherTo = Math.min(other.length, otherFrom + random.nextInt(40));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.write(bytes, 0, random.nextBoolean() ? from : to);
            out.write(other, otherFrom, random.nextInt(3) == 0 ? 0 : otherTo - otherFrom);
            out.write(bytes, from, bytes.length - from);
            return out.toByteArray();
        });
    }

    /** CBOR heads with lengths of any size, of any kind, somewhere in a record; in JSON, its structural characters. */
    @ParameterizedTest
    @EnumSource
    void recordsWithForeignStructure(Kind kind) {
        String[] tokens = {"{", "}", "[", "]", ",", ":", "\"", "null", "true", "1e400", "-0", "NaN", "\"\\udc00\"",
            "{}", "[[", "\"NaN\"", "\"-Infinity\"", "1234567890123456789012345678901234567890"};
        boolean json = kind.target.codec().contentType().endsWith("json");
        kind.target.decoded(4, random -> {
            byte[] bytes = kind.target.anyGood(random);
            byte[] part = new byte[9];
            if (json) {
                part = tokens[random.nextInt(tokens.length)].getBytes(UTF_8);
            } else {
                random.nextBytes(part);
                part[0] = (byte) (random.nextInt(8) << 5 | 24 + random.nextInt(8));
                if (random.nextBoolean()) {
                    part[1 + random.nextInt(4)] = 0;
                }
            }
            int at = random.nextInt(bytes.length);
            System.arraycopy(part, 0, bytes, at, Math.min(part.length, bytes.length - at));
            return bytes;
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {33, 1_000, 5_000_000})
    void deepNestingIsRefused(int depth) {
        assertRefused(RecordCodec.EMOTIONS, "[".repeat(depth).getBytes(UTF_8));
        String nested = "[".repeat(depth) + "]".repeat(depth);
        assertRefused(RecordCodec.EMOTIONS, ("{\"new\":" + nested + "}").getBytes(UTF_8));
        assertRefused(RecordCodec.EMOTIONS, "{\"rejection\":".repeat(Math.min(depth, 1_000_000)).getBytes(UTF_8));
        byte[] arrays = new byte[depth];
        Arrays.fill(arrays, (byte) 0x81);
        assertRefused(RecordCodec.FACES, arrays);
    }

    @Test
    void millionsOfValuesAreRefusedBeforeTheyFillTheMemory() {
        byte[] faces = ("{\"faces\":[null" + ",null".repeat(3_000_000) + "]}").getBytes(UTF_8);
        StringBuilder timings = new StringBuilder("{\"timings\":{\"0\":0");
        for (int i = 1; i < 1_000_000; i++) {
            timings.append(",\"").append(i).append("\":1");
        }
        byte[] stages = timings.append("}}").toString().getBytes(UTF_8);

        assertTrue(allocatedBy(() -> assertRefused(RecordCodec.EMOTIONS, faces)) < 32 << 20);
        assertTrue(allocatedBy(() -> assertRefused(RecordCodec.EMOTIONS, stages)) < 32 << 20);
    }

    @Test
    void aClaimedLengthIsNotAllocated() throws IOException {
        for (int type : new int[] {0x40, 0x60, 0x80, 0xA0}) { // byte string, text, array, map
            for (long claimed : new long[] {1 << 18, 1 << 24, Integer.MAX_VALUE, 1L << 32, Long.MAX_VALUE, -1}) {
                byte[] bytes = pixelsThatClaim(type, claimed);
                long allocated = allocatedBy(() -> assertRefused(RecordCodec.FACES, bytes));
                assertTrue(allocated < 4 << 20, () -> claimed + " of type " + type + " allocated " + allocated);
            }
        }
    }

    @Test
    void anImageThatClaimsMorePixelsThanItHasIsRefused() {
        for (int[] size : new int[][] {{60_000, 60_000}, {Integer.MAX_VALUE, Integer.MAX_VALUE}, {0, 5}, {-1, -1}}) {
            assertThrows(IllegalArgumentException.class, () -> new RgbImage(size[0], size[1], new byte[3]));
        }
    }

    /** {@code {"faces": [{"crop": {"pixels": <head with 8 bytes of length> 1, 2, 3}}]}}. */
    private static byte[] pixelsThatClaim(int type, long length) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0xA1);
        text(out, "faces");
        out.write(0x81);
        out.write(0xA1);
        text(out, "crop");
        out.write(0xA1);
        text(out, "pixels");
        out.write(type | 27);
        for (int shift = 56; shift >= 0; shift -= 8) {
            out.write((int) (length >>> shift));
        }
        out.write(new byte[] {1, 2, 3});
        return out.toByteArray();
    }

    private static void text(ByteArrayOutputStream out, String text) throws IOException {
        out.write(0x60 | text.length());
        out.write(text.getBytes(UTF_8));
    }

    private static void assertRefused(RecordCodec<?> codec, byte[] bytes) {
        assertThrows(InvalidRecordException.class, () -> codec.decode(bytes));
    }

    private static long allocatedBy(Runnable work) {
        com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        work.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }
}
