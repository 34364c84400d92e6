package io.hsaw.network.trunk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.hsaw.network.NetworkSettings.Device;
import io.hsaw.network.NetworkSettings.Precision;
import io.hsaw.network.torch.PyTorch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TrunkLoaderTest {

    private static final TrunkPlan FP32 = new TrunkPlan(Device.CPU, Precision.FP32, "a test says so");
    private static final TrunkPlan BF16 = new TrunkPlan(Device.CPU, Precision.BF16, "a test says so");

    private final NDManager manager = PyTorch.newCpuManager();
    private final Mean reference = new Mean(1);

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void aFastTrunkThatAgreesIsUsedAndTheReferenceClosed() {
        Mean fast = new Mean(1.00001f);

        TrunkLoader.Loaded loaded = TrunkLoader.choose(manager, 224, reference, () -> fast, FP32);

        assertSame(fast, loaded.trunk());
        assertTrue(reference.closed);
        assertEquals("fast trunk on cpu in fp32 (a test says so)", loaded.description());
    }

    @Test
    void aFastTrunkThatDiffersIsClosedAndTheReferenceUsed() {
        Mean fast = new Mean(1.001f);

        TrunkLoader.Loaded loaded = TrunkLoader.choose(manager, 224, reference, () -> fast, FP32);

        assertSame(reference, loaded.trunk());
        assertTrue(fast.closed);
        assertFalse(reference.closed);
        assertTrue(loaded.description().startsWith("reference trunk on cpu in fp32 (the fast one differs"),
                loaded.description());
    }

    @Test
    void sixteenBitsMayDifferMore() {
        Mean fast = new Mean(1.01f);

        assertSame(fast, TrunkLoader.choose(manager, 224, reference, () -> fast, BF16).trunk());
    }

    @Test
    void aFastTrunkThatMakesNoNumbersIsNotUsed() {
        assertSame(reference, TrunkLoader.choose(manager, 224, reference, () -> new Mean(Float.NaN), BF16).trunk());
    }

    @Test
    void aFastTrunkThatCannotBeMadeIsNotUsed() {
        TrunkLoader.Loaded loaded = TrunkLoader.choose(manager, 224, reference, () -> {
            throw new EngineException("no such operator\nat this place");
        }, FP32);

        assertSame(reference, loaded.trunk());
        assertEquals("reference trunk on cpu in fp32 (the fast one cannot run here: no such operator)", loaded.description());
    }

    /** Its only feature is the mean of a crop, times a factor. */
    private static final class Mean implements Trunk {

        private final float factor;
        private boolean closed;

        private Mean(float factor) {
            this.factor = factor;
        }

        @Override
        public int facesPerCall() {
            return 1;
        }

        @Override
        public NDArray features(NDManager scope, NDArray crops) {
            return crops.toType(DataType.FLOAT32, true).reshape(crops.getShape().get(0), -1).mean(new int[] {1}).mul(factor);
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
