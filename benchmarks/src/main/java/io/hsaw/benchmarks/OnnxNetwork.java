package io.hsaw.benchmarks;

import io.hsaw.network.FaceTensors;
import io.hsaw.network.trunk.FoldedTrunk;
import io.hsaw.network.weights.NetworkLayout;
import io.hsaw.network.weights.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;

/**
 * The network as an ONNX model (operator set 13): the folded trunk, equations (2), (4), (5) and (6). Input {@code crops}:
 * 32-bit numbers, [3n, 3, 224, 224], n wholes, n lefts, n rights, {@link FoldedTrunk#MEAN} subtracted. Output {@code fused}:
 * P, [n, 7].
 */
final class OnnxNetwork {

    private static final int FLOAT = 1;
    private static final int IR_VERSION = 8;
    private static final int OPERATOR_SET = 13;

    private final Protobuf graph = new Protobuf();
    private int names;

    private OnnxNetwork() {
    }

    /** The model for exactly n faces. */
    static byte[] write(FoldedTrunk trunk, Map<String, Tensor> tensors, int faces) {
        return new OnnxNetwork().model(trunk, tensors, faces);
    }

    private byte[] model(FoldedTrunk trunk, Map<String, Tensor> tensors, int faces) {
        graph.text(2, "hsaw");
        String features = trunk(trunk);
        heads(tensors, features);
        int size = NetworkLayout.INPUT_SIZE;
        graph.message(11, value("crops", (long) FaceTensors.CROPS * faces, 3, size, size));
        graph.message(12, value("fused", faces, 7));
        return new Protobuf()
                .number(1, IR_VERSION)
                .message(7, graph)
                .message(8, new Protobuf().text(1, "").number(2, OPERATOR_SET))
                .toByteArray();
    }

    private String trunk(FoldedTrunk trunk) {
        List<FoldedTrunk.Layer> layers = trunk.layers();
        String x = node("MaxPool", relu(convolution("crops", layers.get(0))), ints("kernel_shape", 3, 3),
                ints("strides", 2, 2), ints("pads", 1, 1, 1, 1));
        for (FoldedTrunk.Block block : FoldedTrunk.blocks()) {
            String y = convolution(relu(convolution(x, layers.get(block.first()))), layers.get(block.second()));
            String shortcut = block.downsample() < 0 ? x : convolution(x, layers.get(block.downsample()));
            x = relu(node("Add", List.of(y, shortcut)));
        }
        x = node("DepthToSpace", x, number("blocksize", NetworkLayout.UPSCALE), text("mode", "CRD"));
        return node("Flatten", convolution(x, trunk.large()), number("axis", 1));
    }

    private void heads(Map<String, Tensor> tensors, String features) {
        Protobuf split = new Protobuf().text(1, features).text(2, "whole").text(2, "left").text(2, "right").text(4, "Split")
                .message(5, number("axis", 0));
        graph.message(1, split);
        String selfWeight = initializer(tensors.get(NetworkLayout.SELF_WEIGHT));
        String halfFc = initializer(tensors.get(NetworkLayout.HALF_FC));
        String left = node("Mul", List.of(product("left", halfFc), node("Sigmoid", product("left", selfWeight))));
        String right = node("Mul", List.of(product("right", halfFc), node("Sigmoid", product("right", selfWeight))));
        String all = product("whole", initializer(tensors.get(NetworkLayout.GLOBAL_FC)));
        graph.message(1, new Protobuf().text(1, node("Add", List.of(left, right))).text(1, all).text(2, "fused")
                .text(4, "Add"));
    }

    private String product(String features, String matrix) {
        return node("Gemm", List.of(features, matrix), number("transB", 1));
    }

    private String convolution(String x, FoldedTrunk.Layer layer) {
        int kernel = layer.kernel();
        int stride = layer.stride();
        int padding = layer.padding();
        return node("Conv", List.of(x, initializer(layer.weight()), initializer(layer.bias())),
                ints("kernel_shape", kernel, kernel), ints("strides", stride, stride),
                ints("pads", padding, padding, padding, padding));
    }

    private String relu(String x) {
        return node("Relu", x);
    }

    private String node(String operator, String input, Protobuf... attributes) {
        return node(operator, List.of(input), attributes);
    }

    private String node(String operator, List<String> inputs, Protobuf... attributes) {
        String output = "x" + names++;
        Protobuf node = new Protobuf();
        inputs.forEach(input -> node.text(1, input));
        node.text(2, output).text(4, operator);
        for (Protobuf attribute : attributes) {
            node.message(5, attribute);
        }
        graph.message(1, node);
        return output;
    }

    private String initializer(Tensor tensor) {
        String name = "w" + names++;
        ByteBuffer values = ByteBuffer.allocate(4 * tensor.values().length).order(ByteOrder.LITTLE_ENDIAN);
        values.asFloatBuffer().put(tensor.values());
        Protobuf initializer = new Protobuf();
        for (long size : tensor.shape()) {
            initializer.number(1, size);
        }
        graph.message(5, initializer.number(2, FLOAT).text(8, name).bytes(9, values.array()));
        return name;
    }

    private static Protobuf value(String name, long... shape) {
        Protobuf sizes = new Protobuf();
        for (long size : shape) {
            sizes.message(1, new Protobuf().number(1, size));
        }
        Protobuf type = new Protobuf().message(1, new Protobuf().number(1, FLOAT).message(2, sizes));
        return new Protobuf().text(1, name).message(2, type);
    }

    private static Protobuf number(String name, long value) {
        return new Protobuf().text(1, name).number(3, value).number(20, 2);
    }

    private static Protobuf text(String name, String value) {
        return new Protobuf().text(1, name).text(4, value).number(20, 3);
    }

    private static Protobuf ints(String name, long... values) {
        Protobuf attribute = new Protobuf().text(1, name);
        for (long value : values) {
            attribute.number(8, value);
        }
        return attribute.number(20, 7);
    }
}
