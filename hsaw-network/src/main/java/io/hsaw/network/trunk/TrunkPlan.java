package io.hsaw.network.trunk;

import io.hsaw.network.NetworkSettings;
import io.hsaw.network.NetworkSettings.Device;
import io.hsaw.network.NetworkSettings.Precision;

/**
 * How the trunk is to run here.
 *
 * @param device    {@link Device#CPU} or {@link Device#CUDA}
 * @param precision {@link Precision#FP32} or {@link Precision#BF16}
 * @param reason    why, for people
 */
public record TrunkPlan(Device device, Precision precision, String reason) {

    /** Compute capability 8.0: the first NVIDIA cards that multiply bf16. */
    private static final int FIRST_BFLOAT16_CARD = 80;

    /**
     * The fastest way that the settings allow on this machine.
     *
     * @param cudaCapability compute capability of the first graphics card times ten, 0 if PyTorch sees none
     * @throws IllegalArgumentException if the settings ask for what this machine does not have
     */
    public static TrunkPlan choose(NetworkSettings settings, int cudaCapability) {
        return choose(settings, Processor.current(), cudaCapability);
    }

    static TrunkPlan choose(NetworkSettings settings, Processor processor, int cudaCapability) {
        if (settings.device() == Device.CUDA && cudaCapability == 0) {
            throw new IllegalArgumentException("device cuda: PyTorch sees no NVIDIA graphics card. Use device auto or cpu, or "
                    + "give it a PyTorch for CUDA (PYTORCH_LIBRARY_PATH, PYTORCH_VERSION and PYTORCH_FLAVOR)");
        }
        boolean cuda = settings.device() != Device.CPU && cudaCapability > 0;
        return cuda ? onCuda(settings.precision(), cudaCapability) : onProcessor(settings, processor);
    }

    private static TrunkPlan onCuda(Precision precision, int capability) {
        boolean bfloat16 = capability >= FIRST_BFLOAT16_CARD;
        String card = "the graphics card, of compute capability " + capability / 10 + "." + capability % 10 + ",";
        if (precision == Precision.BF16 && !bfloat16) {
            throw new IllegalArgumentException("precision bf16: " + card + " does not multiply bf16 numbers; "
                    + "use precision auto or fp32");
        }
        if (precision == Precision.FP32) {
            return new TrunkPlan(Device.CUDA, Precision.FP32, "precision is set to fp32");
        }
        return bfloat16 ? new TrunkPlan(Device.CUDA, Precision.BF16, card + " multiplies bf16 numbers")
                : new TrunkPlan(Device.CUDA, Precision.FP32, card + " does not multiply bf16 numbers");
    }

    private static TrunkPlan onProcessor(NetworkSettings settings, Processor processor) {
        String where = settings.device() == Device.CPU ? "" : "no graphics card; ";
        if (settings.precision() == Precision.FP32) {
            return new TrunkPlan(Device.CPU, Precision.FP32, where + "precision is set to fp32");
        }
        String instructions = processor.bfloat16().orElse(null);
        if (instructions != null) {
            return new TrunkPlan(Device.CPU, Precision.BF16, where + "the processor has " + instructions);
        }
        if (settings.precision() == Precision.BF16) {
            throw new IllegalArgumentException("precision bf16: this processor has neither amx_bf16 nor avx512_bf16; "
                    + "use precision auto or fp32");
        }
        return new TrunkPlan(Device.CPU, Precision.FP32, where + "the processor has neither amx_bf16 nor avx512_bf16");
    }
}
