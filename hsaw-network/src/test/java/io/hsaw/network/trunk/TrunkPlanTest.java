package io.hsaw.network.trunk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.network.NetworkSettings;
import io.hsaw.network.NetworkSettings.Device;
import io.hsaw.network.NetworkSettings.Precision;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TrunkPlanTest {

    private static final Processor OLD = new Processor(Set.of("avx2", "avx512f"));
    private static final Processor NEW = new Processor(Set.of("avx512f", "avx512_bf16", "amx_bf16"));

    private static TrunkPlan choose(Device device, Precision precision, Processor processor, int cudaCapability) {
        return TrunkPlan.choose(new NetworkSettings(device, precision, 0), processor, cudaCapability);
    }

    @Test
    void autoTakes16BitsWhereTheProcessorMultipliesThem() {
        TrunkPlan plan = choose(Device.AUTO, Precision.AUTO, NEW, 0);

        assertEquals(Device.CPU, plan.device());
        assertEquals(Precision.BF16, plan.precision());
        assertEquals("no graphics card; the processor has amx_bf16", plan.reason());
    }

    @Test
    void autoTakes32BitsElsewhere() {
        TrunkPlan plan = choose(Device.AUTO, Precision.AUTO, OLD, 0);

        assertEquals(Precision.FP32, plan.precision());
        assertEquals("no graphics card; the processor has neither amx_bf16 nor avx512_bf16", plan.reason());
    }

    @Test
    void autoTakesTheGraphicsCardWhereThereIsOne() {
        assertEquals(Precision.BF16, choose(Device.AUTO, Precision.AUTO, OLD, 90).precision());
        assertEquals(Device.CUDA, choose(Device.AUTO, Precision.AUTO, NEW, 75).device());
        assertEquals(Precision.FP32, choose(Device.AUTO, Precision.AUTO, NEW, 75).precision());
    }

    @Test
    void settingsWin() {
        assertEquals(Device.CPU, choose(Device.CPU, Precision.AUTO, OLD, 90).device());
        assertEquals(Precision.FP32, choose(Device.CPU, Precision.FP32, NEW, 0).precision());
        assertEquals(Precision.FP32, choose(Device.CUDA, Precision.FP32, NEW, 90).precision());
    }

    @Test
    void whatTheMachineDoesNotHaveIsRefusedByName() {
        assertRefused("device cuda", Device.CUDA, Precision.AUTO, NEW, 0);
        assertRefused("precision bf16", Device.CPU, Precision.BF16, OLD, 0);
        assertRefused("precision bf16", Device.CUDA, Precision.BF16, NEW, 75);
    }

    private static void assertRefused(String what, Device device, Precision precision, Processor processor, int capability) {
        String message = assertThrows(IllegalArgumentException.class,
                () -> choose(device, precision, processor, capability)).getMessage();
        assertTrue(message.startsWith(what) && message.toLowerCase().contains("use "), message);
    }

    @Test
    void linuxTellsWhatTheProcessorCanDo() {
        Processor processor = Processor.parse(List.of("processor\t: 0", "flags\t\t: fpu sse fpu amx_bf16", "bugs\t\t:", "",
                "processor\t: 1", "flags\t\t: fpu"));

        assertEquals(Set.of("fpu", "sse", "amx_bf16"), processor.features());
    }

    @Test
    void aProcessorThatSaysNothingHasNo16Bits() {
        assertTrue(Processor.parse(List.of("Features\t: asimd bf16")).bfloat16().isEmpty());
    }
}
