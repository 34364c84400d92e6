package io.hsaw.network;

import java.util.Locale;

/**
 * Where and how the network computes.
 *
 * @param device    where
 * @param precision of the trunk; the heads always compute in 32 bits
 * @param threads   of the processor for one prediction, 0 for one per core. PyTorch has one such number per process
 */
public record NetworkSettings(Device device, Precision precision, int threads) {

    /** The fastest way that this machine has. */
    public static final NetworkSettings AUTO = new NetworkSettings(Device.AUTO, Precision.AUTO, 0);

    private static final int MAX_THREADS = 1024;

    public NetworkSettings {
        if (threads < 0 || threads > MAX_THREADS) {
            throw new IllegalArgumentException("threads must lie between 0 (one per core) and " + MAX_THREADS + ", found "
                    + threads);
        }
    }

    /** Where the trunk runs. */
    public enum Device {
        /** A graphics card if PyTorch sees one, else the processor. */
        AUTO,
        /** The processor. */
        CPU,
        /** The first NVIDIA graphics card. */
        CUDA;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The numbers that the trunk multiplies. */
    public enum Precision {
        /** {@link #BF16} where the machine has instructions for it, else {@link #FP32}. */
        AUTO,
        /** 32 bits. */
        FP32,
        /** 16 bits with the exponent of 32: half the memory, several times the speed, and about 1 % of error in V. */
        BF16;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
