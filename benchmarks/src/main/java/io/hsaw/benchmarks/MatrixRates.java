package io.hsaw.benchmarks;

import ai.djl.ndarray.NDManager;
import io.hsaw.network.NetworkSettings.Precision;
import io.hsaw.network.torch.TorchScript;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The highest rate of matrix products on this machine: what any network is measured against. */
final class MatrixRates {

    private static final int[] SIZES = {1024, 2048, 4096};

    private final Contest contest;
    private final Map<Precision, List<String>> entries = new LinkedHashMap<>();

    /** Enters products of several sizes, with the second matrix laid out beforehand and without. */
    MatrixRates(Contest contest, NDManager manager, List<Precision> precisions) {
        this.contest = contest;
        for (Precision precision : precisions) {
            int type = precision == Precision.BF16 ? TorchScript.BFLOAT16 : TorchScript.FLOAT32;
            List<String> names = new ArrayList<>();
            for (int size : SIZES) {
                for (boolean packed : new boolean[] {true, false}) {
                    MatrixProduct product = new MatrixProduct(manager, size, type, packed);
                    String name = "matrix " + precision + " " + size + (packed ? " packed" : "");
                    contest.add(name, product.gflop(), product::run);
                    names.add(name);
                }
            }
            entries.put(precision, names);
        }
    }

    /** After the contest, in GFLOP/s. */
    double of(Precision precision) {
        return entries.get(precision).stream().mapToDouble(contest::rate).max().orElseThrow();
    }

    void print() {
        entries.keySet().forEach(precision -> System.out.printf(Locale.ROOT, "Matrix rate %s: %.0f GFLOP/s%n", precision,
                of(precision)));
    }
}
