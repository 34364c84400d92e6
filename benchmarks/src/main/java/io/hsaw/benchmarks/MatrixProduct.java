package io.hsaw.benchmarks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.hsaw.network.torch.TorchScript;

/** The product of two square matrices: by oneDNN with the second laid out beforehand, or as PyTorch does it by itself. */
final class MatrixProduct {

    private static final String PROGRAM = """
              def cast(self: __torch__.Program, x: Tensor, type: int) -> Tensor:
                return torch.to(x, type)
              def pack(self: __torch__.Program, w: Tensor, rows: int) -> Tensor:
                return ops.mkldnn._reorder_linear_weight(w, rows)
              def packed(self: __torch__.Program, x: Tensor, w: Tensor) -> Tensor:
                return ops.mkldnn._linear_pointwise(x, w, None, "none", annotate(List[Optional[number]], []), "")
              def plain(self: __torch__.Program, x: Tensor, w: Tensor) -> Tensor:
                return torch.matmul(x, w)
            """;

    private final NDManager manager;
    private final TorchScript program;
    private final NDArray x;
    private final NDArray w;
    private final int size;
    private final String method;

    /**
     * @param type   {@link TorchScript#FLOAT32} or {@link TorchScript#BFLOAT16}
     * @param packed whether the second matrix is laid out beforehand
     */
    MatrixProduct(NDManager manager, int size, int type, boolean packed) {
        this.manager = manager;
        this.size = size;
        method = packed ? "packed" : "plain";
        program = TorchScript.compile(manager, PROGRAM, false);
        x = program.call(manager, "cast", manager.randomNormal(new Shape(size, size)), type);
        NDArray unpacked = program.call(manager, "cast", manager.randomNormal(new Shape(size, size)), type);
        w = packed ? program.call(manager, "pack", unpacked, size) : unpacked;
    }

    /** Multiplications and additions of one run, in 10⁹. */
    double gflop() {
        return 2e-9 * size * size * size;
    }

    void run() {
        try (NDManager scope = manager.newSubManager()) {
            program.call(scope, method, x, w);
        }
    }
}
