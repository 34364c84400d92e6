package io.hsaw.benchmarks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.hsaw.network.torch.TorchScript;

/** The product of two square matrices as fast as PyTorch can: oneDNN's, with the second laid out beforehand. */
final class MatrixProduct {

    private static final String PROGRAM = """
              def cast(self: __torch__.Program, x: Tensor, type: int) -> Tensor:
                return torch.to(x, type)
              def pack(self: __torch__.Program, w: Tensor, rows: int) -> Tensor:
                return ops.mkldnn._reorder_linear_weight(w, rows)
              def product(self: __torch__.Program, x: Tensor, w: Tensor) -> Tensor:
                return ops.mkldnn._linear_pointwise(x, w, None, "none", annotate(List[Optional[number]], []), "")
            """;

    private final NDManager manager;
    private final TorchScript program;
    private final NDArray x;
    private final NDArray w;
    private final int size;

    /** @param type {@link TorchScript#FLOAT32} or {@link TorchScript#BFLOAT16} */
    MatrixProduct(NDManager manager, int size, int type) {
        this.manager = manager;
        this.size = size;
        program = TorchScript.compile(manager, PROGRAM, false);
        x = program.call(manager, "cast", manager.randomNormal(new Shape(size, size)), type);
        w = program.call(manager, "pack", program.call(manager, "cast", manager.randomNormal(new Shape(size, size)), type),
                size);
    }

    /** Multiplications and additions of one run, in 10⁹. */
    double gflop() {
        return 2e-9 * size * size * size;
    }

    void run() {
        try (NDManager scope = manager.newSubManager()) {
            program.call(scope, "product", x, w);
        }
    }
}
