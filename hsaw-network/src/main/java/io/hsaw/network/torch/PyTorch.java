package io.hsaw.network.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.util.cuda.CudaUtils;

/** The engine that arrays live in. Everything that makes arrays starts here. */
public final class PyTorch {

    private static final String ENGINE = "PyTorch";

    static {
        // Else DJL reports each start on an EC2 machine to its makers.
        System.setProperty("OPT_OUT_TRACKING", "true");
    }

    private PyTorch() {
    }

    /** A manager that nobody else closes, on the first graphics card if PyTorch sees one, else on the processor. */
    public static NDManager newManager() {
        return NDManager.newBaseManager(ENGINE);
    }

    /** A manager that nobody else closes, on the processor. */
    public static NDManager newCpuManager() {
        return NDManager.newBaseManager(Device.cpu(), ENGINE);
    }

    /** A manager that nobody else closes, on the first graphics card. */
    public static NDManager newCudaManager() {
        return NDManager.newBaseManager(Device.gpu(), ENGINE);
    }

    /** The compute capability of the first graphics card times ten, such as 90; 0 if PyTorch sees none. */
    public static int cudaCapability() {
        return Engine.getEngine(ENGINE).getGpuCount() > 0 ? Integer.parseInt(CudaUtils.getComputeCapability(0)) : 0;
    }
}
