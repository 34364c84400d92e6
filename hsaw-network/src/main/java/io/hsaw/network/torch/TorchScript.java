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
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
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

    private final PtSymbolBlock module;
    private final boolean gradients;

    private TorchScript(PtSymbolBlock module, boolean gradients) {
        this.module = module;
        this.gradients = gradients;
    }

    /**
     * Compiles methods. Each starts with {@code "  def name(self: __torch__.Program, "} and is written in the language of
     * {@code code/__torch__.py} in TorchScript archives: one operator per assignment, all arguments given.
     *
     * @param manager   its device is the program's
     * @param gradients whether results may be differentiated; without, calls run in PyTorch's inference mode
     */
    public static TorchScript compile(NDManager manager, String methods, boolean gradients) {
        try {
            return new TorchScript(JniUtils.loadModule((PtNDManager) manager,
                    new ByteArrayInputStream(archive(methods)), false, false), gradients);
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
            return gradients ? GradientCalls.run(module, method, values) : IValueUtils.runMethod(module, method, values);
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

    /**
     * Calls outside inference mode. DJL's native call has a switch for it, but its public method always leaves it off, hence
     * the way around by reflection.
     */
    private static final class GradientCalls {

        private static final Object LIBRARY;
        private static final Method RUN;
        private static final Constructor<IValue> RESULT;

        static {
            try {
                Class<?> library = Class.forName("ai.djl.pytorch.jni.PyTorchLibrary");
                Field instance = library.getDeclaredField("LIB");
                instance.setAccessible(true);
                LIBRARY = instance.get(null);
                RUN = library.getDeclaredMethod("moduleRunMethod", long.class, String.class, long[].class, boolean.class,
                        boolean.class);
                RUN.setAccessible(true);
                RESULT = IValue.class.getDeclaredConstructor(long.class);
                RESULT.setAccessible(true);
            } catch (ReflectiveOperationException e) {
                throw new ExceptionInInitializerError(e);
            }
        }

        static IValue run(PtSymbolBlock module, String method, IValue[] arguments) {
            long[] handles = new long[arguments.length];
            for (int i = 0; i < handles.length; i++) {
                handles[i] = arguments[i].getHandle();
            }
            // Per thread; PyTorch's optimiser of programs would specialise and recompile them, to no gain here.
            JniUtils.setGraphExecutorOptimize(false);
            try {
                return RESULT.newInstance(RUN.invoke(LIBRARY, module.getHandle(), method, handles, true, false));
            } catch (InvocationTargetException e) {
                if (e.getCause() instanceof RuntimeException failure) {
                    throw failure;
                }
                throw new IllegalStateException(method + " failed", e.getCause());
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("DJL's native interface is not the expected one", e);
            }
        }
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
