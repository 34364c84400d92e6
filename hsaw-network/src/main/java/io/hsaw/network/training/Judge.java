package io.hsaw.network.training;

import io.hsaw.network.Prediction;
import java.util.List;
import java.util.function.IntConsumer;

/** Reads faces with the network as it is at that moment of its training. */
@FunctionalInterface
public interface Judge {

    /**
     * Reads all faces in evaluation mode, on unchanged pictures, as a released model would. A plain network, which has one
     * prediction alone, takes it for P_all and P_aux alike.
     *
     * @param data     whose labels are not looked at
     * @param progress told after every few faces how many were read so far
     * @return one prediction per face, in the same order
     */
    List<Prediction> judge(TrainingData data, IntConsumer progress) throws TrainingException;
}
