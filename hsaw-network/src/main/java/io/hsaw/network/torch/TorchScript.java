package io.hsaw.network.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A program in PyTorch's own intermediate language, compiled from source text at run time. It reaches the operators that
 * DJL's arrays do not offer (bf16, channels-last, oneDNN's fused convolutions, gradients inside one call). It has no
 * weights of its own: they are arguments.
 */
public final class TorchScript implements AutoCloseable {

    /** PyTorch's number for a type in {@code torch.to}. */
    public static final int FLOAT32 = 6;
    /** PyTorch's number for a type in {@code torch.to}. */
    public static final int BFLOAT16 = 15;
    /** PyTorch's number for a type in {@code torch.to}. */
    public static final int FLOAT16 = 5;

    private final PtSymbolBlock module;

    private TorchScript(PtSymbolBlock module) {
        this.module = module;
    }

    /**
     * Compiles methods. Each starts with {@code "  def name(self: __torch__.Program, "} and is written in the language of
     * {@code code/__torch__.py} in TorchScript archives: one operator per assignment, all arguments given.
     *
     * @param manager its device is the program's
     */
    public static TorchScript compile(NDManager manager, String methods) {
        try {
            return new TorchScript(JniUtils.loadModule((PtNDManager) manager,
                    new ByteArrayInputStream(archive(methods)), false, false));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Runs a method that returns one tensor.
     *
     * @param manager   owner of the result
     * @param arguments {@link NDArray}, {@code List<NDArray>}, {@code Long}/{@code Integer}, {@code Double}/{@code Float},
     *                  {@code Boolean}
     */
    public NDArray call(NDManager manager, String method, Object... arguments) {
        try (IValue result = run(method, arguments)) {
            return result.toTensor((PtNDManager) manager);
        }
    }

    /** Runs a method that returns a list of tensors; {@code manager} owns them. */
    public NDList callForList(NDManager manager, String method, Object... arguments) {
        try (IValue result = run(method, arguments)) {
            return result.toNDList((PtNDManager) manager);
        }
    }

    private IValue run(String method, Object... arguments) {
        IValue[] values = new IValue[arguments.length];
        try {
            for (int i = 0; i < values.length; i++) {
                values[i] = value(arguments[i]);
            }
            return IValueUtils.runMethod(module, method, values);
        } finally {
            for (IValue value : values) {
                if (value != null) {
                    value.close();
                }
            }
        }
    }

    private static IValue value(Object argument) {
        if (argument instanceof PtNDArray array) {
            return IValue.from(array);
        }
        if (argument instanceof List<?> list) {
            return IValue.listFrom(list.toArray(PtNDArray[]::new));
        }
        if (argument instanceof Boolean flag) {
            return IValue.from((boolean) flag);
        }
        if (argument instanceof Double || argument instanceof Float) {
            return IValue.from(((Number) argument).doubleValue());
        }
        return IValue.from(((Number) argument).longValue());
    }

    @Override
    public void close() {
        module.close();
    }

    /** A TorchScript archive: an uncompressed zip of the source and the pickled description of an empty module. */
    private static byte[] archive(String methods) throws IOException {
        String source = "class Program(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n" + methods;
        ByteArrayOutputStream pickle = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(pickle);
        out.write(new byte[] {(byte) 0x80, 2}); // protocol 2
        out.writeBytes("c__torch__\nProgram\n"); // the class
        out.write(new byte[] {')', (byte) 0x81, '}', '('}); // a new object of it, with this dictionary:
        out.write(new byte[] {'X', 8, 0, 0, 0});
        out.writeBytes("training");
        out.write(new byte[] {(byte) 0x89, 'u', 'b', '.'}); // False
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            store(zip, "program/data.pkl", pickle.toByteArray());
            store(zip, "program/code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
            store(zip, "program/constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'}); // the empty tuple
            store(zip, "program/version", "3\n".getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        CRC32 crc = new CRC32();
        crc.update(content);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCompressedSize(content.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
