package io.hsaw.network.trunk;

import io.hsaw.network.weights.NetworkLayout;
import io.hsaw.network.weights.Tensor;
import java.util.Map;
import java.util.stream.IntStream;

/** Section 4.2 in plain loops, for one crop: slow, but there is little that can be wrong with it. */
final class PlainTrunk {

    private final Map<String, Tensor> tensors;

    PlainTrunk(Map<String, Tensor> tensors) {
        this.tensors = tensors;
    }

    /** @param crop 224×224×3 bytes @return the 121 numbers of V */
    double[] features(byte[] crop) {
        double[] mean = {0.485, 0.456, 0.406};
        double[] deviation = {0.229, 0.224, 0.225};
        double[][][] x = new double[3][224][224];
        for (int i = 0; i < crop.length; i++) {
            x[i % 3][i / 3 / 224][i / 3 % 224] = ((crop[i] & 255) / 255.0 - mean[i % 3]) / deviation[i % 3];
        }
        x = maximum(relu(norm(convolve(x, "conv1", 2, 3), "bn1")));
        for (int stage = 1; stage <= 4; stage++) {
            for (int block = 0; block < 2; block++) {
                String name = "layer" + stage + "." + block + ".";
                int stride = stage > 1 && block == 0 ? 2 : 1;
                double[][][] y = relu(norm(convolve(x, name + "conv1", stride, 1), name + "bn1"));
                y = norm(convolve(y, name + "conv2", 1, 1), name + "bn2");
                x = relu(sum(y, stride == 1 ? x
                        : norm(convolve(x, name + "downsample.0", 2, 0), name + "downsample.1")));
            }
        }
        double[][] v = convolve(subPixel(x), "subpixel_conv", 4, 0)[0];
        double bias = tensors.get("subpixel_conv.bias").values()[0];
        return IntStream.range(0, NetworkLayout.FEATURES).mapToDouble(i -> v[i / 11][i % 11] + bias).toArray();
    }

    private double[][][] convolve(double[][][] x, String name, int stride, int padding) {
        Tensor weight = tensors.get(name + ".weight");
        int outputs = (int) weight.shape()[0];
        int k = (int) weight.shape()[2];
        int size = (x[0].length + 2 * padding - k) / stride + 1;
        double[][][] y = new double[outputs][size][size];
        IntStream.range(0, outputs).parallel().forEach(o -> {
            for (int c = 0; c < x.length; c++) {
                for (int a = 0; a < k; a++) {
                    for (int b = 0; b < k; b++) {
                        double w = weight.values()[((o * x.length + c) * k + a) * k + b];
                        for (int i = 0; i < size; i++) {
                            int row = i * stride + a - padding;
                            if (row < 0 || row >= x[c].length) {
                                continue;
                            }
                            for (int j = 0; j < size; j++) {
                                int column = j * stride + b - padding;
                                if (column >= 0 && column < x[c].length) {
                                    y[o][i][j] += w * x[c][row][column];
                                }
                            }
                        }
                    }
                }
            }
        });
        return y;
    }

    private double[][][] norm(double[][][] x, String name) {
        float[] scale = tensors.get(name + ".weight").values();
        float[] shift = tensors.get(name + ".bias").values();
        float[] mean = tensors.get(name + ".running_mean").values();
        float[] variance = tensors.get(name + ".running_var").values();
        for (int c = 0; c < x.length; c++) {
            for (double[] row : x[c]) {
                for (int j = 0; j < row.length; j++) {
                    row[j] = (row[j] - mean[c]) / Math.sqrt(variance[c] + 1e-5) * scale[c] + shift[c];
                }
            }
        }
        return x;
    }

    private static double[][][] relu(double[][][] x) {
        for (double[][] channel : x) {
            for (double[] row : channel) {
                for (int j = 0; j < row.length; j++) {
                    row[j] = Math.max(row[j], 0);
                }
            }
        }
        return x;
    }

    private static double[][][] sum(double[][][] x, double[][][] y) {
        for (int c = 0; c < x.length; c++) {
            for (int i = 0; i < x[c].length; i++) {
                for (int j = 0; j < x[c].length; j++) {
                    x[c][i][j] += y[c][i][j];
                }
            }
        }
        return x;
    }

    /** The greatest of 3×3 pixels with stride 2 and padding 1; what is behind it is never negative. */
    private static double[][][] maximum(double[][][] x) {
        int size = x[0].length / 2;
        double[][][] y = new double[x.length][size][size];
        for (int c = 0; c < x.length; c++) {
            for (int i = 0; i < size; i++) {
                for (int j = 0; j < size; j++) {
                    for (int row = Math.max(0, 2 * i - 1); row <= 2 * i + 1; row++) {
                        for (int column = Math.max(0, 2 * j - 1); column <= 2 * j + 1; column++) {
                            y[c][i][j] = Math.max(y[c][i][j], x[c][row][column]);
                        }
                    }
                }
            }
        }
        return y;
    }

    /** 512×7×7 → 8×56×56: 64 channels are the 8×8 pixels of one place. */
    private static double[][][] subPixel(double[][][] x) {
        double[][][] y = new double[8][56][56];
        for (int c = 0; c < 8; c++) {
            for (int i = 0; i < 56; i++) {
                for (int j = 0; j < 56; j++) {
                    y[c][i][j] = x[64 * c + 8 * (i % 8) + j % 8][i / 8][j / 8];
                }
            }
        }
        return y;
    }
}
