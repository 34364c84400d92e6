package io.hsaw.network.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Reads and writes files in the safetensors format: eight bytes of header length, a JSON header of names, types, shapes
 * and offsets, the numbers. It holds data only; reading one never runs code. 32-bit and 16-bit floating point are known.
 */
public final class SafeTensors {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_HEADER_BYTES = 1 << 20;
    private static final long MAX_FILE_BYTES = 1L << 30;

    private SafeTensors() {
    }

    /**
     * All tensors of a file by name, in the file's order.
     *
     * @throws InvalidWeightsException if the file is truncated, is no safetensors file, or holds numbers that are not finite
     * @throws IOException             if it cannot be read
     */
    public static Map<String, Tensor> read(Path file) throws IOException, InvalidWeightsException {
        long size = Files.size(file);
        if (size < 8 || size > MAX_FILE_BYTES) {
            throw new InvalidWeightsException(file, "a weights file has 8 bytes to 1 GiB, this one has " + size);
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long headerLength = read(channel, file, 0, 8).getLong();
            if (headerLength < 2 || headerLength > MAX_HEADER_BYTES || headerLength > size - 8) {
                throw new InvalidWeightsException(file, "no safetensors file: its header would have " + headerLength
                        + " bytes; copy the file again");
            }
            JsonNode header = header(file, read(channel, file, 8, (int) headerLength));
            long dataStart = 8 + headerLength;
            requireOwnBytes(file, header, size - dataStart);
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (Map.Entry<String, JsonNode> entry : header.properties()) {
                if (!entry.getKey().equals("__metadata__")) {
                    tensors.put(entry.getKey(), tensor(channel, file, dataStart, size - dataStart, entry));
                }
            }
            return tensors;
        }
    }

    /**
     * Writes tensors, 32-bit or 16-bit each; the file appears whole or not at all.
     *
     * @param half which names are written with 16 bits
     */
    public static void write(Path file, Map<String, Tensor> tensors, Predicate<String> half) throws IOException {
        ObjectNode header = JSON.createObjectNode();
        long offset = 0;
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            boolean isHalf = half.test(entry.getKey());
            ObjectNode node = header.putObject(entry.getKey());
            node.put("dtype", isHalf ? "F16" : "F32");
            ArrayNode shape = node.putArray("shape");
            for (long d : entry.getValue().shape()) {
                shape.add(d);
            }
            long end = offset + (long) entry.getValue().values().length * (isHalf ? 2 : 4);
            node.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        StringBuilder text = new StringBuilder(JSON.writeValueAsString(header));
        while (text.length() % 8 != 0) {
            text.append(' ');
        }
        byte[] headerBytes = text.toString().getBytes(StandardCharsets.UTF_8);
        Path unfinished = file.resolveSibling(file.getFileName() + ".part");
        try {
            try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer start = buffer(8 + headerBytes.length).putLong(headerBytes.length).put(headerBytes).flip();
                writeFully(channel, start);
                for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
                    writeFully(channel, bytes(entry.getValue().values(), half.test(entry.getKey())));
                }
                channel.force(true);
            }
            Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            // where the disk is full, what was written so far is in the way
            Files.deleteIfExists(unfinished);
        }
    }

    private static JsonNode header(Path file, ByteBuffer bytes) throws InvalidWeightsException {
        try {
            JsonNode header = JSON.readTree(StandardCharsets.UTF_8.decode(bytes).toString().stripTrailing());
            if (header.isObject()) {
                return header;
            }
        } catch (JsonProcessingException e) {
            throw new InvalidWeightsException(file, "no safetensors file: its header is no JSON; copy the file again");
        }
        throw new InvalidWeightsException(file, "no safetensors file: its header is no JSON object");
    }

    /** Tensors that share bytes would let a small file fill the memory. */
    private static void requireOwnBytes(Path file, JsonNode header, long dataSize) throws InvalidWeightsException {
        long left = dataSize;
        for (Map.Entry<String, JsonNode> entry : header.properties()) {
            JsonNode offsets = entry.getValue().path("data_offsets");
            long length = offsets.path(1).asLong() - offsets.path(0).asLong();
            if (length > left) {
                throw new InvalidWeightsException(file, "its tensors up to " + entry.getKey() + " need more than the "
                        + dataSize + " bytes that it has: it is truncated or damaged; copy it again");
            }
            left -= Math.max(0, length);
        }
    }

    private static Tensor tensor(FileChannel channel, Path file, long dataStart, long dataSize,
            Map.Entry<String, JsonNode> entry) throws IOException, InvalidWeightsException {
        String name = entry.getKey();
        String type = entry.getValue().path("dtype").asText();
        if (!type.equals("F32") && !type.equals("F16")) {
            throw new InvalidWeightsException(file, "tensor " + name + " has type " + type + ", expected F32 or F16");
        }
        int bytesPerValue = type.equals("F16") ? 2 : 4;
        JsonNode offsets = entry.getValue().path("data_offsets");
        long begin = offsets.path(0).asLong(-1);
        long end = offsets.path(1).asLong(-1);
        if (begin < 0 || end < begin || end > dataSize) {
            throw new InvalidWeightsException(file, "tensor " + name + " lies outside the file (bytes " + begin + " to " + end
                    + " of " + dataSize + "): the file is truncated; copy it again");
        }
        JsonNode sizes = entry.getValue().path("shape");
        long[] shape = new long[sizes.size()];
        long count = 1;
        for (int i = 0; i < shape.length; i++) {
            shape[i] = sizes.get(i).asLong(-1);
            if (shape[i] < 0 || shape[i] > dataSize || count * shape[i] > dataSize) {
                throw new InvalidWeightsException(file, "tensor " + name + " has an impossible shape " + sizes);
            }
            count *= shape[i];
        }
        if (end - begin != count * bytesPerValue || end - begin > Integer.MAX_VALUE) {
            throw new InvalidWeightsException(file, "tensor " + name + " of shape " + sizes + " needs "
                    + count * bytesPerValue + " bytes, the file gives it " + (end - begin));
        }
        ByteBuffer data = read(channel, file, dataStart + begin, (int) (end - begin));
        float[] values = new float[(int) count];
        for (int i = 0; i < values.length; i++) {
            values[i] = bytesPerValue == 2 ? HalfFloat.toFloat(data.getShort()) : data.getFloat();
            if (!Float.isFinite(values[i])) {
                throw new InvalidWeightsException(file, "tensor " + name + " holds a value that is not finite at " + i);
            }
        }
        return new Tensor(shape, values);
    }

    private static ByteBuffer read(FileChannel channel, Path file, long position, int length)
            throws IOException, InvalidWeightsException {
        ByteBuffer bytes = buffer(length);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, position + bytes.position()) < 0) {
                throw new InvalidWeightsException(file, "the file ends too early; copy it again");
            }
        }
        return bytes.flip();
    }

    private static ByteBuffer bytes(float[] values, boolean half) {
        ByteBuffer bytes = buffer(values.length * (half ? 2 : 4));
        for (float v : values) {
            if (half) {
                bytes.putShort(HalfFloat.fromFloat(v));
            } else {
                bytes.putFloat(v);
            }
        }
        return bytes.flip();
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static ByteBuffer buffer(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }
}
