package io.hsaw.benchmarks;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import io.hsaw.contracts.Expression;
import io.hsaw.network.FaceTensors;
import io.hsaw.network.heads.Heads;
import io.hsaw.network.heads.Losses;
import io.hsaw.network.trunk.ReferenceTrunk;
import io.hsaw.network.weights.NetworkLayout;
import io.hsaw.network.weights.Tensor;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** Training steps of the whole network as DJL's own blocks, gradient collector and optimiser make them, in 32 bits. */
final class BlocksTraining implements AutoCloseable {

    private static final float LEARNING_RATE = 1e-4f;
    private static final float MOMENTUM = 0.9f;

    private final NDManager manager;
    private final ReferenceTrunk trunk;
    private final Heads heads;
    private final Losses losses;
    private final Map<String, NDArray> weights = new LinkedHashMap<>();
    private final Optimizer optimizer =
            Optimizer.sgd().setLearningRateTracker(Tracker.fixed(LEARNING_RATE)).optMomentum(MOMENTUM).build();
    private final ByteBuffer crops;
    private final int batch;

    /** @param start all tensors of {@link NetworkLayout} */
    BlocksTraining(NDManager parent, Map<String, Tensor> start, Losses losses, int batch) {
        manager = parent.newSubManager();
        trunk = new ReferenceTrunk(manager, start);
        this.losses = losses;
        this.batch = batch;
        for (var parameter : trunk.parameters()) {
            Parameter p = parameter.getValue();
            if (p.requiresGradient()) {
                weights.put(parameter.getKey(), p.getArray());
            }
        }
        heads = new Heads(weight(start, NetworkLayout.SELF_WEIGHT), weight(start, NetworkLayout.HALF_FC),
                weight(start, NetworkLayout.GLOBAL_FC));
        weights.values().forEach(array -> array.setRequiresGradient(true));
        crops = NetworkBenchmark.crops(batch);
    }

    private NDArray weight(Map<String, Tensor> start, String name) {
        NDArray array = manager.create(start.get(name).values(), new Shape(start.get(name).shape()));
        weights.put(name, array);
        return array;
    }

    /** One update of all weights by a batch of faces whose crops are ready. @return equation (9) before it */
    float step() {
        try (NDManager scope = manager.newSubManager()) {
            NDArray input = scope.create(crops.duplicate(), new Shape((long) FaceTensors.CROPS * batch,
                    NetworkLayout.INPUT_SIZE, NetworkLayout.INPUT_SIZE, 3), DataType.UINT8);
            float[] labels = new float[batch * Expression.COUNT];
            for (int i = 0; i < batch; i++) {
                labels[i * Expression.COUNT + i % Expression.COUNT] = 1;
            }
            NDArray target = losses.smoothed(scope.create(labels, new Shape(batch, Expression.COUNT)));
            float loss;
            try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
                NDArray total = losses.of(heads.apply(trunk.forward(input, true)), target).total();
                collector.backward(total);
                loss = total.getFloat();
            }
            weights.forEach((name, weight) -> {
                try (NDArray gradient = weight.getGradient()) {
                    optimizer.update(name, weight, gradient);
                    gradient.subi(gradient);
                }
            });
            return loss;
        }
    }

    @Override
    public void close() {
        trunk.close();
        manager.close();
    }
}
