package io.hsaw.network.trunk;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** The feature extraction network of section 4.2: makes V of a crop. Not thread safe. */
public interface Trunk extends AutoCloseable {

    /** How many faces are best given at once; more than these are never given. */
    int facesPerCall();

    /**
     * The features of crops.
     *
     * @param scope owns the result and everything made on the way
     * @param crops bytes, [n, size, size, 3], RGB, of the model's input size
     * @return V, [n, 121], 32 bits
     */
    NDArray features(NDManager scope, NDArray crops);

    @Override
    void close();
}
